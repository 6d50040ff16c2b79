"""Work in a thread that nobody waits for: what may hang in a system call keeps neither the loop's own threads nor the end of the program.

`asyncio.to_thread` has few threads for all, and Python waits for them before it ends.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def in_daemon(work: Callable[..., T], *arguments: Any, name: str) -> asyncio.Future[T]:
    """What `work` gives or raises; nobody need ask. Raises `OSError` where there is no memory for a thread."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(found: list[T], fault: Exception | None) -> None:
        if done.done():
            return
        if fault is None:
            done.set_result(found[0])
        else:
            done.set_exception(fault)
            done.exception()  # whoever asked may have gone: that is no news

    def run() -> None:
        found: list[T] = []
        fault: Exception | None = None
        try:
            found.append(work(*arguments))
        except Exception as error:
            fault = error
        with contextlib.suppress(RuntimeError):  # the loop has gone home
            loop.call_soon_threadsafe(tell, found, fault)

    try:
        threading.Thread(target=run, name=name, daemon=True).start()
    except RuntimeError as error:
        raise OSError(str(error)) from error
    return done
