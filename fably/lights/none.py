"""No light."""

from fably.core.types import State


class NoLights:
    """What a box without lights has."""

    def show(self, state: State) -> None:
        """Nothing is to be seen."""

    def close(self) -> None:
        """Nothing is held."""
