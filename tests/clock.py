"""A clock that a test turns."""


class Clock:
    """Gives `now`, in seconds."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
