"""What a check has found: one line of the table, one object of the JSON."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "failed"]


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

    @property
    def works(self) -> bool:
        """Whether it does what it is for, perhaps not as it should."""
        return self.status != "failed"
