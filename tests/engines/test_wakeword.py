"""The wake word next door, with the real models of openWakeWord and microWakeWord and the speech of espeak-ng."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from itertools import islice

import psutil
import pytest
from next_door import needs_wakeword, nothing_is_left
from waking import RATE, clips, say, silence, story_speech
from wyoming.event import Event

from fably.core.errors import ProviderUnavailable
from fably.engines.child import Child, start
from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.engines.table import Wanted
from fably.memory.measured import tree_pss

pytestmark = needs_wakeword
FORMAT = {"rate": RATE, "width": 2, "channels": 1}
JARVIS = ("--engine", "openwakeword", "--model", "hey_jarvis")
NABU = ("--engine", "microwakeword", "--model", "okay_nabu")
BOTH = pytest.mark.parametrize(("arguments", "phrase"), [(JARVIS, "hey jarvis"), (NABU, "okay nabu")])


@contextlib.asynccontextmanager
async def ear(*arguments: str) -> AsyncGenerator[Child, None]:
    child = await start("wakeword", "fably.engines.wakeword", arguments)
    try:
        yield child
    finally:
        await child.end()


def pieces(pcm: bytes, size: int = 3200) -> list[Event]:
    return [Event("audio-chunk", FORMAT, pcm[at : at + size]) for at in range(0, len(pcm), size)]


async def heard(child: Child, sound: Iterable[bytes], first: Event | None = None, size: int = 3200) -> list[int]:
    """The timestamps of the wake words in a stream, in milliseconds; and afterwards it said that there was none, if there was none."""
    await child.send(first or Event("audio-start", FORMAT))
    for pcm in sound:
        await child.send(*pieces(pcm, size))
    await child.send(Event("audio-stop"), Event("describe"))
    events = [await child.receive()]
    while events[-1].type != "info":  # which shows that all is answered
        events.append(await child.receive())
    found = [one.data["timestamp"] for one in events if one.type == "detection"]
    assert [one.type for one in events] == [*(["detection"] * len(found) or ["not-detected"]), "info"]
    return found


def run(arguments: Iterable[str], *streams: Iterable[bytes]) -> list[list[int]]:
    """What is heard in each of some streams, by one process."""

    async def scene() -> list[list[int]]:
        async with ear(*arguments) as child:
            return [await heard(child, one) for one in streams]

    found = asyncio.run(scene())
    assert nothing_is_left()
    return found


@pytest.mark.parametrize(("arguments", "phrase", "share"), [(JARVIS, "hey jarvis", 0.9), (NABU, "okay nabu", 0.75)])
def test_it_is_heard_from_many_voices(arguments: tuple[str, ...], phrase: str, share: float) -> None:
    spoken = clips(phrase)
    assert len(spoken) == 36
    found = run(arguments, *([one] for one in spoken))
    assert sum(len(one) == 1 for one in found) >= share * 36


@pytest.mark.parametrize("arguments", [JARVIS, NABU])
def test_a_minute_of_a_story_is_no_wake_word(arguments: tuple[str, ...]) -> None:
    assert run(arguments, story_speech(60)) == [[]]


@pytest.mark.long
@pytest.mark.parametrize("arguments", [JARVIS, NABU])
def test_ten_minutes_of_stories_have_one_false_trigger_at_most(arguments: tuple[str, ...]) -> None:
    (found,) = run(arguments, story_speech(600))
    assert len(found) <= 1


@BOTH
def test_the_timestamp_is_where_the_word_ends_counted_in_samples(arguments: tuple[str, ...], phrase: str) -> None:
    word = say(phrase)
    ends = 2000 + len(word) * 500 // RATE

    async def scene() -> list[list[int]]:
        stream = [silence(2), word, silence(1)]
        later = Event("audio-start", {**FORMAT, "timestamp": 10_000})
        async with ear(*arguments) as child:
            return [await heard(child, stream), await heard(child, stream, later), await heard(child, stream, size=7)]

    (first,), (later,), (crumbs,) = asyncio.run(scene())
    assert -600 <= first - ends <= 900
    assert later == first + 10_000
    assert crumbs == first


@BOTH
def test_twice_within_two_seconds_is_once(arguments: tuple[str, ...], phrase: str) -> None:
    word = say(phrase)
    at_once = [silence(2), word, silence(0.8), word, silence(1)]
    later = [silence(2), word, silence(2), word, silence(1)]
    assert [len(one) for one in run(arguments, at_once, later)] == [1, 2]
    assert [len(one) for one in run([*arguments, "--refractory", "0.1"], at_once, later)] == [2, 2]
    assert [len(one) for one in run([*arguments, "--refractory", "60"], later)] == [1]


@BOTH
def test_a_new_stream_knows_nothing_of_the_last(arguments: tuple[str, ...], phrase: str) -> None:
    word = say(phrase)
    half = len(word) // 4 * 2
    assert run(arguments, [silence(2), word[:half]], [word[half:], silence(2)]) == [[], []]


def test_it_listens_for_what_it_is_asked() -> None:
    stream = [silence(2), say("okay nabu"), silence(1)]

    async def scene() -> list[int]:
        async with ear(*NABU) as child:
            found = []
            for names in (["okay_nabu"], ["Okay Nabu", "other"], [], None):
                await child.send(Event("detect", {"names": names}))
                found.append(len(await heard(child, stream)))
            await child.send(Event("detect", {"names": ["hey_jarvis"]}), Event("audio-start", FORMAT))
            await child.send(*pieces(b"".join(stream)), Event("audio-stop"))
            with pytest.raises(ProviderUnavailable, match=r"there is no wake word hey_jarvis here; there is okay_nabu$"):
                await child.receive()
            assert (await child.receive()).type == "not-detected"
            return found

    assert asyncio.run(scene()) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "changed", [{"rate": 22_050}, {"width": 4}, {"channels": 2}, {"rate": "fast"}, {"rate": None}, {"rate": [1] * 9999}]
)
def test_other_sound_is_refused_once_and_the_next_stream_is_heard(changed: dict[str, object]) -> None:
    other = {**FORMAT, **changed}

    async def scene() -> list[int]:
        async with ear(*NABU) as child:
            await child.send(Event("audio-start", other), *(Event("audio-chunk", other, bytes(320)) for _ in range(50)))
            await child.send(Event("audio-stop"))
            with pytest.raises(ProviderUnavailable, match=r"16-bit mono sound of 16000 Hz only, not in ") as fault:
                await child.receive()
            assert len(str(fault.value)) < 200
            assert (await child.receive()).type == "not-detected"
            return await heard(child, [silence(2), say("okay nabu"), silence(1)])

    assert len(asyncio.run(scene())) == 1


GARBAGE = (
    Event("detect", {"names": 7}), Event("detect", {"names": [7, None]}), Event("detect", {"names": {"a": 1}}), Event("audio-chunk"),
    Event("audio-chunk", FORMAT), Event("audio-chunk", FORMAT, b"x"), Event("audio-chunk", {"rate": "x"}, b"x"), Event("audio-stop"),
    Event("audio-start"), Event("audio-start", {**FORMAT, "timestamp": "now"}), Event("transcribe"), Event("what-is-this", {}, b"x"),
)  # fmt: skip


def test_garbage_does_no_harm() -> None:
    async def scene() -> list[int]:
        async with ear(*NABU) as child:
            await child.send(*GARBAGE, Event("describe"))
            answers = {"error"}
            while "info" not in answers:
                with contextlib.suppress(ProviderUnavailable):  # an error event, of which it does not die
                    answers.add((await child.receive()).type)
            assert answers <= {"error", "not-detected", "info"}
            await child.send(Event("detect"))  # for any, and not for those that it refused
            return await heard(child, [silence(2), say("okay nabu"), silence(1)])

    assert len(asyncio.run(scene())) == 1


@BOTH
def test_the_pool_lets_it_in_and_nothing_is_left(arguments: tuple[str, ...], phrase: str) -> None:
    async def scene() -> list[int]:
        pool = Pool(Rules(limit=200_000_000 + tree_pss()))
        wanted = Wanted("wakeword", phrase, arguments, 1_300_000)
        async with aclosing(pool), pool.use(wanted) as child:
            found = await heard(child, [silence(2), say(phrase), silence(1)])
            assert pool.memory_usage()[wanted].peak < wanted.estimate
            assert psutil.Process(child.process.pid).num_threads() == 1, "more would wait for each other"
            return found

    assert len(asyncio.run(scene())) == 1
    assert nothing_is_left()


def test_ten_minutes_cost_no_memory() -> None:
    async def scene() -> int:
        async with ear(*NABU) as child:
            process = psutil.Process(child.process.pid)
            await heard(child, islice(story_speech(60), 10))
            before = process.memory_info().rss
            await heard(child, list(islice(story_speech(60), 60)) * 10)
            assert process.net_connections("inet") == []
            return process.memory_info().rss - before

    assert asyncio.run(scene()) < 2_000_000
