"""When somebody has finished speaking. Pure arithmetic on seconds of sound: it knows no clock, no microphone and no samples.

Children stop in the middle of a sentence to think, so it is patient: no pause shorter than `Rules.pause` is an end, and neither a click
nor a single frame that was taken for speech begins anything or makes it wait longer.
"""

from dataclasses import dataclass

WORD = 0.16
"""Seconds of believed speech that count as somebody who speaks: "no" has more, a click or a knock at the microphone less."""
SENTENCE = 0.4
"""Seconds of speech with which one may have finished. Less is waited for twice as long: it was a knock, or the first word of many."""
APART = 1.0
"""Seconds of quiet after which less speech than that is forgotten."""
BURST = 0.06
"""Seconds of speech in a row that are believed. What is shorter is a frame that was mistaken: noise sounds like speech for a moment."""
_NOTHING = 1e-6  # sums of hundredths of a second are not exact


@dataclass(frozen=True, slots=True)
class Rules:
    """How patient a listener is, all in seconds of sound."""

    pause: float = 1.5
    """Quiet after the last speech that ends it."""
    start: float = 6.0
    """How long somebody may take to begin."""
    longest: float = 15.0
    """How long somebody may speak, pauses included."""


class Endpointer:
    """Follows one listening, frame by frame."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.now = 0.0
        """Where in the sound, in seconds, it is."""
        self._burst = 0.0  # rises with speech and falls without, so that a frame missed in a word does not break it in two
        self._speech = 0.0
        self.heard = False
        """Whether somebody has really spoken."""
        self.began: float | None = None
        """Where in the sound, in seconds, that begins which is speech, or may become it; None while there is nothing of the kind."""
        self.ended = 0.0
        """Where in the sound, in seconds, the last speech so far ends."""

    def feed(self, seconds: float, is_speech: bool) -> bool:
        """Take the next frame. True once there is nothing more to wait for; `heard` then tells whether anybody spoke."""
        before, self.now = self.now, self.now + seconds
        if is_speech:
            self._burst = min(self._burst + seconds, 2 * BURST)
            if self.began is None:
                self.began = before
            if self._burst > BURST - _NOTHING:
                self._speech += seconds
                self.ended = self.now
                self.heard = self.heard or self._speech > WORD - _NOTHING
        else:
            self._burst = max(self._burst - seconds, 0.0)
        return self._finished() if self.heard else self._given_up()

    @property
    def _quiet(self) -> bool:
        return self._burst < _NOTHING

    def _finished(self) -> bool:
        pause = self._rules.pause * (1 if self._speech > SENTENCE - _NOTHING else 2)
        paused = self._quiet and self.now - self.ended > pause - _NOTHING
        return paused or self.now - (self.began or 0.0) > self._rules.longest - _NOTHING

    def _given_up(self) -> bool:
        if self._quiet and (not self._speech or self.now - self.ended > APART - _NOTHING):
            self.began, self._speech = None, 0.0
        # somebody who begins in the last moment is heard out; what goes on and on like that is no speech
        latest = self._rules.start + (self._rules.longest if self.began is not None else 0.0)
        return self.now > latest - _NOTHING
