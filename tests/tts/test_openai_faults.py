"""A voice over HTTP, with every fault that we know: the sound, a part of it, or one clear error, and nothing left behind."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from farm import Farm, faults, tone
from trying import nobody_is_left, tried

from fably.cloud import Cloud, Service
from fably.tts.openai import OpenAIVoice

MODELS = ["tts-1", "gpt-audio-1.5"]
TEXT = "Once upon a time, there was a fox who slept."


def speech(url: str, cloud: Cloud, model: str = "tts-1") -> AsyncGenerator[bytes, None]:
    return OpenAIVoice(cloud, Service(url), model=model, voice=None).synthesize(TEXT)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("how", faults.SPEECH)
def test_every_fault_ends_as_a_good_client_ends_it(farm: Farm, how: str, model: str) -> None:
    farm.speech = how
    got = tried(farm, how, lambda cloud: speech(farm.url, cloud, model))
    sound, expected = b"".join(got.items), faults.SPEECH[how]
    assert got.outcome == expected or expected == "any", got.error
    assert all(one and len(one) % 2 == 0 for one in got.items)
    if expected == "ok":
        assert sound == tone(TEXT)
    elif how != "endless":
        assert tone(TEXT).startswith(sound) or expected == "any"


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("pieces", [0, 1, 3])
@pytest.mark.parametrize("how", ["cut-fin", "cut-reset", "chunk-cut", "silent-later"])
def test_it_may_break_off_at_any_piece(farm: Farm, how: str, pieces: int, model: str) -> None:
    farm.speech, farm.cut_after = how, pieces
    got = tried(farm, how, lambda cloud: speech(farm.url, cloud, model))
    assert got.outcome == ("cut" if pieces else "fails") or (how == "chunk-cut" and not pieces), "some of the first may be heard"
    sound = b"".join(got.items)
    assert tone(TEXT).startswith(sound)
    assert len(sound) >= 4096 * pieces - 4


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("read", [0, 1, 3])
@pytest.mark.parametrize("how", ["ok", "endless", "silent-later"])
def test_who_leaves_early_leaves_nothing(farm: Farm, how: str, read: int, model: str) -> None:
    farm.speech = how

    async def a_part(cloud: Cloud) -> AsyncGenerator[bytes, None]:
        async with aclosing(speech(farm.url, cloud, model)) as chunks:
            for _ in range(read):
                yield await anext(chunks)
        assert nobody_is_left(farm), "the answer was given up, so its connection is closed, not kept until all ends"

    got = tried(farm, "ok", a_part)
    assert (len(got.items), got.error) == (read, None)


@pytest.mark.parametrize("model", MODELS)
def test_a_connection_is_used_again(farm: Farm, model: str) -> None:
    async def three(cloud: Cloud) -> AsyncGenerator[bytes, None]:
        for _ in range(3):
            async with aclosing(speech(farm.url, cloud, model)) as chunks:
                async for chunk in chunks:
                    yield chunk

    assert b"".join(tried(farm, "ok", three).items) == tone(TEXT) * 3
    assert farm.connections == 1


@pytest.mark.parametrize("how", ["mp3", "wav", "ogg", "html", "json"])
def test_what_is_not_pcm_is_named(farm: Farm, how: str) -> None:
    farm.speech = how
    error = tried(farm, how, lambda cloud: speech(farm.url, cloud)).error
    assert re.search("sends .* where (?:raw PCM|sound) was asked for", str(error))
