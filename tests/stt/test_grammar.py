"""The recogniser without network: the real pocketsphinx, in the real child, with speech of espeak-ng."""

import asyncio
import contextlib
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest
from spoken import PREFIXES, others, say, wishes

from fably.core.errors import MissingDependency, ProviderUnavailable
from fably.core.types import AudioFormat, Transcript, Utterance
from fably.lore.going_on import going_on
from fably.lore.wished import wished
from fably.stt.grammar import GrammarTranscriber
from fably.stt.story_grammar import wish_in

DRAGON = say("tell me a story about a dragon", Random(1), voice="gmw/en-GB-x-rp+f2", noise=30)  # noqa: S311
SILENCE = Utterance(bytes(64_000), AudioFormat(16_000))
LONG = Utterance(Random(1).randbytes(16_000 * 2 * 60), AudioFormat(16_000))  # a minute of the loudest noise  # noqa: S311
MEGABYTES = 30


def ear() -> GrammarTranscriber:
    return GrammarTranscriber(language="en")


def heard(*utterances: Utterance) -> list[Transcript]:
    async def scene() -> list[Transcript]:
        one = ear()
        return [await one.transcribe(utterance) for utterance in utterances]

    return asyncio.run(scene())


async def until(what: Callable[[], object]) -> None:
    while not what():  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(0.005)


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def recognising() -> bool:
    with contextlib.suppress(psutil.Error):
        return any("fably.stt.recognising" in one.cmdline() for one in children())
    return False


# ---- what is understood --------------------------------------------------------------------------------------------------


def test_four_wishes_of_five_are_understood_whoever_speaks() -> None:
    """The measured figure is in tools/bench/grammar, for every voice; here are those that speak like grown-ups, and fewer."""
    said = [one for one in wishes(60, 4) if one.child < 1.18][:32]
    answers = heard(*(one.utterance for one in said))
    subjects = wished("en").subjects
    right = [answer for one, answer in zip(said, answers, strict=True) if wish_in(answer.text, subjects) == one.subject]
    assert len(right) >= 0.8 * len(said)
    assert sum(answer.sure for answer in right) >= 0.2 * len(said)


def test_two_things_are_wished_for_at_once() -> None:
    wished_for = ("a dragon and a princess", "a donkey and a dragon", "a horse and a chicken", "a turtle and a queen")
    said = [say(f"tell me a story about {one}", Random(1), voice="gmw/en-US", child=1.1, noise=20) for one in wished_for]  # noqa: S311
    answers = heard(*said)
    assert sum(answer.text.endswith(one) for one, answer in zip(wished_for, answers, strict=True)) >= 2, answers
    assert not any(
        answer.sure and " and " in answer.text and not answer.text.endswith(one) for one, answer in zip(wished_for, answers, strict=True)
    )


def test_what_is_none_of_the_wishes_is_hardly_ever_sure() -> None:
    answers = heard(*(one.utterance for one in others(20, 5)))
    assert sum(answer.sure and answer.text != "" for answer in answers) <= 2, "the measured figure is in tools/bench/grammar"


def test_the_story_is_to_go_on_whoever_says_so() -> None:
    known = wished("en").going_on
    voices = ("gmw/en-US", "gmw/en", "gmw/en-GB-x-rp+f2", "gmw/en-US+f3")
    said = [say(phrase, Random(number), voice=voice, noise=30) for phrase in known for number, voice in enumerate(voices)]  # noqa: S311
    understood = [going_on(one.text, "en") == "" for one in heard(*said)]
    assert sum(understood) >= 0.7 * len(said), "the rest is asked back, as another wish"


@pytest.mark.parametrize("prefix", PREFIXES[:3])
def test_half_a_wish_is_asked_back(prefix: str) -> None:
    (answer,) = heard(say(prefix, Random(2), noise=20))  # noqa: S311
    assert not answer.sure
    assert answer.text.startswith("a story"), "it is a whole wish, to be asked back"


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000])
def test_every_rate_is_understood(rate: int) -> None:
    (answer,) = heard(say("tell me a story about a kangaroo", Random(1), rate=rate, noise=30))  # noqa: S311
    assert answer.text.endswith("a kangaroo")


def test_silence_is_no_wish() -> None:
    click = Utterance(bytes(20_000) + b"\xff\x3f" * 40 + bytes(20_000), AudioFormat(22_050))
    assert [one.text for one in heard(SILENCE, click, Utterance(b"", AudioFormat(16_000)))] == ["", "", ""]


def test_noise_is_never_sure() -> None:
    for level in (100, 2_000, 30_000):
        (answer,) = heard(say("", Random(3), noise=level))  # noqa: S311
        assert not (answer.sure and answer.text)


# ---- what it costs, and what goes wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize("utterance", [DRAGON, LONG], ids=["a wish", "a minute of noise"])
def test_the_child_is_small_and_gone_afterwards(utterance: Utterance) -> None:
    async def scene() -> int:
        task, peak = asyncio.create_task(ear().transcribe(utterance)), 0
        while not task.done():
            for child in children():
                with contextlib.suppress(psutil.Error):
                    peak = max(peak, child.memory_full_info().pss)
            await asyncio.sleep(0.005)
        await task
        return peak

    assert 10e6 < asyncio.run(scene()) <= MEGABYTES * 1e6
    assert children() == []


def cancelled(seconds: float, utterance: Utterance) -> Coroutine[Any, Any, None]:
    async def scene() -> None:
        task = asyncio.create_task(ear().transcribe(utterance))
        await asyncio.sleep(seconds)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert children() == []
        assert asyncio.all_tasks() == {asyncio.current_task()}

    return scene()


def test_whenever_it_is_cancelled_nothing_is_left() -> None:
    random = Random(6)  # noqa: S311
    for _time in range(15):
        seconds = random.choice((0, 0.001, 0.01, random.uniform(0, 0.5), random.uniform(0, 0.5)))
        asyncio.run(cancelled(seconds, random.choice((DRAGON, LONG))))


def test_a_child_that_is_killed_is_told() -> None:
    async def scene() -> None:
        task = asyncio.create_task(ear().transcribe(LONG))
        await until(recognising)
        os.kill(children()[0].pid, signal.SIGKILL)
        with pytest.raises(ProviderUnavailable, match="ended with code -9"):
            await task

    asyncio.run(scene())
    assert children() == []


@pytest.mark.parametrize("script", ["print('hello')", "print('[]')", "pass", "print('{\"guesses\": 7}')"])
def test_nonsense_for_an_answer_is_told(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!{sys.executable}\nimport sys\nsys.stdin.buffer.read()\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(ProviderUnavailable, match="answered nonsense"):
        heard(DRAGON)


def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ProviderUnavailable, match="no process for the recogniser can be started: No such file"):
        heard(DRAGON)


def test_another_language_and_another_format_are_refused() -> None:
    with pytest.raises(ProviderUnavailable, match="English only") as raised:
        GrammarTranscriber(language="tr")
    assert not raised.value.retryable
    with pytest.raises(ProviderUnavailable, match="16-bit mono"):
        heard(Utterance(bytes(8), AudioFormat(16_000, 2, 2)))


def test_without_pocketsphinx_the_pip_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingDependency, match=r"install it with: pip install 'fably\[grammar\]'"):
        ear()
