"""The process of Piper: it is there as long as a story is told, and no longer, whoever kills it or leaves it."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest
from next_door import SENTENCE, STORY, a_voice, needs_piper, nothing_is_left, of_letters, wait_until_gone

from fably.core.errors import EngineDied
from fably.core.protocols import TextToSpeech
from fably.engines import slot
from fably.providers import retry
from fably.providers.candidates import RETURN, Candidates
from fably.providers.choice import Candidate
from fably.providers.deadlines import Patience
from fably.providers.fallback import FallbackVoice
from fably.tts.espeak import EspeakVoice
from fably.tts.piper import PiperVoice

pytestmark = needs_piper
PATIENCE = Patience(60, 60, 600)
CHANCE = random.Random(20)  # noqa: S311 - the same each time
MOMENTS = [0, *CHANCE.sample(range(1, 30), 19)]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0.01, 0.01))


def test_killed_in_mid_passage_it_says_so_and_the_next_passage_is_spoken(folder: Path) -> None:
    async def scene() -> int:
        async with aclosing(a_voice(folder)) as one:
            async with aclosing(one.synthesize(" ".join(STORY * 5))) as chunks:
                await anext(chunks)
                psutil.Process().children()[0].kill()
                with pytest.raises(EngineDied, match=r"^piper ended with SIGKILL$") as fault:
                    async for _ in chunks:
                        pass
                assert fault.value.retryable
            return sum([len(pcm) async for pcm in one.synthesize(SENTENCE)])

    assert asyncio.run(scene()) == of_letters(len(SENTENCE))
    assert nothing_is_left()


def narrators(folder: Path, notices: list[str]) -> Candidates[TextToSpeech]:
    def made(one: Candidate) -> TextToSpeech:
        return a_voice(folder) if one.provider == "piper" else EspeakVoice(language="en", voice=None)

    return Candidates(
        [Candidate("piper"), Candidate("espeak")], made, lambda faults, _next, _begun: notices.extend(str(fault) for fault in faults)
    )


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_every_passage_of_a_story_is_spoken(folder: Path, moment: int) -> None:
    """Killed when the chunk of that number has been heard: in the middle of a passage, or between two."""
    notices: list[str] = []

    async def scene() -> list[float]:
        async with aclosing(narrators(folder, notices)) as candidates:
            voice = await FallbackVoice(candidates, PATIENCE, language="en").load()
            seconds, count = [], 0
            for text in STORY:
                heard = 0
                async with aclosing(voice.synthesize(text)) as chunks:
                    async for pcm in chunks:
                        heard += len(pcm)
                        if count == moment:
                            psutil.Process().children()[0].kill()
                        count += 1
                seconds.append(voice.format.seconds(heard))
            return seconds

    seconds = asyncio.run(scene())
    assert min(seconds) > 3, "seconds of each passage"
    assert notices in ([], ["piper ended with SIGKILL"])
    assert nothing_is_left()


def test_killed_between_two_passages_it_is_started_again_and_nobody_takes_over(folder: Path) -> None:
    notices: list[str] = []

    async def scene() -> None:
        async with aclosing(narrators(folder, notices)) as candidates:
            voice = await FallbackVoice(candidates, PATIENCE, language="en").load()
            psutil.Process().children()[0].send_signal(signal.SIGKILL)
            for text in STORY[:2]:
                assert sum([len(pcm) async for pcm in voice.synthesize(text)]) > of_letters(len(text)) * 0.9
            assert candidates.used == ["piper"]

    asyncio.run(scene())
    assert notices == []
    assert nothing_is_left()


def test_one_that_dies_again_and_again_is_left_alone_until_it_has_rested(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its passages are spoken by the one that takes over, and then it comes back: at most three times in a story."""
    monkeypatch.setattr(slot, "PAUSES", (0.0, 0.05))
    notices: list[str] = []

    async def scene() -> list[str]:
        async with aclosing(narrators(folder, notices)) as candidates:
            voice = await FallbackVoice(candidates, PATIENCE, language="en").load()
            spoke = []
            for text in STORY * 3:
                if isinstance(candidates.last, PiperVoice):
                    psutil.Process().children()[0].send_signal(signal.SIGKILL)
                assert voice.format.seconds(sum([len(pcm) async for pcm in voice.synthesize(text)])) > 3
                spoke.append(type(candidates.last).__name__)
                while any(task.get_name() == RETURN for task in asyncio.all_tasks()):  # noqa: ASYNC110 - it is coming back
                    await asyncio.sleep(0.001)
            return spoke

    spoke = asyncio.run(scene())
    assert 4 <= spoke.count("PiperVoice") <= 12, "it came back"
    assert spoke[-1] == "EspeakVoice", "and not for ever"
    assert nothing_is_left()


