"""A tone that is played and listened to."""

import math
import random
from array import array
from pathlib import Path

import pytest
from recorded import unpacked

from fably.core.types import AudioFormat
from fably.doctor.tone import CLEAR, HZ, is_loop, purity
from fably.pcm.tones import chime
from fably.settings import load

FORMAT = AudioFormat(16_000)
LOOP = """
== /proc/asound/cards
 0 [Loopback       ]: Loopback - Loopback
                      Loopback 1
== /proc/asound/pcm
00-00: Loopback PCM : Loopback PCM : playback 8 : capture 8
"""


def tenth(hz: float, level: int = 3000, noise: int = 0) -> bytes:
    chance = random.Random(7)  # noqa: S311 - a room, and no secret
    return array(
        "h", (int(level * math.sin(2 * math.pi * hz * at / FORMAT.rate) + chance.gauss(0, noise)) for at in range(FORMAT.rate // 10))
    ).tobytes()


def test_our_own_tone_is_known_among_noise_and_others_are_not() -> None:
    own = chime([(HZ, 1.0)], FORMAT.rate)
    assert purity(own[8_000:11_200], FORMAT) > 0.95
    assert purity(tenth(HZ, level=200), FORMAT) > 0.95, "however soft"
    assert purity(tenth(HZ, noise=1000), FORMAT) > CLEAR
    assert purity(tenth(440), FORMAT) < 0.05
    assert purity(tenth(2 * HZ), FORMAT) < 0.05
    assert purity(tenth(HZ, level=0, noise=3000), FORMAT) < 0.1
    assert purity(bytes(3200), FORMAT) == 0.0
    assert purity(b"", FORMAT) == 0.0


@pytest.mark.parametrize(
    ("cards", "environ", "plays"),
    [
        (LOOP, {}, True),
        (LOOP, {"FABLY_OUTPUT": "story.wav"}, False),
        ("", {}, False),
        (LOOP.replace("Loopback", "Device"), {}, False),
    ],
    ids=["loop", "file", "none", "loudspeaker"],
)
def test_it_is_played_by_itself_only_where_nobody_hears_it(tmp_path: Path, cards: str, environ: dict[str, str], plays: bool) -> None:
    assert is_loop(unpacked(cards, tmp_path).patient, load({}, {"HOME": ".", **environ})) is plays
