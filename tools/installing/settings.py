"""The box's settings, as far as they follow from what was chosen. What else is in the file stays: the page and a parent write there too."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from installing.accounts import STATE
from installing.choices import Choices
from installing.hats import HATS
from installing.machine import Machine
from installing.options import Options
from installing.record import write

FILE = f"{STATE}/settings.env"


def wanted(options: Options, choices: Choices) -> tuple[dict[str, str], dict[str, str]]:
    """What is to be set: what was asked for in this very run, which counts, and what is only a beginning, for who has set nothing else."""
    now: dict[str, str] = {}
    if options.mode:
        now["FABLY_MEMORY_MODE"] = options.mode
    if options.voice:
        now |= {"FABLY_TTS_PROVIDER": "piper", "FABLY_TTS_VOICE": options.voice}
    if options.wakeword is not None:
        now["FABLY_WAKEWORD"] = "yes" if options.wakeword else "no"
    hat = HATS[choices.hat] if choices.hat else None
    return now, dict(hat.settings) if hat else {}


def put(text: str, now: Mapping[str, str], beginning: Mapping[str, str]) -> str:
    """The text of such a file with the values of `now`, and with those of `beginning` that it has nothing for."""
    for name, value in now.items():
        line = f"{name}={value}"
        text, found = re.subn(rf"^(?:export\s+)?{re.escape(name)}\s*=.*$", line, text, flags=re.MULTILINE)
        if not found:
            text = _with(text, line)
    for name, value in beginning.items():
        if not re.search(rf"^(?:export\s+)?{re.escape(name)}\s*=", text, re.MULTILINE):
            text = _with(text, f"{name}={value}")
    return text


def _with(text: str, line: str) -> str:
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"


@dataclass(frozen=True)
class SettingsFile:
    """A `Step`: the file is there, and nobody but the box can read it."""

    machine: Machine
    now: Mapping[str, str]
    beginning: Mapping[str, str]
    title: str = "the box's settings"

    def changes(self) -> Sequence[str]:
        there, text = self._text()
        if there and self.machine.at(FILE).stat().st_mode & 0o077:
            return (f"let nobody but the box read {FILE}",)
        new = put(text, self.now, self.beginning)
        if there and new == text:
            return ()
        lines = [line for line in new.splitlines() if line not in text.splitlines()]
        return (f"set {', '.join(lines)} in {FILE}" if lines else f"make {FILE}",)

    def make(self) -> None:
        if not self.changes():
            return
        file = self.machine.at(FILE)
        write(file, put(self._text()[1], self.now, self.beginning).encode(), 0o600)
        file.chmod(0o600)
        user, group = self.machine.user("fably"), self.machine.group("fably")
        if self.machine.real and user is not None and group is not None:
            os.chown(file, user, group)

    def _text(self) -> tuple[bool, str]:
        try:
            return True, self.machine.at(FILE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return False, "# Settings of the box: .env.example in its sources lists what there is. The page writes here too.\n"