def test_killed_while_it_loads_it_is_started_again(folder: Path) -> None:
    async def kill_the_first() -> None:
        while not (found := psutil.Process().children()):  # noqa: ASYNC110 - nobody tells when a process is born
            await asyncio.sleep(0)
        found[0].kill()

    async def scene() -> int:
        async with aclosing(narrators(folder, [])) as candidates:
            _, voice = await asyncio.gather(kill_the_first(), FallbackVoice(candidates, PATIENCE, language="en").load())
            heard = sum([len(pcm) async for pcm in voice.synthesize(SENTENCE)])
            assert candidates.used == ["piper"]
            return heard

    assert asyncio.run(scene()) == of_letters(len(SENTENCE))
    assert nothing_is_left()


def test_one_that_hangs_is_given_up_and_its_process_is_gone(folder: Path) -> None:
    notices: list[str] = []

    async def scene() -> int:
        async with aclosing(narrators(folder, notices)) as candidates:
            voice = await FallbackVoice(candidates, Patience(0.3, 60, 60), language="en").load()
            psutil.Process().children()[0].send_signal(signal.SIGSTOP)
            heard = sum([len(pcm) async for pcm in voice.synthesize(SENTENCE)])
            assert nothing_is_left()
            return heard

    assert asyncio.run(scene()) > 0
    assert notices == ["piper said nothing for 0.3 seconds"]


def test_cancelled_at_any_moment_it_leaves_no_process_and_no_task(folder: Path) -> None:
    async def tell(notices: list[str]) -> None:
        async with aclosing(narrators(folder, notices)) as candidates:
            voice = await FallbackVoice(candidates, PATIENCE, language="en").load()
            for text in STORY * 100:
                async for _ in voice.synthesize(text):
                    pass

    async def scene() -> None:
        for _ in range(15):
            notices: list[str] = []
            task = asyncio.create_task(tell(notices))
            await asyncio.sleep(CHANCE.random() * 0.8)
            task.cancel()
            assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)
            assert nothing_is_left()
            assert notices == []
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(scene())


def test_left_in_mid_sentence_the_process_is_gone_and_another_speaks_next(folder: Path) -> None:
    async def scene() -> AsyncGenerator[int, None]:
        async with aclosing(a_voice(folder)) as one:
            for _ in range(3):
                async with aclosing(one.synthesize(" ".join(STORY * 5))) as chunks:
                    await anext(chunks)
                    yield psutil.Process().children()[0].pid
                assert nothing_is_left()
            async for _ in one.synthesize(SENTENCE):
                yield psutil.Process().children()[0].pid

    async def all_of_them() -> list[int]:
        return [pid async for pid in scene()]

    assert len(set(asyncio.run(all_of_them()))) == 4
    assert nothing_is_left()


@pytest.mark.parametrize("times", [10, pytest.param(50, marks=pytest.mark.long)])
def test_loaded_and_unloaded_again_and_again_nothing_grows(folder: Path, times: int) -> None:
    async def scene() -> list[int]:
        one, open_files = a_voice(folder), []
        for _ in range(times):
            await one.open()
            await one.aclose()
            assert nothing_is_left(), "not even a zombie"
            assert len(asyncio.all_tasks()) == 1
            open_files.append(psutil.Process().num_fds())
        return open_files

    open_files = asyncio.run(scene())
    assert max(open_files) == open_files[0]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_in_the_middle_of_a_story_the_process_goes_too(folder: Path, how: signal.Signals) -> None:
    shutil.copytree(folder, Path("state", "voices"))
    words = [sys.executable, "-m", "fably", "a fox", "--tts-provider", "piper"]
    with subprocess.Popen(
        words, env={**os.environ, "FABLY_STATE_PATH": "state"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as fably:
        assert fably.stdout
        fably.stdout.read(1)  # it is being heard
        (engine,) = (one.pid for one in psutil.Process(fably.pid).children() if "fably.engines.piper" in one.cmdline())
        fably.send_signal(how)
    wait_until_gone(engine)
    assert fably.returncode in (130, -how)
