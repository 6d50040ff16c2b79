"""A provider that raises what it should not: another takes over, once, and what was raised is in the log."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fakes import FORMAT, FakeModel, FakeVoice

from fably.core.errors import ConfigError, ProviderBroken, ProviderError
from fably.core.protocols import TextToSpeech
from fably.core.types import Message, Transcript, Utterance
from fably.doctor.fixes import fix_of
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate
from fably.providers.configured import configured
from fably.providers.deadlines import Patience, timely
from fably.providers.fallback import FallbackModel, FallbackTranscriber, FallbackVoice
from fably.settings import load

P = TypeVar("P")
FIRST, SECOND = Candidate("first"), Candidate("second")
PATIENCE = Patience(5, 5, 50)
ASKED = [Message("user", "a fox")]


class FakeEar:
    def __init__(self, fault: Exception | None) -> None:
        self._fault = fault

    async def transcribe(self, _utterance: Utterance) -> Transcript:
        if self._fault is not None:
            raise self._fault
        return Transcript("a fox", "en")


class Box:
    """Two providers, of which the first breaks: when it is loaded, or when it is used."""

    def __init__(self, fault: Exception, *, loading: bool) -> None:
        self._fault, self._loading = fault, loading
        self.notices: list[str] = []

    def candidates(self, make: Callable[[Exception | None], P]) -> Candidates[P]:
        def load(one: Candidate) -> P:
            if one == FIRST and self._loading:
                raise self._fault
            return make(self._fault if one == FIRST else None)

        return Candidates(
            [FIRST, SECOND], load, lambda faults, following, _begun: self.notices.append(f"{faults[0]} > {following.provider}")
        )


async def words(box: Box) -> object:
    model = FallbackModel(box.candidates(lambda fault: FakeModel("Once. ", fault=fault)), PATIENCE, limit=1000)
    return len([piece async for piece in model.stream("", ASKED)]) > 0


async def sound(box: Box) -> object:
    voices: Candidates[TextToSpeech] = box.candidates(lambda fault: FakeVoice(faults={1: fault} if fault else None))
    voice = await FallbackVoice(voices, PATIENCE, language="en").load()
    return len(b"".join([pcm async for pcm in voice.synthesize("Once.")])) == FORMAT.bytes_in(0.25)


async def wish(box: Box) -> object:
    return (await FallbackTranscriber(box.candidates(FakeEar), PATIENCE.first).transcribe(Utterance(b"", FORMAT))).text == "a fox"


@pytest.mark.parametrize(
    "fault", [AssertionError("sk-secret"), RuntimeError("can't start new thread"), MemoryError(), TimeoutError(110, "no route")]
)
@pytest.mark.parametrize("loading", [True, False], ids=["loaded", "used"])
@pytest.mark.parametrize("use", [words, sound, wish])
def test_the_next_one_takes_over(
    use: Callable[[Box], Coroutine[Any, Any, object]], loading: bool, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    box = Box(fault, loading=loading)
    with caplog.at_level(logging.DEBUG, "fably"):
        assert asyncio.run(use(box))
    assert box.notices == [f"first failed in a way that nobody thought of ({type(fault).__name__}); --debug shows more > second"]
    assert any(one.exc_info and one.exc_info[1] and repr(one.exc_info[1].__cause__) == repr(fault) for one in caplog.records)


def test_what_was_raised_on_purpose_stays_what_it_is() -> None:
    for fault in (ConfigError("no such name"), ProviderError("refused")):

        async def source(fault: Exception = fault) -> AsyncGenerator[str, None]:
            for _ in ():
                yield ""
            raise fault

        async def read() -> None:
            async for _ in timely(source(), PATIENCE, "it"):
                pass

        with pytest.raises(type(fault), match=str(fault)):
            asyncio.run(read())


def test_one_that_cannot_be_left_in_peace_is_left_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    class Sticky(FakeModel):
        async def stream(self, *_asked: object) -> AsyncGenerator[str, None]:
            try:
                yield "Once upon "
                yield "a time. "
            finally:
                raise ProviderError("the connection could not be closed")

    box = Box(OSError(), loading=False)

    async def leave() -> None:
        model = FallbackModel(box.candidates(lambda _fault: Sticky()), PATIENCE, limit=1000)
        async with aclosing(model.stream("", ASKED)) as pieces:
            async for _ in pieces:
                break

    with caplog.at_level(logging.DEBUG, "fably"):
        asyncio.run(leave())
    assert box.notices == [], "nobody takes over a story that nobody hears any more"
    assert "first could not be left in peace" in caplog.text


def test_the_doctor_asks_for_a_report() -> None:
    one = configured(load({}, {"HOME": str(Path.home())}), "llm")[0]
    assert fix_of(ProviderBroken("it failed"), one) == "this is a fault of Fably's own: please report what `fably doctor --debug` shows"
