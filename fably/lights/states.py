"""What each state looks like: data, whatever the light is made of."""

from dataclasses import dataclass, replace
from typing import Literal

from fably.core.types import State

Motion = Literal["off", "steady", "pulse", "blink"]


@dataclass(frozen=True, slots=True)
class Look:
    """`colour` is red, green and blue from 0 to 1, made for a dark room; `seconds` is how long a pulse or a blink takes."""

    motion: Motion
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)
    seconds: float = 0.0

    @property
    def brightness(self) -> float:
        """For a light of one colour."""
        return max(self.colour)


DARK = Look("off")
LOOKS: dict[State, Look] = {
    State.IDLE: DARK,
    State.LISTENING: Look("steady", (0.0, 1.0, 0.3)),
    State.THINKING: Look("pulse", (0.2, 0.4, 1.0), 1.6),
    State.TELLING: Look("steady", (0.3, 0.12, 0.02)),  # a candle, to fall asleep by
    State.PAUSED: Look("blink", (0.3, 0.12, 0.02), 3.0),
}
TROUBLE = Look("blink", (1.0, 0.1, 0.0), 1.0)
"""The box cannot begin, and needs a grown-up: no state of its, for there is no box then."""
_NIGHT = (1.0, 0.4, 0.1)


def looks(night_light: int = 0, while_telling: bool = True) -> dict[State, Look]:
    """How each state looks. `night_light` is how brightly an idle box shines, in percent; 0 is not at all."""
    chosen = dict(LOOKS)
    if night_light:
        chosen[State.IDLE] = Look("steady", tuple(one * night_light / 100 for one in _NIGHT))  # type: ignore[arg-type] # three of them
    if not while_telling:
        chosen[State.TELLING] = DARK
    return chosen


def plain(look: Look) -> Look:
    """The nearest look of a light that is on or off: what would pulse blinks, and what is steady is on however dim."""
    return replace(look, motion="blink") if look.motion == "pulse" else look
