"""What a child does things to. A trigger is imported when it is wanted: a box without a button loads no gpiozero."""

from fably.core.protocols import Trigger
from fably.core.types import Gesture
from fably.settings import Settings


def triggers_of(settings: Settings) -> Trigger | None:
    """What the settings say there is to press; None where there is nothing. Blocks for an import. Nothing is taken before it is used."""
    found: list[Trigger] = []
    if settings.keyboard:
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
