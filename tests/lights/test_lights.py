"""Lights at gpiozero's mock pins."""

import sys
from typing import Any

import pytest

from fably.core.errors import ConfigError
from fably.core.types import State
from fably.lights import lights_of
from fably.lights.none import NoLights
from fably.lights.states import DARK, LOOKS, looks
from fably.settings import Settings


def threads() -> int:
    from gpiozero.threads import _THREADS

    return len(_THREADS)


def test_every_state_has_its_look_and_no_two_the_same() -> None:
    assert LOOKS.keys() == set(State)
    assert len(set(LOOKS.values())) == len(State)


def test_a_look_that_moves_says_how_fast_and_no_other_does() -> None:
    for look in LOOKS.values():
        assert bool(look.seconds) == (look.motion in ("pulse", "blink"))
        assert all(0 <= one <= 1 for one in look.colour)


def test_the_dark_can_be_chosen_and_the_night_light() -> None:
    assert looks(while_telling=False)[State.TELLING] == DARK
    assert looks()[State.IDLE] == DARK
    assert looks(night_light=100)[State.IDLE].brightness == 1.0
    assert looks(night_light=5)[State.IDLE].brightness == pytest.approx(0.05)


@pytest.mark.parametrize(("low", "shines"), [(False, 1), (True, 0)])
def test_a_light_that_is_on_or_off(pins: Any, low: bool, shines: int) -> None:
    lights = lights_of(Settings(light="led", light_pins="5", light_active_low=low))
    seen = []
    for state in (State.IDLE, State.LISTENING, State.TELLING, State.IDLE):
        lights.show(state)
        seen.append(pins.pin(5).state == shines)
        assert threads() == 0  # what does not move costs nothing
    assert seen == [False, True, True, False]
    lights.close()


def test_a_light_that_can_be_dimmed(pins: Any) -> None:
    lights = lights_of(Settings(light="pwm", night_light=5))
    lights.show(State.IDLE)
    assert pins.pin(22).state == pytest.approx(0.05)
    lights.show(State.LISTENING)
    assert pins.pin(22).state == 1
    lights.close()


def test_a_light_of_three_colours(pins: Any) -> None:
    lights = lights_of(Settings(light="rgb"))
    lights.show(State.TELLING)
    assert tuple(pins.pin(one).state for one in (22, 23, 24)) == pytest.approx(LOOKS[State.TELLING].colour)
    lights.close()
    assert threads() == 0


@pytest.mark.parametrize("kind", ["led", "pwm", "rgb"])
def test_what_moves_has_a_thread_and_what_does_not_has_none(pins: Any, kind: Any) -> None:
    lights = lights_of(Settings(light=kind))
    for state in (*State, *State):
        lights.show(state)
        assert threads() == (LOOKS[state].motion in ("pulse", "blink"))
    lights.close()
    assert threads() == 0


def test_closing_goes_dark_and_gives_the_pins_back(pins: Any) -> None:
    for _ in range(2):
        lights = lights_of(Settings(light="led"))
        lights.show(State.LISTENING)
        lights.close()
        assert pins.pin(22).function == "input"


def test_a_light_that_fails_never_matters(pins: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    lights = lights_of(Settings(light="led"))

    def fail(_value: object) -> None:
        raise RuntimeError("the wire is off")

    monkeypatch.setattr(pins.pin(22), "_set_state", fail)
    for state in (State.LISTENING, State.TELLING):
        lights.show(state)
    lights.close()
    lights.show(State.LISTENING)
    assert [record.getMessage() for record in caplog.records] == ["the light does not work: the wire is off"]


def test_a_light_that_cannot_be_had_is_told_of_and_there_is_none(pins: Any, caplog: pytest.LogCaptureFixture) -> None:
    first = lights_of(Settings(light="led"))
    assert isinstance(lights_of(Settings(light="led")), NoLights)
    assert "FABLY_LIGHT_PINS" in caplog.text
    first.close()


@pytest.mark.parametrize(
    ("light", "given", "said"),
    [
        ("led", "x", "are not pins"),
        ("led", "28", "are not pins"),
        ("led", "-1", "are not pins"),
        ("led", "1,2", "has one pin"),
        ("rgb", "1,2", "three different pins"),
        ("rgb", "1,1,2", "three different pins"),
        ("led", "17", "there is the button"),
    ],
)
def test_pins_that_are_none(light: Any, given: str, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"FABLY_LIGHT_PINS: '{given}'.* {said}"):
        lights_of(Settings(light=light, light_pins=given))


def test_a_box_without_lights_loads_no_gpiozero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "gpiozero", raising=False)
    lights = lights_of(Settings())
    lights.show(State.TELLING)
    lights.close()
    assert "gpiozero" not in sys.modules
