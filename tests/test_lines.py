"""What the box says is made ready in the narrator's voice, once; and the next voice is one that speaks the language."""

import asyncio

import pytest
from farm import Farm

from fably.assembly import storyteller
from fably.box.next_voice import after, may_speak, next_voice
from fably.settings import load
from fably.story.pipeline import Outcome

SENTENCES = ["Good night. Sleep well.", "I did not hear you."]


def _settings(farm: Farm, **more: str) -> dict[str, str]:
    return {"FABLY_STATE_PATH": "state", "FABLY_LLM_URL": farm.url, "FABLY_TTS_URL": farm.url} | more


def test_what_the_box_says_is_espeak_until_the_narrator_has_said_it_once(farm: Farm) -> None:
    async def said(sentence: str) -> int:
        async with storyteller(load({}, _settings(farm)), lambda _line: None) as teller:
            return sum([len(pcm) async for _format, pcm in teller.lines.spoken(sentence)])

    async def made(voices: list[str]) -> None:
        async with storyteller(load({}, _settings(farm)), lambda _line: None) as teller:
            await teller.lines.make_ready(SENTENCES, Outcome(voices=voices))

    assert asyncio.run(said(SENTENCES[0])) > 0
    assert farm.spoken == []  # it was not asked for: espeak is there at once
    asyncio.run(made(["espeak"]))
    assert farm.spoken == []  # the narrator had failed, and somebody else told the story: it is not tried for this
    asyncio.run(made(["custom"]))
    assert farm.spoken == SENTENCES
    asyncio.run(made(["custom"]))
    assert farm.spoken == SENTENCES
    assert asyncio.run(said(SENTENCES[1])) > 0
    assert farm.spoken == SENTENCES


def test_a_voice_that_fails_makes_no_half_of_a_line(farm: Farm) -> None:
    farm.speech = "500"

    async def made() -> None:
        async with storyteller(load({}, _settings(farm)), lambda _line: None) as teller:
            await teller.lines.make_ready(SENTENCES, Outcome(voices=["custom"]))
            assert not [path for path in teller.library.root.rglob("*") if path.is_file()]

    asyncio.run(made())


def test_the_next_voice_comes_from_the_service(farm: Farm) -> None:
    farm.voices = {"a": "anna", "b": "ben"}

    async def following(**more: str) -> str | None:
        async with storyteller(load({}, _settings(farm, **more)), lambda _line: None) as teller:
            return await next_voice(teller.backends)

    first = asyncio.run(following())
    assert first is not None
    second = asyncio.run(following(FABLY_TTS_VOICE=first))
    assert second is not None
    assert second != first
    farm.listing = "500"
    assert asyncio.run(following()) is None


@pytest.mark.parametrize(
    ("voice", "voices", "found"),
    [
        ("a", ["a", "b"], "b"),
        ("b", ["a", "b"], "a"),
        (None, ["a", "b"], "b"),
        ("gone", ["a", "b"], "b"),
        ("a", ["a"], None),
        (None, [], None),
    ],
)
def test_the_voice_after_it(voice: str | None, voices: list[str], found: str | None) -> None:
    assert after(voice, voices) == found


@pytest.mark.parametrize("voice", ["tr_TR-dfki-medium", "tr", "trk/tr", "alloy", "Rachel (x1)", "ash", "af_heart"])
def test_who_speaks_the_language_or_does_not_say_may_be_next(voice: str) -> None:
    assert may_speak(voice, "tr")


@pytest.mark.parametrize("voice", ["en_US-joe-medium", "en-us", "gmw/en-GB", "gmw/en-029", "roa/es-419", "art/piqd"])
def test_a_voice_of_another_language_is_no_next_one(voice: str) -> None:
    assert not may_speak(voice, "tr")
