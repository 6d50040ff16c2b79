"""Switching the computer off, for a box without a keyboard."""

import os
import subprocess
import sys

OFF = 75
"""The exit code that asks the unit which has started the box to switch the computer off: the box itself may not."""


def switch_off() -> int:
    """Have the computer switched off by systemd, and give the exit code."""
    if "INVOCATION_ID" in os.environ:  # systemd has started us, and does it as the unit says
        return OFF
    try:
        return OFF if subprocess.run(["systemctl", "poweroff"], check=False).returncode == 0 else 1  # noqa: S607 - no word of anybody's
    except OSError as error:
        print(f"fably: this computer cannot be switched off: {error.strerror or error}", file=sys.stderr)
        return 1
