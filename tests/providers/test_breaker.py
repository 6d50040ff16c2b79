"""Who failed twice is left alone for a minute; time stands still in these tests until it is moved."""

import asyncio

import pytest
from fakes import FakeModel

from fably.core.errors import ModelRetired, ProviderError, ProviderUnavailable, StoryCutShort, VoiceUnknown
from fably.core.protocols import LanguageModel
from fably.core.types import Message
from fably.providers.breaker import FAILURES, REST, RETIRED, Breaker
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate
from fably.providers.deadlines import Patience
from fably.providers.fallback import FallbackModel

CLOUD, OLD, LOCAL = Candidate("cloud", "new"), Candidate("cloud", "old"), Candidate("offline")
DOWN = ProviderUnavailable("down", retryable=False)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_one_failure_is_none_and_two_in_a_row_are_a_rest() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed(CLOUD, DOWN)
    assert not breaker.rests(CLOUD)
    breaker.worked(CLOUD)
    breaker.failed(CLOUD, DOWN)
    assert not breaker.rests(CLOUD), "not in a row"
    breaker.failed(OLD, DOWN)
    assert breaker.rests(CLOUD)
    assert breaker.rests(OLD), "it is the provider that rests"
    assert not breaker.rests(LOCAL)
    clock.now += REST
    assert not breaker.rests(CLOUD)
    breaker.failed(CLOUD, DOWN)
    assert breaker.rests(CLOUD), "one more failure is enough"
    clock.now += REST
    breaker.worked(CLOUD)
    breaker.failed(CLOUD, DOWN)
    assert not breaker.rests(CLOUD)


def test_a_model_that_is_gone_rests_alone_and_a_story_that_broke_off_is_no_outage() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed(CLOUD, ModelRetired("gone"))
    assert breaker.rests(CLOUD)
    assert not breaker.rests(OLD)
    for _ in range(FAILURES + 1):
        breaker.failed(OLD, StoryCutShort("its filter"))
    assert not breaker.rests(OLD)
    clock.now += RETIRED
    assert not breaker.rests(CLOUD)


class Nights:
    """A program that tells a story every night: its breaker stays, its providers do not."""

    def __init__(self, *, strict: bool = False) -> None:
        self.clock, self.fault, self.strict = Clock(), None, strict
        self.breaker = Breaker(self.clock)
        self.notices: list[str] = []

    fault: ProviderError | None

    def tell(self) -> list[str]:
        """Tell one story; the names of those who were asked."""
        asked: list[str] = []

        def load(one: Candidate) -> LanguageModel:
            asked.append(f"{one.provider} {one.model or ''}".strip())
            return FakeModel("Once. ", fault=None) if one == LOCAL or self.fault is None else FakeModel(fault=self.fault)

        candidates: Candidates[LanguageModel] = Candidates(
            [CLOUD, OLD, LOCAL], load, lambda faults, following, _begun: self.notices.append(f"{faults[0]} > {following.provider}"),
            breaker=self.breaker, strict=self.strict,
        )  # fmt: skip
        model = FallbackModel(candidates, Patience(5, 5, 50), limit=1000)

        async def told() -> None:
            assert [piece async for piece in model.stream("", [Message("user", "a fox")])] == ["Once. "]

        asyncio.run(told())
        return asked


def test_the_third_night_does_not_wait_for_the_outage_of_the_first_two() -> None:
    nights = Nights()
    nights.fault = DOWN
    assert [nights.tell() for _ in range(4)] == [["cloud new", "offline"], ["cloud new", "offline"], ["offline"], ["offline"]]
    nights.clock.now += REST
    assert nights.tell() == ["cloud new", "offline"], "a minute later it is tried again"
    assert nights.tell() == ["offline"]
    nights.fault = None
    nights.clock.now += REST
    assert [nights.tell() for _ in range(2)] == [["cloud new"], ["cloud new"]]
    assert nights.notices == ["down > offline"] * 3


def test_a_vendor_that_has_lost_a_model_is_asked_for_its_next_one_and_only_once() -> None:
    nights = Nights(strict=True)
    gone = ModelRetired("no such model")

    def load(one: Candidate) -> LanguageModel:
        return FakeModel("Once. ") if one == OLD else FakeModel(fault=gone)

    candidates: Candidates[LanguageModel] = Candidates(
        [CLOUD, OLD, LOCAL], load, lambda faults, following, _begun: nights.notices.append(f"{faults[0]} > {following.model}"),
        breaker=nights.breaker, strict=True,
    )  # fmt: skip

    async def told() -> list[str]:
        return [piece async for piece in FallbackModel(candidates, Patience(5, 5, 50), limit=1000).stream("", [Message("user", "a fox")])]

    assert asyncio.run(told()) == ["Once. "]
    assert nights.notices == ["no such model > old"]
    assert nights.tell() == ["cloud old"]


def test_who_was_asked_for_on_the_command_line_fails() -> None:
    nights = Nights(strict=True)
    nights.fault = DOWN
    with pytest.raises(ProviderUnavailable, match="down"):
        nights.tell()
    assert nights.notices == []


def test_who_was_asked_for_on_the_command_line_is_not_replaced_while_it_rests() -> None:
    nights = Nights(strict=True)
    nights.fault = DOWN
    for _ in range(FAILURES + 2):
        with pytest.raises(ProviderUnavailable, match="down"):
            nights.tell()
    nights.fault = None
    assert nights.tell() == ["cloud new"]
    assert nights.notices == []


def test_it_is_said_that_a_provider_rests_and_not_that_its_model_does() -> None:
    breaker = Breaker(Clock())

    def resting() -> list[str]:
        candidates: Candidates[LanguageModel] = Candidates([CLOUD, OLD, LOCAL], lambda _one: FakeModel(), breaker=breaker)
        return candidates.resting

    breaker.failed(CLOUD, ModelRetired("gone"))
    assert resting() == []
    for _ in range(FAILURES):
        breaker.failed(OLD, DOWN)
    assert resting() == ["cloud"]


def test_a_model_and_a_voice_may_both_be_gone_and_the_next_night_knows_of_the_model() -> None:
    breaker = Breaker(Clock())
    chain = [Candidate("cloud", "new"), Candidate("cloud", "new", usual=True), OLD, OLD._replace(usual=True), LOCAL]

    def tried(*faults: ProviderError) -> list[Candidate]:
        candidates: Candidates[LanguageModel] = Candidates(chain, lambda _one: FakeModel(), breaker=breaker)
        turns = [candidates.turn]
        for fault in faults:
            candidates.give_way(candidates.turn, fault, begun=False)
            turns.append(candidates.turn)
        return turns

    no_voice, gone = VoiceUnknown("no such voice"), ModelRetired("no such model")
    assert tried(DOWN) == [chain[0], LOCAL]
    assert tried(no_voice, no_voice) == [chain[0], chain[1], LOCAL]
    assert tried(no_voice, gone) == [chain[0], chain[1], chain[3]], "the voice is known to be gone"
    assert tried(no_voice, DOWN) == [OLD, chain[3], LOCAL], "the model is known to be gone"
    breaker = Breaker(Clock())
    assert tried(gone, no_voice) == [chain[0], OLD, chain[3]]
