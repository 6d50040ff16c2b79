"""The GPIO pins, by way of gpiozero, which is imported when somebody has a button or a light. Its exceptions end here."""

import contextlib
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from fably.core.errors import ConfigError, FablyError, MissingDependency
from fably.memory.lazily import lazily

T = TypeVar("T")

WITHOUT = "to do without a button start with --keyboard or --no-button, and without a light leave FABLY_LIGHT out"


def claim(what: str, setting: str, make: Callable[[Any], T]) -> T:
    """What `make` makes of the module gpiozero: `what`, for people, as `setting` says. The pin factory is found by gpiozero's own rules.

    Raises `MissingDependency` without gpiozero, and `ConfigError` where there are no pins, or where this one is taken or is none.
    """
    with warnings.catch_warnings(record=True) as fallbacks, _lgpio_elsewhere():
        warnings.simplefilter("always")  # which pin factories were tried, and why they would not do
        lazily("gpiozero")
        try:
            import gpiozero
        except ImportError as error:
            raise MissingDependency(
                f"{what} needs the package {error.name}; install it with: pip install 'fably[gpio]'; {WITHOUT}"
            ) from error
        try:
            return make(gpiozero)
        except Exception as error:  # pin factories raise whatever their drivers do
            tried = [str(one.message) for one in fallbacks if one.category is gpiozero.PinFactoryFallback]
            raise _translated(error, what, setting, tried, gpiozero) from error


def _translated(error: Exception, what: str, setting: str, tried: list[str], gpiozero: Any) -> FablyError:
    said = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, gpiozero.PinInvalidPin):
        return ConfigError(f"{setting}: {what} cannot be there, for {said}; choose another pin")
    if isinstance(error, gpiozero.GPIOPinInUse) or "busy" in said.lower():
        return ConfigError(f"{setting}: {what} cannot be there, for the pin is taken ({said}); choose another, or end what holds it")
    if isinstance(error, (gpiozero.BadPinFactory, gpiozero.PinUnknownPi)):
        why = tried[0].removeprefix("Falling back from ") if tried else said
        hint = "on a Raspberry Pi install lgpio (apt install python3-lgpio) and be in the group gpio"
        return ConfigError(f"{what} needs the GPIO pins of a Raspberry Pi, and there are none to be had here ({why}); {hint}; {WITHOUT}")
    return ConfigError(f"{setting}: {what} does not work: {said}; choose another pin; {WITHOUT}")


@contextlib.contextmanager
def _lgpio_elsewhere() -> Iterator[None]:
    """lgpio makes a pipe where the program stands, which may be read-only, and leaves it there; or it goes to LG_WD, and the program with
    it. So it is sent to a folder that lasts no longer than this: the pipe is open by then, and needs no name any more."""
    here = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.ExitStack() as stack:
            if "LG_WD" not in os.environ:
                with contextlib.suppress(OSError):  # no room for one: then where we stand
                    os.environ["LG_WD"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="fably-", ignore_cleanup_errors=True))
                    stack.callback(os.environ.pop, "LG_WD")
            stack.callback(os.fchdir, here)
            yield
    finally:
        os.close(here)
