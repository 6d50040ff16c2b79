"""A wake word with the real engine in the real pool. The room is the test's own: what is said in it is heard four times as fast."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from next_door import needs_wakeword, nothing_is_left
from waking import RATE, say

from fably.core.errors import AudioError, ConfigError, EngineDied, EngineTooBig, FablyError
from fably.core.types import AudioFormat, EngineState, Gesture, State
from fably.engines import slot as slots
from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.engines.wake_models import wake_word
from fably.listening.shared import WORD_ENDS, SharedMicrophone
from fably.memory.limits import Limits
from fably.triggers import wake_word as timing
from fably.triggers.wake_word import WakeWord

SIZE = 2 * RATE // 50
FORMAT = AudioFormat(RATE)
MARK = b"\x34\x12" * RATE
"""A second of what no voice says."""
PLENTY = Limits(2_000_000_000, 2_000_000_000)


class Quiet:
    """A microphone in a quiet room, in which somebody speaks now and then. `faults` are raised one by one."""

    format = FORMAT

    def __init__(self) -> None:
        self.opened = self.heard = 0
        self.is_open = False
        self.faults: list[AudioError] = []
        self.saying = b""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        self.opened += 1
        self.is_open = True
        try:
            while not self.faults:
                await asyncio.sleep(0.005)
                pcm, self.saying = self.saying[:SIZE], self.saying[SIZE:]
                self.heard += 1
                yield pcm.ljust(SIZE, b"\0")
            raise self.faults.pop(0)
        finally:
            self.is_open = False


class House:
    """The trigger, and all that it lives with."""

    def __init__(self, pool: Pool, rests: list[object], *, while_telling: bool) -> None:
        """`rests` is filled by the pool with the seconds for which the engine is left alone after each death."""
        self.pool, self.quiet, self.rests, self.told = pool, Quiet(), rests, list[FablyError]()
        self.wanted = wake_word("microwakeword", None, None)
        self.shared = SharedMicrophone(self.quiet)
        self.word = WakeWord(self.shared, pool, self.wanted, self.told.append, while_telling=while_telling)
        self.heard = 0
        self._living = asyncio.create_task(self._live())

    async def _live(self) -> None:
        async with aclosing(self.word.gestures()) as gestures:
            async for gesture in gestures:
                assert gesture is Gesture.WAKE_WORD
                self.heard += 1

    async def until(self, true: Callable[[], object]) -> None:
        while not true():
            assert not self._living.done()
            await asyncio.sleep(0.002)

    async def until_listens(self, seconds: float = 2.0) -> None:
        """Wait until so many seconds of the room have been heard from now on."""
        begin = self.quiet.heard
        await self.until(lambda: self.quiet.is_open and self.quiet.heard > begin + 50 * seconds)

    async def waked(self, then: bytes = b"") -> None:
        """Say the word, and see that it is heard. Said again where a busy machine has missed it."""
        before = self.heard
        while self.heard == before:
            await self.until_listens()
            self.quiet.saying = say("okay nabu") + then
            await self.until(lambda: self.heard > before or not self.quiet.saying)

    async def aclose(self) -> None:
        self._living.cancel()
        with suppress(asyncio.CancelledError):
            await self._living
        await self.shared.aclose()


@asynccontextmanager
async def house(*, while_telling: bool = False, bounds: Callable[[int | None], Limits] = lambda _wish: PLENTY) -> AsyncIterator[House]:
    rests: list[object] = []

    def note(what: str, /, **facts: object) -> None:
        if what == "died":
            rests.append(facts["rests"])

    pool = Pool(Rules("lazy"), note=note, bounds=bounds)
    async with asyncio.timeout(200):
        async with aclosing(pool), aclosing(House(pool, rests, while_telling=while_telling)) as one:
            yield one
            assert not one.quiet.is_open or not one._living.done()
        assert not one.quiet.is_open
    assert nothing_is_left()
    assert len(asyncio.all_tasks()) == 1


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scene())


def engine() -> psutil.Process:
    (child,) = psutil.Process().children()
    return child


@needs_wakeword
def test_what_is_said_right_after_it_is_heard_by_whoever_listens_then_and_the_word_is_not() -> None:
    async def scene() -> None:
        async with house() as one:
            await one.waked(then=MARK)
            one.word.watch(State.LISTENING)
            heard = b""
            async with aclosing(one.shared.stream()) as wish:
                while MARK not in heard:
                    heard += await anext(wish)
            assert heard.find(MARK) <= FORMAT.bytes_in(WORD_ENDS)
            assert one.quiet.opened == 1
            await one.until(lambda: not one.quiet.is_open)
            one.word.watch(State.IDLE)
            await one.waked()

    play(scene)


@needs_wakeword
@pytest.mark.parametrize("state", [State.LISTENING, State.THINKING, State.TELLING])
def test_while_something_is_told_the_microphone_is_closed_and_the_engine_waits(state: State) -> None:
    async def scene() -> None:
        async with house() as one:
            await one.until_listens()
            process = engine()
            one.word.watch(state)
            await one.until(lambda: not one.quiet.is_open and one.pool.state(one.wanted) is EngineState.READY)
            await one.pool.leave_idle()
            assert one.pool.is_loaded(one.wanted), "it is held"
            one.word.watch(State.IDLE)
            await one.waked()
            assert engine() == process

    play(scene)


@needs_wakeword
def test_it_may_listen_while_something_is_told() -> None:
    async def scene() -> None:
        async with house(while_telling=True) as one:
            for state in (State.THINKING, State.TELLING, State.PAUSED):
                one.word.watch(state)
                await one.waked()
            one.word.watch(State.LISTENING)
            await one.until(lambda: not one.quiet.is_open)

    play(scene)


@needs_wakeword
def test_an_engine_that_dies_comes_back_and_that_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PAUSES", (0.0, 0.0, 600.0))

    async def scene() -> None:
        async with house() as one:
            for _ in range(2):
                await one.until_listens()
                engine().kill()
                await one.until(lambda: not one.quiet.is_open)
            await one.waked()
            assert [type(fault) for fault in one.told] == [EngineDied]
            engine().kill()
            await one.until(lambda: one.rests == [0.0, 0.0, 600.0])
            await one.until(lambda: not one.quiet.is_open)
            opened = one.quiet.opened
            for _ in range(200):
                await asyncio.sleep(0)
            assert one.quiet.opened == opened, "it is left alone for ten minutes, and so is the microphone"

    play(scene)


@needs_wakeword
def test_a_microphone_that_is_pulled_out_is_tried_again_and_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "AGAIN", 0.01)

    async def scene() -> None:
        async with house() as one:
            await one.until_listens()
            process = engine()
            one.quiet.faults = [AudioError("pulled out")] * 4
            await one.until(lambda: not one.quiet.faults)
            await one.waked()
            assert (one.quiet.opened, [str(fault) for fault in one.told]) == (5, ["pulled out"])
            assert engine() == process, "it was none of its fault"
            monkeypatch.setattr(timing, "AGAIN", 3600.0)
            one.quiet.faults = [AudioError("pulled out")]
            await one.until(lambda: not one.quiet.is_open)
            for _ in range(200):
                await asyncio.sleep(0)
            assert one.quiet.opened == 5, "nobody runs in circles"

    play(scene)


@needs_wakeword
def test_after_a_while_trouble_is_news_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "AGAIN", 0.01)
    monkeypatch.setattr(timing, "WELL", 1.0)

    async def scene() -> None:
        async with house() as one:
            for count in (1, 2):
                await one.until_listens(3)
                one.quiet.faults = [AudioError("pulled out")]
                while len(one.told) < count:
                    await one.until_listens(0)

    play(scene)


@needs_wakeword
def test_one_for_which_there_is_no_room_comes_when_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "NO_ROOM", 0.01)
    room = [Limits(400_000_000, 1_000_000)] * 3

    async def scene() -> None:
        async with house(bounds=lambda _wish: room.pop() if room else PLENTY) as one:
            await one.waked()
            assert [type(fault) for fault in one.told] == [EngineTooBig]

    play(scene)


@needs_wakeword
def test_now_and_then_the_pool_may_look_at_it_and_it_hears_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "SPELL", 1.0)

    async def scene() -> None:
        async with house() as one:
            await one.until(lambda: one.quiet.opened >= 4)
            monkeypatch.setattr(timing, "SPELL", 3600.0)
            await one.waked()

    play(scene)


@needs_wakeword
def test_a_file_that_is_no_wake_word_is_a_wrong_setting() -> None:
    Path("mine.tflite").write_bytes(b"no model" * 1000)
    said: list[FablyError] = []

    async def scene() -> None:
        async with aclosing(Pool()) as pool:
            wanted = wake_word("openwakeword", "mine.tflite", 0.6)
            word = WakeWord(SharedMicrophone(Quiet()), pool, wanted, said.append)
            with pytest.raises(ConfigError, match=r"mine.tflite is no wake word of openWakeWord; choose another .* --wakeword-model"):
                await anext(word.gestures())

    play(scene)
    assert nothing_is_left()
    assert said == []
