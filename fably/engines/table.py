"""The engines there are. A new one is a file beside this one, and a line here."""

from dataclasses import dataclass

_MB = 1_000_000


@dataclass(frozen=True)
class Engine:
    """An engine, and what it is expected to take at its peak before anybody has measured it on this machine."""

    module: str
    """What is run: `python -m MODULE`."""
    base: int
    """Bytes for its libraries and its work."""
    factor: float
    """Bytes for each byte of its model's file."""
    listens: bool = False
    """Whether it is there all the time, and is none of those that come and go."""


ENGINES = {
    "piper": Engine("fably.engines.piper", 125 * _MB, 1.45),  # 155 MB with a voice of 19 MB, 193 to 214 with one of 60
    "whisper": Engine("fably.engines.whisper", 130 * _MB, 1.5),  # 217 MB with tiny, of 75 MB, while that is loaded
    "wakeword": Engine("fably.engines.wakeword", 55 * _MB, 1.0, listens=True),  # 50 MB with openWakeWord, 42 with microWakeWord
}


@dataclass(frozen=True)
class Wanted:
    """An engine with one of its models: what is loaded, and leaves, as one."""

    engine: str
    """Its name in the table."""
    model: str
    """The name of the model, for people and for what is learned of it."""
    arguments: tuple[str, ...]
    """Of its command line."""
    size: int
    """Bytes of the model's file."""

    @property
    def estimate(self) -> int:
        """Bytes that it is expected to take at its peak."""
        known = ENGINES[self.engine]
        return known.base + int(known.factor * self.size)

    def __str__(self) -> str:
        return f"{self.engine} with {self.model}"
