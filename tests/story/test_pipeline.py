"""One story from tokens to the speaker: all of it, in order, kept, and nothing left over, whatever breaks or whoever leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from fakes import FORMAT, SECONDS_A_CHARACTER, FakeModel, FakeSpeaker, FakeVoice

from fably.core.errors import AudioError, FablyError, LibraryError, ProviderUnavailable
from fably.core.protocols import TextToSpeech
from fably.core.types import AudioFormat, Message, Passage
from fably.story import pipeline
from fably.story.opener import Opener
from fably.story.passages import passages
from fably.story.pipeline import Beginning, Outcome, tell

STORY = (
    "Once upon a time, a fox ",
    "lived in a wood. He li",
    "ked soup.\n\nOne day th",
    "e soup was gone. 'Where ",
    "is it?' he asked. He slept without",
)
SAID = "".join(STORY)


class Shelf:
    """A keeper that remembers."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.size = 0
        self.complete: bool | None = None
        self.last: Passage | None = None
        self.waited = 0

    def passage(self, passage: Passage) -> None:
        self.passages.append(passage)

    def sound(self, pcm: bytes) -> None:
        self.size += len(pcm)

    def whole(self) -> None:
        assert self.last is None
        self.last = self.passages[-1]

    async def room(self) -> None:
        self.waited += 1

    async def finish(self, *, complete: bool) -> Path | None:
        self.complete = complete
        return Path("shelf")


class Scene:
    """A story with everything around it that can be looked at afterwards."""

    def __init__(self, model: FakeModel | None = None, voice: FakeVoice | None = None, speaker: FakeSpeaker | None = None) -> None:
        self.model, self.voice, self.speaker = model or FakeModel(*STORY), voice or FakeVoice(), speaker or FakeSpeaker()
        self.shelf, self.outcome, self.faults = Shelf(), Outcome(), list[FablyError]()
        self.told: list[Passage] = []
        self.keep: Callable[[AudioFormat], Awaitable[Any]] = self._keep

    async def _keep(self, _format: AudioFormat) -> Shelf:
        return self.shelf

    async def _ready(self) -> TextToSpeech:
        return self.voice

    async def tell(self, opener: Opener | None = None, ahead: float = 8.0) -> None:
        tokens = self.model.stream("", [Message("user", "a fox")])
        words = passages(tokens, 1, " ") if opener else passages(tokens)
        beginning = Beginning(opener.format, opener.spoken()) if opener else None
        async with aclosing(
            tell(words, self._ready, self.speaker, self.keep, self.outcome, beginning=beginning, ahead=ahead, on_fault=self.faults.append)
        ) as story:
            async for passage in story:
                self.told.append(passage)

    @property
    def said(self) -> str:
        return "".join(one.lead + one.text for one in self.told)


@pytest.mark.parametrize("at_once", [1, 2])
def test_all_of_the_story_is_spoken_heard_and_kept(at_once: int) -> None:
    scene = Scene(voice=FakeVoice(at_once))
    asyncio.run(scene.tell())
    assert scene.said == SAID
    assert scene.voice.asked == [one.text for one in scene.told]
    expected = sum(FORMAT.bytes_in(len(one.text) * SECONDS_A_CHARACTER) for one in scene.told)
    assert len(scene.speaker.heard) == scene.shelf.size == expected
    assert (scene.speaker.drained, scene.speaker.closed, scene.speaker.aborted) == (True, True, False)
    assert scene.shelf.passages == scene.told
    assert scene.shelf.complete is True
    assert scene.shelf.last is scene.told[-1], "before it has been heard to its end"
    assert (scene.outcome.kept, scene.outcome.heard) == (Path("shelf"), True)


def test_nobody_runs_ahead_of_the_ear_by_more_than_the_buffers_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = [
        f"This is sentence number {number}, and it is long enough to stand alone: not joined with any other one, ever. "
        for number in range(200)
    ]

    class Blocked(FakeSpeaker):
        async def write(self, pcm: bytes) -> None:
            await asyncio.Event().wait()

    async def play(ahead: float) -> Scene:
        scene = Scene(FakeModel(*sentences), speaker=Blocked())
        task = asyncio.create_task(scene.tell(ahead=ahead))
        for _ in range(3000):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return scene

    # eight seconds of sound are two sentences of five and a half, one more is being made and cut, two wait as words
    scenes = [asyncio.run(play(ahead)) for ahead in (1, 8, 30)]
    given = [scene.model.given for scene in scenes]
    assert given[1] <= 8
    assert given[0] < given[1] < given[2] <= 13
    for scene, ahead in zip(scenes, (1, 8, 30), strict=True):
        assert scene.outcome.waited["words"] == 2
        assert FORMAT.bytes_in(ahead) <= scene.outcome.waited["sound"] <= FORMAT.bytes_in(ahead + 6), "and it is counted"

    monkeypatch.setattr(pipeline, "SOUND_AHEAD", FORMAT.bytes_in(1))
    assert asyncio.run(play(30)).model.given == given[0], "whatever the seconds, the bytes are bounded"


