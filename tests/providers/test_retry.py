"""Trying again: what is tried again, how often, and that all of it has the time of one attempt. The pauses are taken away."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.errors import AuthenticationFailed, ProviderError, ProviderTimeout, ProviderUnavailable, QuotaExceeded, StoryCutShort
from fably.core.types import Message
from fably.providers import retry
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate
from fably.providers.deadlines import LAST, Patience, timely
from fably.providers.fallback import FallbackModel
from fably.providers.retry import PAUSES, retried

PATIENCE = Patience(20, 20, 200)
BUSY = ProviderUnavailable("busy", retryable=True)
Answer = Sequence["str | ProviderError"]


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without making them."""
    made: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        made.append(seconds)
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return made


class Service:
    """Answers each attempt with the next of its answers: pieces, and faults that are raised."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.attempts, self.open = list(answers), 0, 0

    async def attempt(self) -> AsyncGenerator[str, None]:
        answer = self.answers[self.attempts]
        self.attempts += 1
        self.open += 1
        try:
            for one in answer:
                if isinstance(one, ProviderError):
                    raise one
                yield one
        finally:
            self.open -= 1


def told(service: Service, patience: Patience = PATIENCE) -> list[str]:
    async def all_of_it() -> list[str]:
        got = [piece async for piece in retried(service.attempt, patience, "it")]
        assert service.open == 0
        return got

    return asyncio.run(all_of_it())


def test_what_may_succeed_a_moment_later_is_asked_again(paused: list[float]) -> None:
    service = Service([BUSY], [BUSY], ["a", "b"])
    assert told(service) == ["a", "b"]
    assert service.attempts == 3
    for pause, planned in zip(paused, PAUSES, strict=True):
        assert planned * 0.5 <= pause <= planned * 1.5


def test_there_is_an_end_to_it(paused: list[float]) -> None:
    service = Service(*[[BUSY]] * 9)
    with pytest.raises(ProviderUnavailable, match="busy"):
        told(service)
    assert service.attempts == len(PAUSES) + 1 == len(paused) + 1


@pytest.mark.parametrize(
    "fault", [AuthenticationFailed("key"), ProviderTimeout("late"), StoryCutShort("off"), QuotaExceeded("empty account", retryable=False)]
)
def test_what_would_fail_again_is_not(paused: list[float], fault: ProviderError) -> None:
    service = Service([fault])
    with pytest.raises(type(fault)):
        told(service)
    assert (service.attempts, paused) == (1, [])


def test_what_has_begun_is_not_begun_again(paused: list[float]) -> None:
    service = Service(["a", BUSY], ["never"])
    with pytest.raises(ProviderUnavailable):
        told(service)
    assert (service.attempts, paused) == (1, [])


def test_the_service_says_how_long_to_wait_and_is_not_waited_for_beyond_the_deadline(paused: list[float]) -> None:
    service = Service([QuotaExceeded("slowly", after=7.0)], ["a"])
    assert told(service) == ["a"]
    assert paused == [7.0]
    service = Service([QuotaExceeded("slowly", after=25.0)], ["never"])
    with pytest.raises(QuotaExceeded):
        told(service)
    assert service.attempts == 1


def test_a_second_attempt_that_has_no_time_left_fails_for_the_first_ones_reason() -> None:
    class Silent(Service):
        async def attempt(self) -> AsyncGenerator[str, None]:
            self.attempts += 1
            if self.attempts > 1:
                await asyncio.Event().wait()
            for _ in ():
                yield ""
            raise BUSY

    service = Silent()
    with pytest.raises(ProviderUnavailable, match="busy"):
        told(service, Patience(0.7, 20, 200))
    assert service.attempts <= 2


@given(st.lists(st.sampled_from([BUSY, AuthenticationFailed("key"), "piece"]), min_size=1, max_size=8))
def test_whatever_comes_there_is_an_end_and_nothing_is_told_twice(moments: list[str | ProviderError]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retry, "PAUSES", (0.0, 0.0))
        service = Service(*[[one] for one in moments], *[[BUSY]] * 3)
        got: list[str] = []
        with contextlib.suppress(ProviderError):
            got = told(service)
        last = service.answers[service.attempts - 1]
        assert got == (["piece"] if "piece" in last else [])
        assert service.attempts <= 3
        assert service.open == 0


def test_time_in_which_nobody_asks_does_not_count_but_a_drip_has_an_end() -> None:
    async def drip() -> AsyncGenerator[str, None]:
        while True:
            await asyncio.sleep(0.002)
            yield "."

    heard: list[str] = []

    async def listen() -> None:
        async for drop in timely(drip(), Patience(5, 5, 0.05), "it"):
            heard.append(drop)
            await asyncio.sleep(0.02)  # the child listens

    with pytest.raises(ProviderTimeout, match=r"it is too slow: it is not ready after 0\.05 seconds"):
        asyncio.run(listen())
    assert len(heard) >= 3, "longer than the deadline was listened to"


def test_who_comes_later_has_less_time_but_some() -> None:
    patience = Patience(15, 10, 300)
    assert [patience.less(waited).first for waited in (0, 6, 12, 99)] == [15, 9, 5, 5]
    assert patience.less(99).between == 10


def test_the_last_of_several_is_not_given_up_soon_and_one_alone_has_the_time_that_is_set() -> None:
    """After it there is no story."""
    patience = Patience(0.1, 40, 1)
    assert patience.longest() == Patience(LAST, 40, 4 * LAST)

    class Slow:
        async def stream(self, _system: str, _messages: object) -> AsyncGenerator[str, None]:
            await asyncio.sleep(0.3)
            yield "Once."

    async def told(*names: str) -> str:
        def load(one: Candidate) -> Slow:
            if one.provider == "gone":
                raise ProviderUnavailable("it is gone")
            return Slow()

        candidates = Candidates[Any]([Candidate(name) for name in names], load)
        async with aclosing(FallbackModel(candidates, patience, limit=99).stream("", [Message("user", "a dragon")])) as words:
            return "".join([word async for word in words])

    assert asyncio.run(told("gone", "slow")) == "Once."
    with pytest.raises(ProviderTimeout, match=r"said nothing for 0\.1 seconds"):
        asyncio.run(told("slow"))
