"""Opening a sound card, for those who play and those who listen: by name or number, within a deadline, with errors in our words."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fably.audio.portaudio import portaudio
from fably.core.errors import AudioError
from fably.core.threads import in_daemon

MOST_WAITING = 3.0
"""Seconds that one card's opening or closing may hold up another's: one that is in use takes a second to say so."""
BUSY = -9985
"""PortAudio's code for a card that somebody else has: it is there, and to look for it once more would take another second."""
_ONE_AT_A_TIME = threading.Lock()
_open_streams: set[int] = set()


def device_of(name: str | None) -> str | int | None:
    """A device as PortAudio wants it: its number, a part of its name, or None for the default."""
    return int(name) if name and name.isdecimal() else name


def installed(what: str) -> Any:
    """The module `sounddevice`. Raises `AudioError`, which says that there is no `what`, where PortAudio is not installed."""
    try:
        return portaudio()
    except OSError as error:
        raise AudioError(f"no {what}: PortAudio is not installed ({error}); install it with: apt-get install libportaudio2") from error


async def opened(open_card: Callable[[], Any], what: str, deadline: float, *, is_stream: bool = True) -> Any:
    """The stream that `open_card` opens, in a thread: a card that is in use blocks for a second before it says so, and one whose sound
    server hangs for ever. What this gave is to be given to `closed`, or `giving_back`; what `is_stream` not, such as a volume control, is
    nothing to PortAudio. Raises `AudioError` after `deadline` seconds, and what `open_card` raises."""
    handing, there, unwanted = threading.Lock(), list[Any](), threading.Event()

    def work() -> Any:
        with _alone():
            stream = _found(open_card) if is_stream else open_card()
            with handing:
                if not unwanted.is_set():
                    there.append(stream)
                    if is_stream:
                        _open_streams.add(id(stream))
                    return stream
            stream.close()  # before anybody else may open it, who would be told that it is in use
            raise AudioError(f"{what} is not wanted any more")

    try:
        opening = in_daemon(work, name="opens the card")
    except OSError as error:
        raise AudioError(f"{what} cannot be opened: {error}") from error
    try:
        async with asyncio.timeout(deadline):
            return await asyncio.shield(opening)
    except (asyncio.CancelledError, TimeoutError) as error:
        with handing:
            unwanted.set()
        for stream in there:  # it came in this very moment
            in_daemon(closed, stream, name="closes the card")
        if isinstance(error, TimeoutError):
            raise AudioError(f"{what} cannot be opened: it has not answered for {deadline:g} seconds") from error
        raise


@contextmanager
def giving_back(stream: Any) -> Iterator[Any]:
    """The stream, closed at the end."""
    try:
        yield stream
    finally:
        closed(stream)


def closed(stream: Any) -> None:
    """Give a card back."""
    with _alone():
        _open_streams.discard(id(stream))
        stream.close()


def _found(open_card: Callable[[], Any]) -> Any:
    """The stream that `open_card` opens. PortAudio knows the cards that were there when it began: where one cannot be opened and nothing
    is open, it begins anew, and a card that was plugged in since is there."""
    try:
        return open_card()
    except AudioError as error:
        if _open_streams or BUSY in getattr(error.__cause__, "args", ()) or not _looked_again():
            raise
        return open_card()


def _looked_again() -> bool:
    """Have PortAudio look for cards; whether it could."""
    try:
        sounddevice = portaudio()
        sounddevice._terminate()
        sounddevice._initialize()
    except Exception:  # without PortAudio, or with one that cannot begin any more
        return False
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """While nobody else opens or closes a card, which PortAudio's list of streams would not survive: a press opens the microphone and the
    loudspeaker at once. One that hangs must not silence the other for good, so it is waited for a while only."""
    mine = _ONE_AT_A_TIME.acquire(timeout=MOST_WAITING)
    try:
        yield
    finally:
        if mine:
            _ONE_AT_A_TIME.release()


def short(error: Exception) -> str:
    """What PortAudio says, in one line."""
    return " ".join(str(error.args[0] if error.args else error).split())[:160]
