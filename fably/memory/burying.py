"""The end of a child process, as its parent sees to it: killed if need be, and nothing left of it."""

import asyncio
import contextlib
import os
import signal
from asyncio import StreamReader, Task
from asyncio.subprocess import Process

_PIECE = 65_536


async def bury(process: Process, reads: "Task[str] | None" = None) -> None:
    """Kill `process`, if it still lives, and wait until it is gone; `reads` is the task that reads its standard error, if there is one.
    Cancelled, it goes on all the same."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            # not process.kill(), which buries one that is dead already, behind the back of asyncio: that would report code 255
            os.kill(process.pid, signal.SIGKILL)
    await asyncio.shield(asyncio.create_task(_gone(process, reads)))


async def _gone(process: Process, reads: "Task[str] | None") -> None:
    """Its pipes are emptied first: as long as one is full, asyncio does not hear of the death."""
    await _emptied(process.stdout)
    await (reads or _emptied(process.stderr))
    await process.wait()
    if process.stdin:
        process.stdin.close()


async def _emptied(pipe: StreamReader | None) -> None:
    while pipe and await pipe.read(_PIECE):
        pass
