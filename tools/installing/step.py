"""One step of a plan."""

from collections.abc import Sequence
from typing import Protocol


class Step(Protocol):
    """Something that is to be so when Fably is installed."""

    @property
    def title(self) -> str:
        """What it is about, for people."""
        ...

    def changes(self) -> Sequence[str]:
        """What it would change, a line each; none where all is as it should be. Touches nothing."""
        ...

    def make(self) -> None:
        """Make it so. Raises `InstallError`."""
        ...
