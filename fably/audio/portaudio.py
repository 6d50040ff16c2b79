"""PortAudio, without what it does to standard error, and at the end of the process."""

import atexit
import os
import sys
from typing import Any


def portaudio() -> Any:
    """The module `sounddevice`. Raises `OSError` where the library PortAudio is not installed.

    While it begins, and with a sound server that takes seconds, descriptor 2 of the whole process leads to /dev/null, against what
    ALSA would print there; a "Stopped." or a warning of that moment would be lost. So Python gets a descriptor of its own first.
    """
    if "sounddevice" in sys.modules:
        return sys.modules["sounddevice"]
    _keep_standard_error()
    import sounddevice

    # at the end of the process it would close every stream, also below the feet of a thread that a card holds up, which crashes; the
    # kernel takes back what is open
    atexit.unregister(sounddevice._exit_handler)
    return sounddevice


def _keep_standard_error() -> None:
    said = sys.stderr
    try:
        if said is None or said.fileno() != 2:
            return
        said.flush()
        own = os.dup(2)
    except (OSError, ValueError):  # closed, or none that has a descriptor
        return
    sys.stderr = open(own, "w", encoding=said.encoding, errors=said.errors, buffering=1, closefd=False)  # noqa: SIM115 - as long as the process
