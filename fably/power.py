"""Switching the computer off, for a box without a keyboard."""

import asyncio
import contextlib
import logging

from fably.settings import Settings

log = logging.getLogger(__name__)
SECONDS = 10.0


async def power_off(settings: Settings) -> None:
    """Switch the computer off, if the settings allow it, by systemd, which asks nobody whether this user may where polkit says so."""
    if not settings.power_off:
        log.debug("switching off is not allowed")
        return
    try:
        process = await asyncio.create_subprocess_exec("systemctl", "poweroff", stdin=asyncio.subprocess.DEVNULL)
    except OSError as error:
        log.warning("this computer cannot be switched off: %s", error)
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            if code := await process.wait():
                log.warning("this computer cannot be switched off: systemctl ended with %d; see FABLY_POWER_OFF in the README", code)
