"""Real ALSA devices that need no hardware: what is played goes to a file, as fast as a card would take it (see card.py), and "ear" hears
what is written into a pipe, as fast as that is. It has a mixer where a test brings one (see fake_mixer.c)."""

import sys
from pathlib import Path

CARD = Path(__file__).with_name("card.py")
_ALSA = """\
pcm.!default {{ type plug slave.pcm "card" }}
pcm.card {{ type file slave.pcm "nothing" file "|{card}" format "raw" }}
pcm.ear {{ type file slave.pcm "nothing" file "/dev/null" infile "{ear}" format "raw" }}
pcm.nothing {{ type null }}
ctl_type.fake {{ lib {{ @func getenv vars [ FAKE_MIXER_LIBRARY ] default "there-is-none.so" }} }}
ctl.!default {{ type fake }}
"""


def install(home: Path, file: Path, speed: int, ear: Path = Path("/dev/zero")) -> None:
    """Give whoever has this home the card, which takes `speed` bytes a second and writes them to `file`, and an ear that reads `ear`."""
    (home / ".asoundrc").write_text(_ALSA.format(card=f"{sys.executable} -S {CARD} {file} {speed}", ear=ear), encoding="utf-8")
