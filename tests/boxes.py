"""Starts boxes (box.py), has each tell a story, and measures them from outside: what their trees hold, and how long they take."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

import sound_card
from farm import Farm
from farm.sound import tone, wav
from tree_watch import EVERY, MB, Watch

HERE = Path(__file__).resolve().parent
STORY = (
    "Once upon a time, a small dragon lived on a hill above the mill. She wanted to fly, but her wings were short, and the wind was not "
    "her friend.\n\nShe tried from a stone, and from an old apple tree, and from the roof of the mill, where the miller had left his "
    "ladder, and every time she fell into the hay.\n\n"
    '"Try it with the wind behind you," said the owl. So she waited until the evening, when the moon came up, and then she flew.'
)
CARD_SPEED = 200_000
"""Bytes a second: some four times as fast as a story is heard. What is bounded by its ear is made as fast as the voice can."""
SETTLED = 1.0
"""Seconds for which a state is looked at in which nothing happens."""
PATIENCE = 180.0
"""Seconds for a box to tell its story."""


class Failed(Exception):
    """A box did not do what it is to be measured at."""


@dataclass(frozen=True)
class Setup:
    """A box: the settings of its environment, what else it holds (flags of box.py), and which voice must tell the story."""

    settings: tuple[tuple[str, str], ...]
    flags: tuple[str, ...] = ()
    voice: str = ""

    def but(self, *flags: str, voice: str | None = None, **settings: str) -> "Setup":
        """The same with other settings; one that is empty is not set."""
        named = {**dict(self.settings), **settings}
        kept = tuple((name, value) for name, value in named.items() if value)
        return Setup(kept, (*self.flags, *flags), self.voice if voice is None else voice)


@dataclass(frozen=True)
class Figures:
    """Of one story, or medians of several: MB (PSS of the whole tree), and seconds."""

    ready: float
    """From the start of the process until a press would be heard."""
    first_sound: float
    """From the start of the process, with a press as soon as it is ready."""
    idle: float
    token: float
    telling: float
    peak: float
    after: float
    kept: float
    """MB of the library on the disk."""
    sound: float
    """Seconds for which the story is heard."""


class Load(NamedTuple):
    """An engine's way in or out, from the journal."""

    what: str
    engine: str
    seconds: float


@dataclass
class Models:
    """The voices and the recogniser that the boxes find in their state directories, by name."""

    voices: Mapping[str, Path] = field(default_factory=dict)
    whisper: Mapping[str, Path] = field(default_factory=dict)

    def link(self, state: Path) -> None:
        (state / "voices").mkdir(parents=True)
        (state / "models" / "whisper").mkdir(parents=True)
        for name, voice in self.voices.items():
            for end in ("", ".json"):
                (state / "voices" / f"{name}.onnx{end}").symlink_to(f"{voice}{end}")
        for name, folder in self.whisper.items():
            (state / "models" / "whisper" / name).symlink_to(folder)


