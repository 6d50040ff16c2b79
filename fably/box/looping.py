"""What `fably --loop` does: this computer becomes the box, until it is stopped."""

import asyncio
import logging
import os
import sys
from contextlib import AsyncExitStack

from fably import logs
from fably.box.appliance import Ending
from fably.box.composition import appliance
from fably.box.power import switch_off
from fably.box.remote import Changed, News
from fably.box.renewing import Renewal, is_successor, succeed
from fably.box.supervision import supervised
from fably.core.errors import ConfigError
from fably.memory.malloc import tune
from fably.running import STOPPED, run, stop_on_signals
from fably.screen import Screen
from fably.settings import Settings
from fably.texts import text

log = logging.getLogger(__name__)


def live(settings: Settings, query: str) -> int:
    """Be the box until somebody stops it, and give the exit code. Raises `FablyError` where it cannot even begin."""
    if query:
        raise ConfigError("--loop waits for a press and asks what the story should be about; leave the words after it out")
    tune()
    if settings.debug:
        logs.start(settings)
    screen = Screen(settings)
    try:
        with logs.kept(settings.state, logs.secrets_of(settings)):
            ending = run(_live(settings, screen))
    except (KeyboardInterrupt, asyncio.CancelledError):
        screen.end_line()
        screen.say(text(settings.language, "status.stopped"))
        return STOPPED
    if ending is Ending.RESTART:
        os.execv(sys.executable, [sys.executable, "-m", "fably", *sys.argv[1:]])  # noqa: S606 - as we were started
    return switch_off() if ending is Ending.OFF else 0


async def _live(settings: Settings, screen: Screen) -> Ending:
    stop_on_signals()
    successor = is_successor()
    if successor and not await succeed():
        return Ending.ASKED  # the one before goes on: somebody has pressed its button
    async with AsyncExitStack() as stack:
        supervisor = await stack.enter_async_context(supervised())
        renewal = Renewal(supervisor.succeeded_by) if supervisor.is_there and settings.renew_seconds else None
        if renewal is not None:
            stack.callback(renewal.hand_over)  # as the last thing, when all that we had is free
        box = await stack.enter_async_context(appliance(settings, screen.warn, supervisor.pulse, renewal))

        def shown(news: News) -> None:
            if isinstance(news, Changed):
                state = text(settings.language, f"state.{box.state.value}")
                screen.say(state)
                log.info("%s", box.state.value)
                supervisor.status(state)

        def ready() -> None:
            supervisor.ready(text(settings.language, f"state.{box.state.value}"))
            if settings.keyboard and not settings.gpio_only:
                screen.say(text(settings.language, "status.keys"))
            shown(Changed())

        box.watch(shown)
        sweeping = asyncio.create_task(box.performance.teller.sweep())
        ending = await box.live(ready, greets=not successor)
        await sweeping
        return ending
