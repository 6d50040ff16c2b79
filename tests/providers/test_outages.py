"""A place that cannot be reached: one of those who live there finds out, and the others need not."""

import asyncio

from fakes import FORMAT, FakeVoice

from fably.core.errors import ProviderUnavailable
from fably.core.protocols import TextToSpeech
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate
from fably.providers.deadlines import Patience
from fably.providers.fallback import FallbackVoice
from fably.providers.outages import LASTS, Outages

CLOUD, LOCAL = Candidate("cloud"), Candidate("espeak")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def no_network() -> ProviderUnavailable:
    fault = ProviderUnavailable("cloud cannot be reached")
    fault.unreachable = True
    return fault


def test_it_is_known_for_a_moment_and_only_what_all_have_is() -> None:
    clock, fault = Clock(), no_network()
    outages = Outages(clock)
    outages.note("here", ProviderUnavailable("its voice is broken"))
    assert outages.at("here") is None
    outages.note("there", fault)
    assert outages.at("there") is fault
    clock.now += LASTS
    assert outages.at("there") is None


def test_a_voice_at_a_place_that_the_model_could_not_reach_is_not_tried_and_its_reason_not_said_twice() -> None:
    outages, heard = Outages(), []
    outages.note("cloud", no_network())
    distant, local = FakeVoice(), FakeVoice()
    voices: Candidates[TextToSpeech] = Candidates(
        [CLOUD, LOCAL], lambda one: distant if one == CLOUD else local, lambda faults, one, _begun: heard.append((list(faults), one)),
        outages=outages,
    )  # fmt: skip

    async def speak() -> int:
        voice = FallbackVoice(voices, Patience(5, 5, 50), language="en", format=FORMAT)
        return len(b"".join([pcm async for pcm in voice.synthesize("Once.")]))

    assert asyncio.run(speak()) > 0
    assert (distant.asked, local.asked) == ([], ["Once."])
    assert heard == [([], LOCAL)]


def test_who_took_over_is_told_when_it_has_begun_with_all_that_led_to_it() -> None:
    heard: list[tuple[list[str], Candidate]] = []
    other = Candidate("other")
    faults = {CLOUD: ProviderUnavailable("cloud is down", retryable=False), other: ProviderUnavailable("other is down", retryable=False)}

    def load(one: Candidate) -> TextToSpeech:
        return FakeVoice(faults={1: faults[one]}) if one in faults else FakeVoice()

    voices: Candidates[TextToSpeech] = Candidates(
        [CLOUD, other, LOCAL], load, lambda faults, one, _begun: heard.append(([str(fault) for fault in faults], one))
    )

    async def speak() -> None:
        voice = FallbackVoice(voices, Patience(5, 5, 50), language="en", format=FORMAT)
        async for _ in voice.synthesize("Once."):
            assert len(heard) == 1

    asyncio.run(speak())
    assert heard == [(["cloud is down", "other is down"], LOCAL)]
