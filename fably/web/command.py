"""What `fably web` does: the parent's page is there until nobody needs it."""

import asyncio
import contextlib
import getpass
import os
import re
import sys
from importlib.util import find_spec

from fably import logs
from fably.control.client import NobodyThere, connected
from fably.control.place import places
from fably.control.protocol import Refused
from fably.core.errors import ConfigError, MissingDependency
from fably.memory.malloc import tune
from fably.screen import show
from fably.settings import Settings
from fably.texts import text
from fably.web import doorway
from fably.web.interface import EXTRA, interface
from fably.web.passwords import Password
from fably.web.rooms import kept_in
from fably.web.sessions import Sessions
from fably.web.waiting import waiting

IDLE_EXIT = "10m"
"""With --systemd: it brings the page back as soon as somebody asks."""
ROOM_SECONDS = 5.0
"""For the box to have its idle engines leave."""
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def page(settings: Settings, host: str | None, port: int | None, idle_exit: str | None, *, systemd: bool) -> None:
    """Serve the page. Raises `ConfigError`, and `MissingDependency` where Gradio is not installed."""
    idle = duration(idle_exit or (IDLE_EXIT if systemd else "0"))
    if not settings.web:
        raise ConfigError("the page is switched off (FABLY_WEB, --no-web)")
    if settings.gpio_only:
        raise ConfigError("there is no page where the button alone is listened to (FABLY_GPIO_ONLY)")
    if find_spec("gradio") is None:
        raise MissingDependency(f"the page needs Gradio; install it with: {EXTRA}")
    tune()
    if settings.debug:
        logs.start(settings)
    listening = doorway.systemds() if systemd else doorway.own(host or settings.web_host, port or settings.web_port)
    with listening:
        if not doorway.is_private(listening) and not Password(kept_in(settings) / "password").is_set:
            show(text(settings.language, "page.no_password") + "\n", sys.stderr)
        with waiting(listening, settings.language) as child:
            if not settings.quiet:
                show(text(settings.language, "page.there", url=doorway.address(listening)) + "\n", sys.stderr)
            asyncio.run(_find_room(settings))
            for name, value in {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}.items():
                os.environ[name] = value  # read when it is imported
            lite_app = interface()
            from fably.web.server import serve

            asyncio.run(serve(settings, listening, lite_app, child.end, idle or None))


async def _find_room(settings: Settings) -> None:
    """Ask the box to let its idle engines go: the page needs as much as one of them."""
    with contextlib.suppress(NobodyThere, Refused, TimeoutError):
        async with asyncio.timeout(ROOM_SECONDS), connected(places(settings.control_socket, os.environ, settings.state)) as box:
            await box.ask("room")


def duration(text: str) -> float:
    """The seconds of a text such as 10m, 90s or 0. Raises `ConfigError`."""
    found = re.fullmatch(r"(\d{1,6})([smh]?)", text)
    if found is None:
        raise ConfigError(f"--idle-exit: {text[:20]!r} is not a time such as 10m, 90s or 1h; 0 is never")
    return int(found[1]) * _UNITS[found[2]]


def set_password(settings: Settings) -> None:
    """Ask for a new password, or read it from standard input where nobody types; whoever is logged in is logged out."""
    rooms = kept_in(settings)
    if sys.stdin.isatty():
        chosen = getpass.getpass(text(settings.language, "page.new_password") + " ")
        if chosen != getpass.getpass(text(settings.language, "page.once_more") + " "):
            raise ConfigError(text(settings.language, "page.not_the_same"))
    else:
        chosen = sys.stdin.readline().rstrip("\r\n")
    Password(rooms / "password").set(chosen)
    Sessions(rooms / "sessions.json").end_all()
    show(text(settings.language, "page.password_set") + "\n", sys.stderr)
