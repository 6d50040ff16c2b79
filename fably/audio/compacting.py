"""The process that packs or unpacks one file and ends; `fably.audio.compact` starts it.

    python -m fably.audio.compacting pack IN.wav OUT.opus
    python -m fably.audio.compacting unpack FILE RATE [START_SAMPLE]    16-bit mono PCM to standard output

What goes wrong is one sentence on standard error and the exit code 1. There are no options, so any name will do for a file.
"""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

from fably.core.parts import sync, written
from fably.memory.children import die_with_parent

_IOPRIO_SET = {"x86_64": 251, "aarch64": 30, "armv7l": 314, "armv6l": 314}  # the C library has no function for it
_IOPRIO_WHO_PROCESS, _IOPRIO_IDLE = 1, 3 << 13


def _step_back() -> None:
    """Take only what processor and disk have left over, and be the first to go when memory is short. What is not granted is not needed."""
    with contextlib.suppress(OSError):
        os.nice(10)
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")
    if number := _IOPRIO_SET.get(os.uname().machine):
        ctypes.CDLL(None).syscall(number, _IOPRIO_WHO_PROCESS, 0, _IOPRIO_IDLE)


def _pack(wav: Path, opus: Path) -> None:
    """`opus` is there when it is whole, checked and on the disk; until then whatever was there stays."""
    _step_back()
    from fably.audio.opus import check, pack

    with written(opus) as part, part.open("wb") as file:
        pack(wav, file)
        file.flush()
        check(wav, part)
        os.fsync(file.fileno())
    sync(opus.parent)


def _unpack(file: Path, rate: int, start: int) -> None:
    from fably.audio.opus import unpacked

    with open(1, "wb", closefd=False) as out:
        for pcm in unpacked(file, rate, start):
            out.write(pcm)
            out.flush()


def main(arguments: list[str]) -> None:
    die_with_parent()
    try:
        match arguments:
            case ["pack", wav, opus]:
                _pack(Path(wav), Path(opus))
            case ["unpack", file, rate, *start] if len(start) < 2:
                _unpack(Path(file), int(rate), int("".join(start) or 0))
            case _:
                sys.exit("usage: pack IN.wav OUT.opus, or unpack FILE RATE [START_SAMPLE]")
    except BrokenPipeError:
        sys.exit(1)  # nobody listens any more
    except Exception as error:  # this is the whole process, and its only way to say what happened
        cause = getattr(error, "strerror", None) or error
        sys.exit(" ".join(f"{Path(arguments[1]).name} cannot be {arguments[0]}ed: {cause}".split()))


if __name__ == "__main__":
    main(sys.argv[1:])