class Boxes:
    """Measures setups; one that was measured is not measured again."""

    def __init__(self, farm: Farm, models: Models, runs: int, warm: bool = True) -> None:
        self._farm, self._models, self._runs, self._warm = farm, models, runs, warm
        self._known: dict[Setup, tuple[Figures, list[Load]]] = {}

    def figures(self, *setups: Setup) -> list[Figures]:
        """The medians of the runs. They take turns, so that what else the machine does is to nobody's favour. Raises `Failed`."""
        new = [one for one in dict.fromkeys(setups) if one not in self._known]
        with ExitStack() as stack:
            homes = {one: Path(stack.enter_context(tempfile.TemporaryDirectory())) for one in new}
            runs: dict[Setup, list[Figures]] = {one: [] for one in new}
            for setup, home in homes.items():
                self._prepare(setup, home)
            for _ in range(self._runs):
                for setup, home in homes.items():
                    runs[setup].append(self._run(setup, home))
            for setup, home in homes.items():
                medians = {of.name: statistics.median(getattr(one, of.name) for one in runs[setup]) for of in fields(Figures)}
                self._known[setup] = Figures(**medians), list(_loads(home / "state" / "memory.jsonl"))
        return [self._known[one][0] for one in setups]

    def loads(self, setup: Setup) -> list[Load]:
        """Every engine that came or went in those runs. Raises `Failed`."""
        self.figures(setup)
        return self._known[setup][1]

    def _prepare(self, setup: Setup, home: Path) -> None:
        self._models.link(home / "state")
        sound_card.install(home, home / "card", CARD_SPEED)
        (home / "wish.wav").write_bytes(wav(tone("a wish that is two seconds long" * 7)))
        if self._warm:  # bytecode is written, the first line of a story is made, what engines need is known
            self._run(setup, home)
            (home / "state" / "memory.jsonl").unlink(missing_ok=True)

    def _run(self, setup: Setup, home: Path) -> Figures:
        with _box(setup, home, self._farm) as (box, began):
            watch = Watch(box.pid)
            try:
                ready, _ = _until(box, "ready")["ready"]
                time.sleep(SETTLED)
                idle = watch.between(ready, time.monotonic())
                pressed = time.monotonic()
                assert box.stdin
                box.stdin.write("\n")
                box.stdin.flush()
                events = _until(box, "after")
                time.sleep(SETTLED)
            finally:
                watch.stop()
            after, facts = events["after"]
            token, sound, told = (events[what][0] for what in ("first token", "first sound", "told"))
            if setup.voice and facts["voices"] != [setup.voice]:
                raise Failed(f"the story was told by {' and '.join(facts['voices'])}, and not by {setup.voice}")
            if not facts["heard"]:
                raise Failed("the story was not heard")
            return Figures(
                ready - began,
                ready - began + sound - pressed,
                statistics.median(idle),
                watch.between(token, token + EVERY)[0],
                statistics.median(watch.between(max(token, sound), told)),
                max(watch.between(pressed, told)),
                statistics.median(watch.between(after, time.monotonic())),
                sum(file.stat().st_size for file in (home / "state" / "stories").rglob("*") if file.is_file()) / MB,
                _seconds(Path(facts["kept"])),
            )


@contextmanager
def _box(setup: Setup, home: Path, farm: Farm) -> Iterator[tuple["subprocess.Popen[str]", float]]:
    """A box, and when it was started. It has left afterwards."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    settings = {name: value.format(url=farm.url, tcp=farm.tcp, home=home) for name, value in setup.settings}
    environ = {**kept, "HOME": str(home), "PYTHONPATH": str(HERE.parent), "FABLY_STATE_PATH": f"{home}/state", **settings}
    flags = [flag.format(home=home) for flag in setup.flags]
    said = home / "said"
    began = time.monotonic()
    with said.open("w", encoding="utf-8") as errors, subprocess.Popen(
        [sys.executable, str(HERE / "box.py"), *flags], env=environ, cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=errors, text=True,
    ) as box:  # fmt: skip
        try:
            yield box, began
            assert box.stdin
            box.stdin.close()
            if code := box.wait(PATIENCE):
                raise Failed(f"a box ended with code {code}")
        except (EOFError, Failed) as error:
            raise Failed(f"{error} {said.read_text(encoding='utf-8')[-500:]}".strip()) from error
        finally:
            box.kill()


def _until(box: "subprocess.Popen[str]", last: str) -> dict[str, tuple[float, dict[str, Any]]]:
    """All that happens up to `last`: when, and its facts. With an opener a story is heard before its first token has come. Raises
    `EOFError` when the box ends first, or takes too long."""
    assert box.stdout
    bound = threading.Timer(PATIENCE, box.kill)
    bound.start()
    events = {}
    try:
        for line in box.stdout:
            name, at, facts = json.loads(line)
            events[name] = float(at), facts
            if name == last:
                return events
    finally:
        bound.cancel()
    raise EOFError


def _seconds(story: Path) -> float:
    """For which the sound of a kept story is heard; none for one that was broken off."""
    file = story / "story.wav"
    if not file.is_file():
        return 0.0
    with wave.open(str(file)) as sound:
        return float(sound.getnframes() / sound.getframerate())


def _loads(journal: Path) -> Iterator[Load]:
    if journal.exists():
        for line in journal.read_text(encoding="utf-8").splitlines():
            note = json.loads(line)
            if note["what"] in ("load", "unload"):
                yield Load(note["what"], note["engine"], float(note["seconds"]))
