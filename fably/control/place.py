"""Where the control socket is, and how one is made there that belongs to nobody else."""

import contextlib
import errno
import grp
import os
import socket
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from fably.core.errors import ConfigError
from fably.core.locking import locked

NAME = "control"
SYSTEM = Path("/run/fably")
"""Where systemd keeps what runs as fably.service; whoever is not that service is not told so."""
LONGEST = 107  # bytes of an address; a longer one goes by way of its folder
BACKLOG = 64


def place(given: Path | None, environ: Mapping[str, str], state: Path) -> Path:
    """Where a box has its socket: as set, else in systemd's runtime directory, else in the user's, else in the state directory."""
    return given or next(_usual(environ), state / NAME)


def places(given: Path | None, environ: Mapping[str, str], state: Path) -> list[Path]:
    """Where a client looks for one, the likeliest first."""
    return [given] if given else [*_usual(environ), state / NAME, SYSTEM / NAME]


def _usual(environ: Mapping[str, str]) -> Iterator[Path]:
    if of_unit := environ.get("RUNTIME_DIRECTORY", "").split(":")[0]:
        yield Path(of_unit) / NAME
    if (of_user := Path(environ.get("XDG_RUNTIME_DIR", ""))).is_absolute():
        yield of_user / "fably" / NAME


@contextlib.contextmanager
def listening(path: Path, group: str | None) -> Iterator[socket.socket]:
    """A socket at `path` that listens, for our user, and `group` if there is one. What a crashed box has left there is taken over.

    Raises `ConfigError`: a living box has it, something else is there, or it cannot be made.
    """
    number = _group(group) if group else None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _cannot(path, error) from error
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            try:
                with locked(path.parent):  # of two boxes that begin at once, one is second
                    _clear(path, folder)
                    os.fchmod(one.fileno(), 0o600)  # before it can be seen: nobody else comes in, not even for a moment
                    one.bind(_address(path, folder))
                    made = path.lstat()
                    if number is not None:
                        if made.st_gid != number:  # as a service it is already, and may not even ask
                            os.chown(path, -1, number)
                        path.chmod(0o660)
                    one.listen(BACKLOG)
            except OSError as error:
                raise _cannot(path, error) from error
            try:
                yield one
            finally:
                with contextlib.suppress(OSError):
                    there = path.lstat()
                    if (there.st_dev, there.st_ino) == (made.st_dev, made.st_ino):
                        path.unlink()
    finally:
        os.close(folder)


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[str]:
    """The address of the socket at `path`, however long that is. Raises `OSError`."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield _address(path, folder)
    finally:
        os.close(folder)


def _address(path: Path, folder: int) -> str:
    return str(path) if len(os.fsencode(path)) <= LONGEST else f"/proc/self/fd/{folder}/{path.name}"


def _clear(path: Path, folder: int) -> None:
    """Take away the socket that nobody listens at any more. Raises `ConfigError` and `OSError`."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise ConfigError(f"{path} is there, and it is no socket; remove it, or set FABLY_CONTROL_SOCKET to another path")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.setblocking(False)
        found = knock.connect_ex(_address(path, folder))
    if found in (0, errno.EAGAIN):  # the second: so many are waiting that there is no place for one more
        raise ConfigError(f"another Fably is the box already, with its control socket at {path}; stop it first")
    if found == errno.ECONNREFUSED:
        path.unlink()
    elif found != errno.ENOENT:
        raise OSError(found, os.strerror(found))


def _group(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise ConfigError(f"FABLY_CONTROL_GROUP: there is no group called {name!r}; make it, or set another one") from None


def _cannot(path: Path, error: OSError) -> ConfigError:
    return ConfigError(f"the control socket {path} cannot be made: {error.strerror or error}; FABLY_CONTROL_SOCKET sets another path")
