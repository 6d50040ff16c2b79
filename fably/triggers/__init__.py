"""What a child does things to. A trigger is imported when it is wanted: a box without a button loads no gpiozero."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fably.core.errors import ConfigError, FablyError
from fably.core.protocols import Trigger
from fably.core.types import Gesture
from fably.settings import Settings

if TYPE_CHECKING:
    from fably.engines.pool import Pool
    from fably.engines.table import Wanted
    from fably.triggers.wake_word import Ears, WakeWord


def wanted_word(settings: Settings) -> Wanted | None:
    """The wake word that is set, and the engine for it; None where it is off. Raises `ConfigError` and `MissingDependency`."""
    if settings.gpio_only or not settings.wakeword:
        return None
    if settings.external_services:
        raise ConfigError("--wakeword listens with an engine on this machine, and --external-services loads none; leave one of them out")
    from fably.engines.wake_models import wake_word

    return wake_word(settings.wakeword_engine, settings.wakeword_model, settings.wakeword_threshold)


def wake_word_of(settings: Settings, ears: Ears, pool: Pool, notify: Callable[[FablyError], None]) -> WakeWord | None:
    """What listens for the wake word; None where nothing does. Raises what `wanted_word` does."""
    wanted = wanted_word(settings)
    if wanted is None:
        return None
    from fably.triggers.wake_word import WakeWord

    return WakeWord(ears, pool, wanted, notify, while_telling=settings.wakeword_while_telling)


def triggers_of(settings: Settings, word: Trigger | None = None) -> Trigger | None:
    """What the settings say there is to press, and what listens for a `word`; None where there is nothing. Blocks for an import. Nothing
    is taken before it is used. Raises `ConfigError` for settings that contradict each other."""
    found: list[Trigger] = [] if word is None else [word]
    if settings.gpio_only:
        for name in ("wakeword", "keyboard"):
            if name in settings.flags:
                raise ConfigError(f"--gpio-only listens to nothing but the button, and --{name} asks for more; leave one of them out")
        if not settings.button:
            raise ConfigError("--gpio-only listens to nothing but the button, and --no-button (FABLY_BUTTON) takes that away")
    if settings.keyboard and not settings.gpio_only:
        from fably.triggers.keyboard import Keyboard
        from fably.triggers.keystrokes import Keystrokes

        found.append(Keyboard(Keystrokes(settings.long_seconds, settings.very_long_seconds)))
    if settings.button:
        from fably.triggers.button import Button
        from fably.triggers.presses import Timing

        timing = Timing(
            held=settings.held_seconds,
            double=settings.double_seconds,
            long=settings.long_seconds,
            very_long=settings.very_long_seconds,
            bounce=settings.button_bounce_seconds,
        )
        found.append(Button(settings.button_gpio_pin, settings.button_pull, timing))
    besides: list[Trigger] = []
    for gesture, pin in ((Gesture.LOUDER, settings.volume_up_gpio_pin), (Gesture.SOFTER, settings.volume_down_gpio_pin)):
        if found and pin is not None:
            from fably.triggers.volume_button import VolumeButton

            besides.append(VolumeButton(gesture, pin, settings.button_pull, settings.button_bounce_seconds))
    if len(found) + len(besides) < 2:
        return found[0] if found else None
    from fably.triggers.several import Several

    return Several(found, besides)
