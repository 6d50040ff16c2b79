"""Voices of the OpenAI protocol: their list, and what is no speech."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest
from farm import Farm
from rest_server import FAULTS, KEY, Answer, Fault, bear, leave, outcome, rest_server, told

from fably.cloud import Cloud, Service
from fably.core.errors import AuthenticationFailed, ProviderUnavailable
from fably.tts.openai import VOICES, OpenAIVoice

PLACE = "/audio/speech"
TEXT = "Once upon a time."
SOUND = b"\0\0\1\2" * 3_000


def mouth(cloud: Cloud, service: Service) -> OpenAIVoice:
    return OpenAIVoice(cloud, service, model="tts-1", voice=None)


async def speech(voice: OpenAIVoice, text: str = TEXT) -> bytes:
    async with aclosing(voice.synthesize(text)) as chunks:
        return b"".join([pcm async for pcm in chunks])


def listed(answer: Answer, name: str = "") -> list[str]:
    with rest_server("/audio/voices", answer) as server:
        return outcome(server, mouth, lambda voice: voice.voices(), name)


@pytest.mark.parametrize(("model", "speed"), [("tts-1", 0.9), ("kokoro", 0.9), ("gpt-4o-mini-tts", None)])
def test_a_model_that_heeds_it_is_told_how_fast_to_speak(farm: Farm, model: str, speed: float | None) -> None:
    async def scene() -> None:
        async with aclosing(Cloud(3)) as cloud:
            voice = OpenAIVoice(cloud, Service(farm.url, key="k"), model=model, voice=None)
            for pace in (1.0, 0.9):
                async with aclosing(voice.at_pace(TEXT, pace)) as chunks:
                    assert [pcm async for pcm in chunks]

    asyncio.run(scene())
    assert [one.get("speed") for one in farm.asked(PLACE)] == [None, speed]


@pytest.mark.parametrize(
    "answer",
    [
        told({"voices": ["af_sky", "bm_fable"]}),
        told({"voices": [{"id": "af_sky", "name": "Sky"}, {"id": "bm_fable", "name": "Fable"}]}),
        told({"voices": [{"name": "af_sky"}, {"name": "bm_fable", "id": None}]}),
    ],
)
def test_a_server_at_home_lists_its_own_voices(answer: Answer) -> None:
    assert listed(answer) == ["af_sky", "bm_fable"]


@pytest.mark.parametrize(
    "answer",
    [
        told({}, 404),
        told({}, 405),
        Answer(b"no", "text/plain", 404),
        Answer(b"<html>It works!</html>", "text/html"),
        *map(told, ({}, [], 7, {"voices": []}, {"voices": 7})),
    ],
)
def test_one_that_has_no_list_is_taken_to_have_those_of_openai(answer: Answer) -> None:
    assert listed(answer) == list(VOICES)


def test_openai_itself_is_not_asked() -> None:
    assert listed(told({"voices": ["af_sky"]}), "OpenAI") == list(VOICES)


def test_a_list_that_may_not_be_seen_is_a_fault() -> None:
    with pytest.raises(AuthenticationFailed, match="check THE_KEY"):
        listed(told({"error": KEY}, 401))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_is_one_clear_sentence(fault: Fault) -> None:
    answer = replace(fault.answer, kind="audio/pcm") if fault.answer.cut else fault.answer
    with rest_server(PLACE, answer) as server:
        bear(server, fault, lambda: outcome(server, mouth, speech))


@pytest.mark.parametrize("kind", ["audio/pcm", "application/octet-stream", ""])
@pytest.mark.parametrize("piece", [1, 777, 0])
def test_however_the_bytes_are_cut_the_samples_are_whole(kind: str, piece: int) -> None:
    with rest_server(PLACE, Answer(SOUND[:3_000] + b"\1", kind, piece=piece)) as server:
        assert outcome(server, mouth, speech) == SOUND[:3_000]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"error": "no"}', "application/json"),
        Answer(SOUND, "text/html"),
        Answer(b"<html>It works!</html>", "text/html"),
        Answer(b"<html>It works!</html>", ""),
        Answer(b"Internal Server Error", "text/plain"),
        Answer(b"RIFF" + SOUND, "audio/wav"),
    ],
)
def test_what_is_no_raw_sound_is_not_heard(answer: Answer) -> None:
    with rest_server(PLACE, answer) as server, pytest.raises(ProviderUnavailable, match=r"where (sound|raw PCM) was asked for"):
        outcome(server, mouth, speech)


def test_speech_without_end_is_ended() -> None:
    with rest_server(PLACE, Answer(bytes(100_000), "audio/pcm", piece=100_000, times=1_000)) as server:
        with pytest.raises(ProviderUnavailable, match="does not come to an end"):
            outcome(server, mouth, speech)


@pytest.mark.parametrize("begin", [b"", SOUND])
def test_it_can_be_left_while_the_service_is_silent(begin: bytes) -> None:
    with rest_server(PLACE, Answer(begin, "audio/pcm", silent=True)) as server:
        leave(server, mouth, speech)
