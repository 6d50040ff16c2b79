"""What a check has found: one line of the table, one object of the JSON."""

import shlex
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Repair:
    """A command that mends what was found, and that `--fix` may run: it can be run twice, and takes nothing away."""

    argv: tuple[str, ...]
    root: bool = False
    """Whether only root may."""

    def __str__(self) -> str:
        return "sudo " * self.root + shlex.join(self.argv)


@dataclass(frozen=True, slots=True)
class Finding:
    """`fix` is what to do, and is there unless all is well. `seconds` is how long the thing itself took to answer, where that matters."""

    check: str
    subject: str
    """What was looked at: a service, a card, a folder."""
    status: Status
    detail: str
    fix: str = ""
    seconds: float | None = None
    what: str = ""
    """The name of what was found, for programs: it is the same in every language. Empty for what a provider answers."""
    repair: Repair | None = None

    @property
    def works(self) -> bool:
        """Whether it does what it is for, perhaps not as it should."""
        return self.status != "failed"
