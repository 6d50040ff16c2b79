"""What was asked for the last time: who runs the installer again, to update, need not say it all anew."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass

from installing.machine import MIB, Machine
from installing.options import Options
from installing.record import PLACE, write

FILE = f"{PLACE}/choices.json"


@dataclass(frozen=True)
class Choices:
    """What this machine is to be: an answer to each question."""

    mode: str = "lite"
    voice: str | None = None
    wakeword: bool = False
    web: bool = True
    hat: str | None = None
    upgrades: bool = False

    @property
    def extras(self) -> tuple[str, ...]:
        """Fably's extras that it takes."""
        wanted = ["espeak", "gpio", "grammar", "opus"]
        if self.voice or self.mode == "full":
            wanted.append("piper")
        if self.wakeword or self.mode == "full":
            wanted.append("wakeword")
        if self.web:
            wanted.append("web")
        if self.mode == "full":
            wanted += ["whisper", "wyoming"]
        return tuple(sorted(wanted))


def suits(memory: int | None) -> str:
    """The mode for a machine of so many bytes, as fably/settings/modes.py has it."""
    if memory is None:
        return "lite"
    return "pi-zero" if memory < 860 * MIB else "lite" if memory < 3300 * MIB else "full"


def choose(options: Options, machine: Machine) -> Choices:
    """What is asked for now, else what was the last time, else what suits."""
    before: dict[str, object] = {}
    try:
        before = json.loads(machine.at(FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    found: dict[str, object] = {"mode": suits(machine.memory)}
    for one in dataclasses.fields(Choices):
        given = getattr(options, one.name)
        if given is not None:
            found[one.name] = given
        elif one.name in before:
            found[one.name] = before[one.name]
    return Choices(**found)  # type: ignore[arg-type] # as they were written


@dataclass(frozen=True)
class Remembered:
    """A `Step`: the choices are kept."""

    machine: Machine
    choices: Choices
    title: str = "what was chosen"

    def changes(self) -> Sequence[str]:
        return ()  # no news to anybody: the other steps say what it comes to

    def make(self) -> None:
        text = json.dumps(dataclasses.asdict(self.choices), indent=1) + "\n"
        file = self.machine.at(FILE)
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            write(file, text.encode())
