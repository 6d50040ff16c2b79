"""What settings must be to one another: each is allowed by itself, and two of them do not fit together."""

from collections.abc import Iterator, Mapping

from fably.core.errors import ConfigError
from fably.settings.declared import Settings


def check(settings: Settings, origins: Mapping[str, str]) -> None:
    """Raise `ConfigError` for the first two that do not fit together. `origins` says where each that was given comes from, by its name."""
    for one, other, wrong, trouble in _troubles(settings, origins):
        first, second = (origins.get(name, f"--{name.replace('_', '-')}") for name in (one, other))
        fault = ConfigError(f"{first}: {trouble.format(other=second)}; change one of them")
        values = {"one": getattr(settings, one), "two": getattr(settings, other)}
        raise fault.of_kind(wrong, origin=first, other=second, **values)


def _troubles(s: Settings, given: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Two names each, and what is wrong with the first: for other languages, and in English; {other} is where the second was given."""
    if s.memory_warning >= s.memory_critical:
        said = f"{s.memory_warning} percent is not below {{other}}, which is {s.memory_critical}"
        yield "memory_warning", "memory_critical", "not_below", said
    if s.volume_min > s.volume_max:
        yield "volume_min", "volume_max", "above", f"{s.volume_min} percent is above {{other}}, which is {s.volume_max}"
    if "volume" in given and s.volume > s.volume_max:
        yield "volume", "volume_max", "above", f"{s.volume} percent is above {{other}}, which is {s.volume_max}"
    if "volume" in given and s.loop and s.volume < s.volume_min:
        yield "volume", "volume_min", "below", f"{s.volume} percent is below {{other}}, which is {s.volume_min}"
    pins = {"volume_up_gpio_pin": s.volume_up_gpio_pin, "volume_down_gpio_pin": s.volume_down_gpio_pin}
    if s.button:
        pins["button_gpio_pin"] = s.button_gpio_pin
    for one, other in (("volume_up_gpio_pin", "volume_down_gpio_pin"), *((name, "button_gpio_pin") for name in list(pins)[:2])):
        if pins[one] is not None and pins[one] == pins.get(other):
            yield one, other, "same_pin", f"GPIO {pins[one]} is the pin of {{other}} too"
