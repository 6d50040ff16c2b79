"""The voice of ElevenLabs: what is sent, which voice speaks, and every way in which it can fail."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest
from rest_server import FAULTS, KEY, Answer, Asked, Fault, RestServer, bear, leave, outcome, rest_server, told

from fably.cloud import Cloud, Service
from fably.core.errors import AuthenticationFailed, ModelRetired, ProviderError, ProviderUnavailable, QuotaExceeded
from fably.core.types import AudioFormat, Language
from fably.tts.elevenlabs import NARRATOR, ElevenLabsVoice

TEXT = "Once upon a time."
SOUND = b"\0\0\1\2" * 3_000
PCM = Answer(SOUND, "audio/pcm", piece=777)
VOICES = {
    "A1234567890123456789": "Alice",
    "B1234567890123456789": "George - Warm storyteller",
    "C1234567890123456789": "Dede Korkut",
    "D1234567890123456789": "Dede",
}
LISTED = told({"voices": [{"voice_id": one, "name": name, "category": "premade"} for one, name in VOICES.items()]})
OWN = "Zz345678901234567890"


def mouth(
    cloud: Cloud, service: Service, voice: str | None = OWN, model: str = "eleven_flash_v2_5", language: Language = "en"
) -> ElevenLabsVoice:
    return ElevenLabsVoice(cloud=cloud, service=service, model=model, voice=voice, language=language)


def calling(voice: str | None, model: str = "eleven_flash_v2_5") -> Callable[[Cloud, Service], ElevenLabsVoice]:
    return lambda cloud, service: mouth(cloud, service, voice, model)


async def speech(voice: ElevenLabsVoice, text: str = TEXT) -> bytes:
    async with aclosing(voice.synthesize(text)) as chunks:
        pieces = [pcm async for pcm in chunks]
    assert all(pieces)
    assert not any(len(pcm) % 2 for pcm in pieces)
    return b"".join(pieces)


def place(voice: str) -> str:
    return f"/text-to-speech/{voice}/stream"


def own(status: str, message: str = "no", http: int = 401, **more: str) -> Answer:
    """A refusal as ElevenLabs words it."""
    return told({"detail": {"status": status, "message": message, **more}}, http)


@pytest.mark.parametrize(
    ("model", "takes"), [("eleven_flash_v2_5", True), ("eleven_turbo_v2_5", True), ("eleven_v3", True), ("eleven_multilingual_v2", False)]
)
def test_text_model_and_language_are_sent_and_raw_samples_asked_for(model: str, takes: bool) -> None:
    with rest_server(place(OWN), PCM) as server:
        got = outcome(server, lambda cloud, service: mouth(cloud, service, OWN, model, "tr"), speech)
        (asked,) = server.requests
    assert got == SOUND
    assert asked.path == f"/v1{place(OWN)}?output_format=pcm_24000"
    assert asked.headers["xi-api-key"] == KEY
    assert asked.json == {"text": TEXT, "model_id": model} | ({"language_code": "tr"} if takes else {})
    assert (ElevenLabsVoice.format, ElevenLabsVoice.at_once) == (AudioFormat(24_000), 2)


@pytest.mark.parametrize("piece", [1, 2, 3, 15, 16, 17, 4_096, 0])
@pytest.mark.parametrize("kind", ["audio/pcm", "application/octet-stream", "audio/mpeg", ""])
def test_however_the_bytes_are_cut_the_samples_are_whole(piece: int, kind: str) -> None:
    sound = SOUND[:3_000]
    with rest_server(place(OWN), Answer(sound + b"\1", kind, piece=piece)) as server:
        assert outcome(server, mouth, speech) == sound


def test_speech_that_is_shorter_than_what_is_looked_at_is_heard() -> None:
    with rest_server(place(OWN), Answer(b"\1\2\3", "audio/pcm")) as server:
        assert outcome(server, mouth, speech) == b"\1\2"


def test_the_first_samples_are_handed_on_before_the_last_are_made() -> None:
    async def first(voice: ElevenLabsVoice) -> bytes:
        async with aclosing(voice.synthesize(TEXT)) as chunks:
            return await anext(chunks)

    with rest_server(place(OWN), Answer(SOUND, "audio/pcm", silent=True)) as server:
        assert SOUND.startswith(outcome(server, mouth, first))
        assert server.left.wait(20)


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
        pytest.raises(ModelRetired, match=r"^ElevenLabs has no voice 'Bob'; `fably voices` lists"),
    ):
        outcome(server, calling("Bob"), speech, "ElevenLabs")


@pytest.mark.parametrize("status", ["voice_not_found", "voice_does_not_exist", "invalid_uid"])
@pytest.mark.parametrize("http", [400, 404])
def test_an_id_that_is_not_there_is_a_voice_that_is_not_there(status: str, http: int) -> None:
    with (
        rest_server(place(OWN), own(status, f"An invalid ID: '{OWN}'", http)) as server,
        pytest.raises(ModelRetired, match=f"no voice '{OWN}'"),
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
        with pytest.raises(ModelRetired, match="has no voice for this account"):
            outcome(server, calling(None), speech)


def test_a_first_voice_that_is_gone_too_is_not_asked_for_for_ever() -> None:
    with rest_server(place(NARRATOR), own("voice_not_found", "gone", 404)) as server:
        server.on["/voices"] = LISTED
        server.on[place("A1234567890123456789")] = own("voice_not_found", "gone", 404)
        with pytest.raises(ModelRetired, match="no voice 'A1234567890123456789'"):
            outcome(server, calling(None), speech)


def test_the_voices_are_listed_with_their_ids() -> None:
    with rest_server("/voices", LISTED) as server:
        assert outcome(server, mouth, lambda voice: voice.voices()) == [f"{name} ({one})" for one, name in VOICES.items()]


@pytest.mark.parametrize(
    ("answer", "error", "retryable", "says"),
    [
        (own("invalid_api_key", f"wrong: {KEY}"), AuthenticationFailed, False, "does not accept the key; check THE_KEY"),
        (own("missing_permissions", "It is missing the permission x"), AuthenticationFailed, False, "is missing the permission"),
        (own("quota_exceeded", "You have 3 credits remaining"), QuotaExceeded, False, "from this account: You have 3 credits"),
        (own("payment_required", "Free users cannot use library voices", 402), QuotaExceeded, False, "Free users cannot"),
        (own("model_not_found", "A model with this ID does not exist", 400), ModelRetired, False, "does not have 'eleven_flash_v2_5'"),
        (own("invalid_uid", "An invalid ID: 'eleven_flash_v2_5'", 400), ModelRetired, False, "does not have 'eleven_flash_v2_5'"),
        (own("", "busy", 429, code="system_busy"), QuotaExceeded, True, "no more requests for now: busy"),
        (own("too_many_concurrent_requests", "too many", 429), QuotaExceeded, True, "for now: too many"),
        (own("max_character_limit_exceeded", "too long", 400), ProviderUnavailable, False, "status 400: too long"),
        (told({"detail": [KEY]}, 400), ProviderUnavailable, False, "status 400: …"),
    ],
)  # fmt: skip
def test_what_elevenlabs_says_goes_before_its_http_status(answer: Answer, error: type[ProviderError], retryable: bool, says: str) -> None:
    with rest_server(place(OWN), answer) as server, pytest.raises(error) as raised:
        outcome(server, mouth, speech)
    assert says in str(raised.value)
    assert raised.value.retryable is retryable


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_is_one_clear_sentence(fault: Fault) -> None:
    answer = replace(fault.answer, kind="audio/pcm") if fault.answer.cut else fault.answer
    with rest_server(place(OWN), answer) as server:
        bear(server, fault, lambda: outcome(server, mouth, speech))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_so_is_every_fault_of_the_list_of_voices(fault: Fault) -> None:
    with rest_server("/voices", fault.answer) as server:
        bear(server, fault, lambda: outcome(server, calling("Alice"), speech))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>"),
        Answer(b'{"voices": [{'),
        Answer(b""),
        Answer(b"[" * 200_000),
        *map(told, (None, 7, [], {}, {"voices": 7}, {"voices": [7]}, {"voices": [{"id": 1}]})),
    ],
)
def test_a_list_of_another_shape_is_said_so(answer: Answer) -> None:
    with rest_server("/voices", answer) as server, pytest.raises(ProviderUnavailable, match="makes no sense"):
        outcome(server, calling("Alice"), speech)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"error": "no"}', "application/json"),
        Answer(SOUND, "application/json; charset=utf-8"),
        Answer(b"<html>It works!</html>", "text/html"),
        Answer(b"<html>It works!</html>", "application/octet-stream", piece=1),
        Answer(b"Internal Server Error", "text/plain"),
        Answer(b'{\n  "error": "no"}', ""),
        Answer(b"RIFF" + SOUND, "audio/wav"),
        Answer(b"ID3\4" + SOUND, "audio/mpeg", piece=1),
        Answer(b"OggS" + SOUND, "audio/pcm"),
    ],
)
def test_what_is_no_raw_sound_is_not_heard(answer: Answer) -> None:
    with (
        rest_server(place(OWN), answer) as server,
        pytest.raises(ProviderUnavailable, match=r"where (sound|raw PCM) was asked for") as raised,
    ):
        outcome(server, mouth, speech)
    assert raised.value.retryable is False


@pytest.mark.parametrize("body", [b"", b"\1"])
def test_no_sound_at_all_is_a_fault(body: bytes) -> None:
    with (
        rest_server(place(OWN), Answer(body, "audio/pcm")) as server,
        pytest.raises(ProviderUnavailable, match="gave no sound for 'Once upon"),
    ):
        outcome(server, mouth, speech)


def test_speech_that_breaks_off_gives_what_came_and_then_the_fault() -> None:
    heard: list[bytes] = []

    async def listen(voice: ElevenLabsVoice) -> None:
        async with aclosing(voice.synthesize(TEXT)) as chunks:
            async for pcm in chunks:
                heard.append(pcm)  # noqa: PERF401 - kept when it breaks off

    with (
        rest_server(place(OWN), Answer(SOUND + b"\1", "audio/pcm", cut=True)) as server,
        pytest.raises(ProviderUnavailable, match="broke off"),
    ):
        outcome(server, mouth, listen)
    assert b"".join(heard) == SOUND


def test_speech_without_end_is_ended() -> None:
    heard = 0

    async def listen(voice: ElevenLabsVoice) -> None:
        nonlocal heard
        async with aclosing(voice.synthesize("Hi")) as chunks:
            async for pcm in chunks:
                heard += len(pcm)

    with rest_server(place(OWN), Answer(bytes(100_000), "audio/pcm", piece=100_000, times=1_000)) as server:
        with pytest.raises(ProviderUnavailable, match="does not come to an end"):
            outcome(server, mouth, listen)
    assert 9 < ElevenLabsVoice.format.seconds(heard) <= 11


def test_a_list_without_end_is_left() -> None:
    with (
        rest_server("/voices", Answer(b" " * 1_000_000, times=100)) as server,
        pytest.raises(ProviderUnavailable, match="longer than 8 MB"),
    ):
        outcome(server, calling("Alice"), speech)


@pytest.mark.parametrize("begin", [b"", SOUND])
def test_it_can_be_left_while_the_service_is_silent(begin: bytes) -> None:
    with rest_server(place(OWN), Answer(begin, "audio/pcm", silent=True)) as server:
        leave(server, mouth, speech)


def test_it_can_be_left_while_the_list_is_awaited() -> None:
    with rest_server("/voices", Answer(silent=True)) as server:
        leave(server, calling("Alice"), speech)


def test_a_redirect_does_not_carry_the_key_to_another_place() -> None:
    with RestServer() as other:

        def elsewhere(asked: Asked) -> Answer:
            return Answer(status=307, headers={"Location": other.url.removesuffix("/v1") + asked.path})

        with rest_server(place(OWN), elsewhere) as server:
            other.on[place(OWN)] = PCM
            with pytest.raises(ProviderUnavailable, match="status 307"):
                outcome(server, mouth, speech)
        assert other.requests == []
