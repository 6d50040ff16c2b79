"""Where scenes are played: one at a time, and the next one never waits for the last."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)
Scene = Callable[[], Coroutine[Any, Any, None]]
"""What is to be played. It is called when it begins, so one that was cancelled before that leaves nothing behind."""


class Stage:
    """Beginning a scene cancels the one before, which is put away while the new one is already being played.

    A scene that needs what the last one had, such as its story's folder, waits until the stage is `empty`.
    """

    def __init__(self) -> None:
        self._scene: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether a scene is being played."""
        return self._scene is not None and not self._scene.done()

    def begin(self, scene: Scene) -> None:
        """Play `scene`, which handles its own faults."""
        self.clear()
        self._scene = asyncio.create_task(_played(scene))

    def clear(self) -> None:
        """End what is being played. Returns at once."""
        if self._scene is not None and not self._scene.done():
            self._scene.cancel()
            self._leaving.add(self._scene)
            self._scene.add_done_callback(self._leaving.discard)
        self._scene = None

    async def empty(self) -> None:
        """Wait until the scenes that were ended have been put away."""
        if self._leaving:
            await asyncio.wait(set(self._leaving))

    async def close(self) -> None:
        """End everything, and wait for it."""
        self.clear()
        await self.empty()


async def _played(scene: Scene) -> None:
    try:
        await scene()
    except Exception:  # a fault of ours: nobody asks a scene how it went
        log.exception("something has gone wrong that nobody thought of")
