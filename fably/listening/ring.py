"""Sound in memory that never takes more than its bound: what is oldest makes room."""

from fably.core.types import AudioFormat


class Ring:
    """Holds the last `seconds` of a stream. Places in it are counted in seconds from the beginning of the stream."""

    def __init__(self, format: AudioFormat, seconds: float) -> None:
        self._format = format
        self._most = format.bytes_in(seconds)
        self._held = bytearray()
        self._first = 0  # bytes of the stream before the first that is held
        self.dropped = 0
        """Frames that were pushed out while they were wanted."""

    def add(self, pcm: bytes) -> None:
        """Take what follows, whole frames."""
        self._held += pcm
        over = len(self._held) - self._most
        if over > 0:
            self._forget(over)
            self.dropped += over // self._format.frame

    def forget_before(self, seconds: float) -> None:
        """Let go of what nobody wants: all sound before a place."""
        self._forget(min(self._format.bytes_in(max(seconds, 0.0)) - self._first, len(self._held)))

    def _forget(self, count: int) -> None:
        if count > 0:
            del self._held[:count]
            self._first += count

    def between(self, begin: float, end: float) -> bytes:
        """The sound from one place to another, as far as it is still there."""
        place = [max(self._format.bytes_in(max(one, 0.0)) - self._first, 0) for one in (begin, end)]
        return bytes(self._held[place[0] : place[1]])

    def __len__(self) -> int:
        """Bytes that are held."""
        return len(self._held)
