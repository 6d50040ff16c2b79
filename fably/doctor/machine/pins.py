"""The pins of button and light: whether they can be had, and who has them."""

from fably.core.errors import ConfigError
from fably.doctor.finding import Finding
from fably.doctor.gpio import Line
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.lights import pins_of
from fably.settings import Settings

HEADER = ("pinctrl-bcm", "pinctrl-rp1", "gpio-sim")
"""What chips call themselves whose lines are those of the header."""
OURS = ("lg", "fably", "gpiozero", "python")
"""Names by which the box takes its lines: lgpio says "lg" unless it is told otherwise."""


def wanted_pins(settings: Settings) -> dict[int, str]:
    """The pins that the settings speak of, each with its setting."""
    wanted: dict[int, str] = {}
    if settings.light in ("led", "pwm", "rgb"):
        try:
            wanted |= dict.fromkeys(pins_of(settings), "FABLY_LIGHT_PINS")
        except ConfigError:
            wanted = {}  # the box says that at once
    if settings.button:
        wanted[settings.button_gpio_pin] = "FABLY_BUTTON_GPIO_PIN"
    if settings.volume_up_gpio_pin is not None:
        wanted[settings.volume_up_gpio_pin] = "FABLY_VOLUME_UP_GPIO_PIN"
    if settings.volume_down_gpio_pin is not None:
        wanted[settings.volume_down_gpio_pin] = "FABLY_VOLUME_DOWN_GPIO_PIN"
    return wanted


def check_pins(patient: Patient, settings: Settings) -> list[Finding]:
    """Findings on the pins; none on a machine that has no chip with pins of a header, or where none are wanted."""
    scribe = Scribe("pins", settings.language)
    wanted = wanted_pins(settings)
    chips = [one for one in patient.names("/dev") if one.startswith("gpiochip")]
    if not wanted or not chips:
        return []
    lines: list[Line] = []
    shut = None
    for chip in chips:
        try:
            lines += patient.pins(patient.at(f"/dev/{chip}"))
        except OSError as error:
            shut = f"/dev/{chip}", error
    header = {one.offset: one for one in lines if one.chip.startswith(HEADER)}
    if not header:
        return [scribe.failed("pins_shut", shut[0])] if patient.boot and shut and isinstance(shut[1], PermissionError) else []
    found = []
    for pin, setting in wanted.items():
        line = header.get(pin)
        if line is None:
            found.append(scribe.failed("no_such_pin", f"GPIO {pin}", setting=setting))
        elif line.consumer is not None and not line.consumer.lower().startswith(OURS):
            found.append(scribe.failed("pin_taken", f"GPIO {pin}", setting=setting, consumer=line.consumer))
    if not patient.version("lgpio") and not patient.version("rpi-lgpio") and not patient.version("RPi.GPIO"):
        found.append(scribe.failed("no_pin_library", ""))
    held = any(header[pin].consumer for pin in wanted if pin in header)
    return found or [scribe.ok("pins_held" if held else "pins", ", ".join(f"GPIO {one}" for one in sorted(wanted)))]
