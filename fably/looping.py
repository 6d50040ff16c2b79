"""What `fably --loop` does: this computer becomes the box, until it is stopped."""

import asyncio
import signal

from fably import logs
from fably.box import appliance
from fably.core.errors import ConfigError
from fably.core.types import State
from fably.memory.malloc import tune
from fably.running import run
from fably.screen import Screen
from fably.settings import Settings
from fably.texts import text

STOPPED = 130


def live(settings: Settings, query: str) -> int:
    """Be the box until somebody stops it, and give the exit code. Raises `FablyError` where it cannot even begin."""
    if query:
        raise ConfigError("--loop waits for a press and asks what the story should be about; leave the words after it out")
    tune()
    if settings.debug:
        logs.start(settings)
    screen = Screen(settings)
    try:
        run(_live(settings, screen))
    except (KeyboardInterrupt, asyncio.CancelledError):
        screen.end_line()
        screen.say(text(settings.language, "status.stopped"))
        return STOPPED
    return 0


async def _live(settings: Settings, screen: Screen) -> None:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - this is a coroutine, so there is one
    for number in (signal.SIGTERM, signal.SIGHUP):  # the loop's runner does the same for SIGINT
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)

    def shown(state: State) -> None:
        screen.say(text(settings.language, f"state.{state.value}"))

    async with appliance(settings, screen.warn, shown) as box:
        sweeping = asyncio.create_task(box.teller.sweep())
        await box.live()
        await sweeping
