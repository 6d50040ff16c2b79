"""What the box does at which gesture: the table that the README shows, as data."""

from enum import Enum

from fably.core.types import Gesture, State


class Act(Enum):
    """What is to be done. The value is what the README says of it."""

    OPEN_EAR = "light, a sound, and the microphone opens"
    GO_ON_LISTENING = "go on listening until the child has finished"
    FINISH_LISTENING = "that was the wish: tell"
    TALK_WHILE_HELD = "listen as long as it is held"
    NEW_WISH = "that was a wish for this story: work it in"
    TELL_LAST_AGAIN = "throw the recording away; tell the last story again, or go on with it if it was cut short"
    CANCEL = "never mind"
    SILENCE = "silence, and the ear gets ready"
    REASSURE = "a sound: it is on its way"
    STAY_PAUSED = "stay silent"
    GO_ON = "go on, from the start of the same sentence"
    FROM_THE_START = "back to the start of this story"
    NEXT_VOICE = "go on with the next voice, from the same sentence"
    GOOD_NIGHT = "good night: stop everything, keep the place"
    SHUT_DOWN = "shut down, where that is allowed"
    GREET_AND_LISTEN = "light, a sound, and listen"
    LOUDER = "louder, and a soft tick that says so where nothing else is heard"
    SOFTER = "softer, likewise"
    NOTHING = ""


_COLUMNS = (State.IDLE, State.LISTENING, State.THINKING, State.TELLING, State.PAUSED)
_ROWS: dict[Gesture, tuple[Act, ...]] = {
    # who presses while it thinks wants to know whether anything will come; to begin anew at every press would be to never begin
    Gesture.DOWN: (Act.OPEN_EAR, Act.GO_ON_LISTENING, Act.REASSURE, Act.SILENCE, Act.SILENCE),
    Gesture.SHORT: (Act.GO_ON_LISTENING, Act.FINISH_LISTENING, Act.GO_ON, Act.STAY_PAUSED, Act.GO_ON),
    Gesture.HELD: (Act.TALK_WHILE_HELD,) * 5,
    Gesture.RELEASED: (Act.FINISH_LISTENING, Act.FINISH_LISTENING, Act.NEW_WISH, Act.NEW_WISH, Act.NEW_WISH),
    Gesture.DOUBLE: (Act.TELL_LAST_AGAIN, Act.CANCEL, Act.CANCEL, Act.FROM_THE_START, Act.NEXT_VOICE),
    Gesture.LONG: (Act.GOOD_NIGHT,) * 5,
    Gesture.VERY_LONG: (Act.SHUT_DOWN,) * 5,
    # while it thinks and tells nobody listens for it unless that is set: there is no echo cancellation, and it would hear itself
    Gesture.WAKE_WORD: (Act.GREET_AND_LISTEN, Act.NOTHING, *(Act.GREET_AND_LISTEN,) * 3),
    Gesture.LOUDER: (Act.LOUDER,) * 5,
    Gesture.SOFTER: (Act.SOFTER,) * 5,
}
TABLE: dict[tuple[State, Gesture], Act] = {
    (state, gesture): act for gesture, row in _ROWS.items() for state, act in zip(_COLUMNS, row, strict=True)
}
"""By the state in which the press began, for `DOWN` has changed it by the time it is known what kind of press it is."""
NO_PRESS = (Gesture.WAKE_WORD, Gesture.LOUDER, Gesture.SOFTER)
"""Gestures that are no part of a press: they mean what they mean in the state they come in, and disturb no press that goes on."""


def act(state: State, gesture: Gesture, began: State, heard: bool = False) -> Act:
    """What to do at `gesture` in `state`. `began` is the state before the `DOWN` of its press; of a double, before that of the first.

    `heard` says whether somebody has spoken since then. Who holds the button and speaks wants to be listened to, however long it takes:
    then a long press is none. Who holds it and says nothing has pressed it slowly: the end of that is the end of a short press.
    """
    if gesture is Gesture.DOWN or gesture in NO_PRESS:
        return TABLE[state, gesture]
    if gesture in (Gesture.LONG, Gesture.VERY_LONG):
        return Act.NOTHING if heard else TABLE[began, gesture]
    if gesture is Gesture.RELEASED and not heard:
        gesture = Gesture.SHORT
    if gesture is not Gesture.DOUBLE and state is State.IDLE:
        return Act.NOTHING  # a long press, or somebody else, has ended what this one began
    found = TABLE[began, gesture]
    if found in (Act.GO_ON_LISTENING, Act.FINISH_LISTENING) and state is not State.LISTENING:
        return Act.NOTHING  # the child had finished by itself
    return found


class Press:
    """Remembers in which state a press began, from gesture to gesture."""

    def __init__(self) -> None:
        self._began: State | None = None

    def act(self, state: State, gesture: Gesture, heard: bool = False) -> Act:
        """What to do at `gesture`, the next that came, in `state`; see `act`. What no press began, such as the second of two
        triggers that were pressed at once, means nothing."""
        if gesture in NO_PRESS:
            return act(state, gesture, state)
        if gesture is Gesture.DOWN:
            if self._began is None:
                self._began = state  # else it may be the second of a double, which began with the first
            return act(state, gesture, self._began)
        began = self._began
        if gesture in (Gesture.SHORT, Gesture.DOUBLE, Gesture.RELEASED):
            self._began = None
        return Act.NOTHING if began is None else act(state, gesture, began, heard)


_NAMES = {
    Gesture.DOWN: "the moment of any press",
    Gesture.SHORT: "short press",
    Gesture.HELD: "held",
    Gesture.RELEASED: "held, spoken, and let go",
    Gesture.DOUBLE: "double press",
    Gesture.LONG: "held for 3 s, and no speech heard",
    Gesture.VERY_LONG: "the same for 8 s",
    Gesture.WAKE_WORD: "wake word (while thinking and telling: with `FABLY_WAKEWORD_WHILE_TELLING`)",
    Gesture.LOUDER: "louder",
    Gesture.SOFTER: "softer",
}


def drawn() -> str:
    """The table as the README shows it."""
    rows = [f"| gesture | {' | '.join(f'while {state.value}' for state in _COLUMNS)} |", "|---" * (len(_COLUMNS) + 1) + "|"]
    for gesture, acts in _ROWS.items():
        cells = ["the same" if one.value and at and one is acts[at - 1] else one.value for at, one in enumerate(acts)]
        rows.append(f"| {_NAMES[gesture]} | {' | '.join(cells)} |")
    return "\n".join(rows)
