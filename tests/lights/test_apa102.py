"""A row of lights at gpiozero's mock SPI: what arrives on the wire, bit by bit."""

from collections.abc import Iterator
from typing import Any

import pytest

from fably.core.types import State
from fably.lights import lights_of
from fably.lights.apa102 import frame
from fably.lights.states import LOOKS
from fably.settings import Settings


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Whatever is at the other end of the SPI: it remembers the last transfer."""
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed; ./tools/test installs it")
    from gpiozero.pins.mock import MockFactory, MockSPIDevice

    monkeypatch.setattr(gpiozero.Device, "pin_factory", MockFactory())
    with MockSPIDevice(11, 10, 9, 7) as device:
        yield device


def heard(wire: Any) -> list[int]:
    """The bytes of the last transfer."""
    return list(int(wire.rx_word()).to_bytes(len(wire.rx_buf) // 8, "big"))


def test_a_frame_is_as_the_lights_understand_it() -> None:
    assert frame((1.0, 0.5, 0.0), 2) == [0, 0, 0, 0, 0xE8, 0, 128, 255, 0xE8, 0, 128, 255, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("count", [1, 3, 64])
def test_the_last_light_gets_its_clocks(count: int) -> None:
    assert (len(frame((0, 0, 0), count)) - 4 - 4 * count) * 8 >= 32 + count / 2


def test_states_are_shown_and_what_does_not_move_has_no_thread(wire: Any) -> None:
    from gpiozero.threads import _THREADS

    lights = lights_of(Settings(light="apa102", light_count=2))
    assert heard(wire) == frame((0, 0, 0), 2)
    for state in (*State, State.TELLING):
        lights.show(state)
        assert len(_THREADS) == (LOOKS[state].motion in ("pulse", "blink"))
    assert heard(wire) == frame(LOOKS[State.TELLING].colour, 2)
    lights.close()
    assert heard(wire) == frame((0, 0, 0), 2)


def test_the_spi_can_be_taken_again(wire: Any) -> None:
    for _ in range(2):
        lights = lights_of(Settings(light="apa102"))
        lights.show(State.THINKING)
        lights.close()
        lights.close()


def test_a_wire_that_breaks_while_something_moves_is_told_of_and_nothing_else(
    wire: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from gpiozero.threads import _THREADS

    lights = lights_of(Settings(light="apa102"))

    def fail() -> None:
        raise OSError("the wire is off")

    monkeypatch.setattr(wire, "on_clock", fail)
    lights.show(State.THINKING)
    for thread in list(_THREADS):
        thread.join(60)  # it ends by itself
    lights.show(State.TELLING)
    lights.close()
    assert caplog.text.count("the light does not work") == 2
