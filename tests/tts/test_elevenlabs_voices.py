"""Which of ElevenLabs' voices speaks: by id, by name, or the first that the account has."""

import asyncio

import pytest
from elevenlabs_server import LISTED, OWN, PCM, SOUND, VOICES, calling, mouth, own, place, speech
from rest_server import outcome, rest_server, told

from fably.core.errors import VoiceUnknown
from fably.tts.elevenlabs import NARRATOR, ElevenLabsVoice


@pytest.mark.parametrize(
    ("wished", "speaks"),
    [
        ("Alice", "A1234567890123456789"),
        (" aLICE ", "A1234567890123456789"),
        ("George - Warm storyteller", "B1234567890123456789"),
        ("george", "B1234567890123456789"),
        ("dede", "D1234567890123456789"),
        ("Dede Korkut", "C1234567890123456789"),
        (OWN, OWN),
        (None, NARRATOR),
    ],
)
def test_a_voice_is_called_by_its_id_or_by_its_name(wished: str | None, speaks: str) -> None:
    with rest_server(place(speaks), PCM) as server:
        server.on["/voices"] = LISTED

        async def twice(voice: ElevenLabsVoice) -> list[bytes]:
            return list(await asyncio.gather(speech(voice), speech(voice, "The end.")))

        assert outcome(server, calling(wished), twice) == [SOUND, SOUND]
        asked = [asked.method for asked in server.requests]
    assert asked.count("POST") == 2
    assert asked.count("GET") == (0 if wished in (None, OWN) else 1), "the list is asked for once"


def test_an_unknown_name_is_named() -> None:
    with (
        rest_server("/voices", LISTED) as server,
        pytest.raises(VoiceUnknown, match=r"^ElevenLabs has no voice 'Bob'; `fably voices` lists"),
    ):
        outcome(server, calling("Bob"), speech, "ElevenLabs")


@pytest.mark.parametrize("status", ["voice_not_found", "voice_does_not_exist", "invalid_uid"])
@pytest.mark.parametrize("http", [400, 404])
def test_an_id_that_is_not_there_is_a_voice_that_is_not_there(status: str, http: int) -> None:
    with (
        rest_server(place(OWN), own(status, f"An invalid ID: '{OWN}'", http)) as server,
        pytest.raises(VoiceUnknown, match=f"no voice '{OWN}'"),
    ):
        outcome(server, mouth, speech)


def test_where_the_narrator_is_gone_the_first_voice_of_the_account_speaks_from_then_on() -> None:
    with rest_server(place(NARRATOR), own("voice_not_found", "gone", 404)) as server:
        server.on["/voices"] = LISTED
        server.on[place("A1234567890123456789")] = PCM

        async def twice(voice: ElevenLabsVoice) -> bytes:
            return await speech(voice) + await speech(voice)

        assert outcome(server, calling(None), twice) == SOUND * 2
        assert [asked.path.split("/")[3].split("?")[0] for asked in server.requests if asked.method == "POST"] == [NARRATOR] + [
            "A1234567890123456789"
        ] * 2


def test_an_account_without_any_voice_is_told_so() -> None:
    with rest_server(place(NARRATOR), own("voice_not_found", "gone", 404)) as server:
        server.on["/voices"] = told({"voices": []})
        with pytest.raises(VoiceUnknown, match="has no voice for this account"):
            outcome(server, calling(None), speech)


def test_a_first_voice_that_is_gone_too_is_not_asked_for_for_ever() -> None:
    with rest_server(place(NARRATOR), own("voice_not_found", "gone", 404)) as server:
        server.on["/voices"] = LISTED
        server.on[place("A1234567890123456789")] = own("voice_not_found", "gone", 404)
        with pytest.raises(VoiceUnknown, match="no voice 'A1234567890123456789'"):
            outcome(server, calling(None), speech)


def test_the_voices_are_listed_with_their_ids() -> None:
    with rest_server("/voices", LISTED) as server:
        assert outcome(server, mouth, lambda voice: voice.voices()) == [f"{name} ({one})" for one, name in VOICES.items()]