def test_the_opener_is_heard_before_the_voice_is_even_loaded() -> None:
    order: list[str] = []

    class Late(Scene):
        async def _ready(self) -> TextToSpeech:
            await asyncio.sleep(0)
            order.append(f"voice after {len(self.speaker.heard) > 0}")
            return self.voice

    scene = Late(FakeModel("a fox lived in a wood. ", "He slept."))
    line = "Once upon a time, not far from here,"
    asyncio.run(scene.tell(Opener(line, FORMAT, iter([b"\1\1" * 100, b"\2\2" * 100]))))
    assert scene.speaker.heard.startswith(b"\1\1" * 100 + b"\2\2" * 100)
    assert scene.said == f"{line} a fox lived in a wood. He slept."
    assert scene.voice.asked[0].startswith("a fox"), "the opener is not spoken again"
    assert scene.shelf.size == len(scene.speaker.heard)


@pytest.mark.parametrize("fails_after", [0, 1, 20_000])
def test_a_card_that_fails_is_told_of_once_and_the_story_goes_on(fails_after: int) -> None:
    scene = Scene(speaker=FakeSpeaker(fails_after))
    asyncio.run(scene.tell())
    assert scene.said == SAID
    assert [type(one) for one in scene.faults] == [AudioError]
    assert scene.outcome.heard is False
    assert scene.shelf.complete is True
    assert scene.shelf.waited > 0, "nobody hears it any more: the disk may take its time"


def test_a_disk_is_waited_for_where_nobody_hears_the_story_and_never_where_somebody_does() -> None:
    heard, written = Scene(), Scene()
    written.speaker.is_clock = False
    for scene in (heard, written):
        asyncio.run(scene.tell())
        assert scene.said == SAID
    assert heard.shelf.waited == 0
    assert written.shelf.waited > 0


def test_a_library_that_fails_at_the_start_or_at_the_end_does_not_stop_the_story() -> None:
    class Full(Shelf):
        async def finish(self, *, complete: bool) -> Path | None:
            raise LibraryError("full")

    async def closed(_format: AudioFormat) -> Shelf:
        raise LibraryError("read-only")

    at_start, at_end = Scene(), Scene()
    at_start.keep, at_end.shelf = closed, Full()
    for scene in (at_start, at_end):
        asyncio.run(scene.tell())
        assert scene.said == SAID
        assert [type(one) for one in scene.faults] == [LibraryError]
        assert (scene.outcome.kept, scene.outcome.heard) == (None, True)


def test_a_model_that_breaks_off_is_heard_as_far_as_it_came_and_then_raises() -> None:
    scene = Scene(FakeModel("Once upon a time, a fox ", "lived in a wo", fault=ProviderUnavailable("torn")))
    with pytest.raises(ProviderUnavailable, match="torn"):
        asyncio.run(scene.tell())
    assert scene.said.startswith("Once upon a time,")
    assert scene.shelf.complete is False
    assert (scene.speaker.aborted, scene.speaker.closed) == (True, True)


@pytest.mark.parametrize("steps", [1, 3, 10, 30, 100])
def test_stopping_is_cancelling_and_leaves_nothing(steps: int) -> None:
    class Slow(FakeSpeaker):
        async def write(self, pcm: bytes) -> None:
            await asyncio.sleep(0)
            await super().write(pcm)

    async def play() -> tuple[Scene, int]:
        scene = Scene(voice=FakeVoice(2), speaker=Slow())
        task = asyncio.create_task(scene.tell())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return scene, len(asyncio.all_tasks())

    scene, tasks = asyncio.run(play())
    assert tasks == 1
    assert scene.voice.speaking == 0
    assert scene.model.closed or scene.model.given == 0
    if scene.speaker.heard and not scene.speaker.drained:
        assert scene.speaker.aborted
        assert scene.shelf.complete is False
