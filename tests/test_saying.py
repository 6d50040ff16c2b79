"""What the box says when it cannot say it."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from fably.box.saying import Voice
from fably.core.errors import VoiceUnknown
from fably.core.protocols import Speaker
from fably.core.types import AudioFormat


async def nobody(sentence: str) -> AsyncGenerator[tuple[AudioFormat, bytes], None]:
    if sentence:
        raise VoiceUnknown("there is no voice 'nobody'")
    yield AudioFormat(24_000), b""


def no_speaker() -> Speaker:
    raise AssertionError("nothing is to be heard")


def test_a_voice_that_a_parent_asked_for_and_is_not_there_is_told_of() -> None:
    voice = Voice("en", no_speaker, nobody)
    with pytest.raises(VoiceUnknown):
        asyncio.run(voice.play(nobody("a preview")))


def test_what_the_box_says_by_itself_may_fail() -> None:
    asyncio.run(Voice("en", no_speaker, nobody).say("greeting"))
