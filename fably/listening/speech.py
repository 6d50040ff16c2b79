"""Is that speech? A light detector that compares each frame with the room: no package, no model, 8 µs a frame.

It looks at the band around 1 kHz, where vowels are strong and fans are not, and takes for speech what is twice as strong as the least
of the last second and a half. Speech falls to the noise of the room between two syllables; the noise of a fan does not.

Chosen by measurement (`tools/bench/ear`; the README has the table). The detectors of WebRTC and pocketsphinx, which are the same one, know
voices by their spectrum, and take a fan of -35 dBFS for a voice that does not end. This one is deaf to one wish in nine at most
where the noise is only 5 dB below the speech, and takes a noise that begins while it listens for speech until 1.6 seconds later.
"""

import audioop
from collections import deque
from math import inf

FRAME = 0.02
"""Seconds that are judged at once."""
_SETTLED = 30
"""Frames after which the room is known well enough to judge them."""
_BUCKET, _BUCKETS = 10, 8
"""Frames that share a minimum, and how many such minima are remembered: 1.6 seconds."""
_SMOOTH = 4
"""Frames whose mean is judged: noise differs from frame to frame, syllables last longer."""
_RATIO = 2.1
"""How much stronger speech is than the room, as amplitudes; 6.4 dB."""
_LEAST = 15.0
"""Root mean square below which nothing is speech, however quiet the room; -67 dBFS."""
_TAPS = 11
"""Samples before a frame that its band depends on."""


class SpeechDetector:
    """Judges one stream of frames, each `FRAME` of 16-bit mono sound at 16 kHz."""

    def __init__(self) -> None:
        self._before = bytes(2 * _TAPS)
        self._count = 0
        self._recent: deque[int] = deque(maxlen=_SMOOTH)
        self._minima: deque[float] = deque([inf], _BUCKETS)
        self._unjudged: list[float] = []

    def feed(self, frame: bytes) -> list[bool]:
        """Whether each frame is speech that has not been judged yet: the newest one, as a rule.

        The first 0.6 seconds are judged all at once at their end: who speaks before the microphone is open would else be taken for
        the noise of the room.
        """
        self._recent.append(self._strength(frame))
        level = sum(self._recent) / len(self._recent)
        if self._count and self._count % _BUCKET == 0:
            self._minima.append(inf)
        self._count += 1
        self._minima[-1] = min(self._minima[-1], level)
        self._unjudged.append(level)
        return self.rest() if self._count >= _SETTLED else []

    def rest(self) -> list[bool]:
        """The same where nothing follows: what has not been judged yet is judged with what is known."""
        least = max(_LEAST, _RATIO * min(self._minima))
        levels, self._unjudged = self._unjudged, []
        return [level > least for level in levels]

    def _strength(self, frame: bytes) -> int:
        """The root mean square of the frame's band: the difference of means of four neighbours, half a millisecond apart."""
        sound = self._before + frame
        self._before = sound[-2 * _TAPS :]
        mean = audioop.mul(sound, 2, 0.25)
        for shift in (2, 4):
            mean = audioop.add(mean[shift:], mean[:-shift], 2)
        return audioop.rms(audioop.add(mean[16:], audioop.mul(mean[:-16], 2, -1), 2), 2)
