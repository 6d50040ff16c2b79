"""A voice for Piper, fetched by Fably itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installing.accounts import STATE
from installing.machine import Machine
from installing.programs import Programs


@dataclass(frozen=True)
class FetchedVoice:
    """A `Step`: the voice `name` lies in the state directory. `fably` is the program that fetches it; a wheelhouse may hold it as well."""

    machine: Machine
    programs: Programs
    name: str
    fably: Path
    wheelhouse: Path | None
    title: str = "the voice"

    def changes(self) -> Sequence[str]:
        return () if self._there() else (f"fetch the voice {self.name} (20 to 110 MB)",)

    def make(self) -> None:
        if self._there():
            return
        beside = self.wheelhouse / f"{self.name}.onnx" if self.wheelhouse else None
        wanted = str(beside) if beside and beside.is_file() else self.name
        environ = (f"FABLY_STATE_PATH={STATE}", f"HOME={STATE}", "PATH=/usr/bin:/bin")
        self.programs.run("runuser", "-u", "fably", "--", "env", "-i", *environ, self.fably, "voices", "download", wanted)

    def _there(self) -> bool:
        return self.machine.at(f"{STATE}/voices/{self.name}.onnx").is_file()
