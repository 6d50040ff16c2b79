"""The memory modes: named bundles of settings, for machines of different size."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from fably.core.errors import ConfigError

ModeName = Literal["full", "standard", "lite", "pi-zero"]
NAMES: tuple[ModeName, ...] = get_args(ModeName)
"""From the largest to the smallest."""
AUTO = "auto"
SHORT: dict[str, ModeName] = {"lite_mode": "lite", "pi_zero_mode": "pi-zero"}
"""The settings that are short for a mode."""

# What a mode gives to whoever has not set it: as text, as in a file. Empty is the setting's own default, which is what standard has.
# How far sound is made ahead is no smaller in the small ones: 8 seconds are 0.4 MB, and a slow machine needs them most.
_TABLE: dict[str, tuple[str, ...]] = {
    #                       full     standard  lite          pi-zero
    "memory_limit":        ("",      "",       "600M",       "300M"),  # 300M is what a Zero 2W of 512 MB has free after its start
    "engine_policy":       ("lazy",  "",       "aggressive", "aggressive"),
    "engine_idle_seconds": ("3600",  "",       "300",        "60"),
    "engine_threads":      ("4",     "",       "",           ""),
    "engine_malloc":       ("fast",  "",       "",           ""),
    "engine_growth":       ("500M",  "",       "",           "32M"),  # a voice of 63 MB grows by 7 MB, with fast and 4 threads by 270
    "voice_quality":       ("",      "",       "medium",     "x_low"),
    "max_cache_size":      ("",      "",       "200M",       "50M"),
    "sound_ahead":         ("15",    "",       "",           ""),
    "examples_on_demand":  ("",      "",       "yes",        "yes"),
    "monitor_seconds":     ("60",    "",       "",           "15"),  # who has little has to see sooner that it becomes less
}  # fmt: skip

MODES: dict[ModeName, dict[str, str]] = {
    mode: {name: row[at] for name, row in _TABLE.items() if row[at]} for at, mode in enumerate(NAMES)
}  # fmt: skip
"""What each mode gives, by the setting's name."""
SET = tuple(_TABLE)
"""The names of the settings that depend on the mode."""

_TIERS: tuple[tuple[int, ModeName], ...] = ((900_000_000, "pi-zero"), (3_500_000_000, "lite"))
"""Below so many bytes the mode suits. A machine sold with 1 GB shows 0.95e9 to 1.0e9 of it, one with 4 GB 3.7e9 to 4.1e9."""


def suggested(memory: int | None) -> ModeName:
    """The mode that suits a machine with so many bytes: pi-zero for less than 1 GB, lite for less than 4, else standard, as for one
    that does not tell."""
    return next((mode for bound, mode in _TIERS if memory is not None and memory < bound), "standard")


@dataclass(frozen=True)
class InForce:
    """The mode whose values count, and why."""

    name: ModeName = "standard"
    origin: str = ""
    """The flag or variable that named it; empty where none did."""
    auto: bool = False
    """Whether it was left to Fably."""


def in_force(told: Iterable[Mapping[str, tuple[object, str]]], memory: Callable[[], int | None]) -> InForce:
    """The mode that was named. `told`: of each place that settings come from, the strongest first, what it says about `memory_mode`
    and those in `SHORT`, each with its origin. `memory` is asked for the machine's memory where it has to choose. Pure apart from that.

    Raises `ConfigError` where one place names two modes. A stronger place wins over a weaker one, as for every setting.
    """
    denied: set[str] = set()
    for place in told:
        named: dict[object, str] = {}
        for setting, (value, origin) in place.items():
            if value is False:
                denied.add(setting)
            elif setting not in denied:
                named.setdefault(SHORT.get(setting, value), origin)
        if len(named) > 1:
            each = [f"{origin} ({mode})" for mode, origin in named.items()]
            raise ConfigError(f"{' and '.join(each)} name {len(each)} memory modes at once; leave all but one of them out")
        for mode, origin in named.items():
            if mode == AUTO:
                return InForce(suggested(memory()), origin, auto=True)
            return InForce(next(one for one in NAMES if one == mode), origin)
    return InForce()
