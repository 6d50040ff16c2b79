"""Where the page keeps what it must remember: who is logged in, the password's hash, how many codes were said, the list of the stories."""

import os
from collections.abc import Mapping
from pathlib import Path

from fably.settings import Settings


def kept_in(settings: Settings, environ: Mapping[str, str] = os.environ) -> Path:
    """As set; else, where systemd gives the page a state directory of its own, there, for the box's is the box's; else below it."""
    given = environ.get("STATE_DIRECTORY", "").split(":")[0]
    if settings.web_path is None and given and Path(given) != settings.state:
        return Path(given)
    return settings.web_path or settings.state / "web"
