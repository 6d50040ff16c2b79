"""The memory modes: what they set, who names one, and what counts more than they do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fably.core.errors import ConfigError
from fably.settings import Settings, fields_of, load, read
from fably.settings.files import Layer
from fably.settings.modes import MODES, NAMES, SET, InForce, ModeName, suggested

FIELDS = {field.name: field for field in fields_of(Settings)}


def made(flags: Mapping[str, str | bool | None] | None = None, /, **environ: str) -> Settings:
    return read(flags or {}, [Layer("", environ)])


@pytest.mark.parametrize("name", NAMES)
def test_what_a_mode_sets_is_what_is_in_force(name: ModeName) -> None:
    """Which also says that every setting in the table exists, and takes its value."""
    settings = made({"memory_mode": name})
    for field in FIELDS.values():
        given = MODES[name].get(field.name)
        if field.name == "memory_mode":
            assert settings.memory_mode == name
        else:
            assert getattr(settings, field.name) == (field.default if given is None else field.parse(given, name)), field.name
    assert settings.mode == InForce(name, "--memory-mode")
    assert set(MODES[name]) <= set(SET)


def test_without_a_word_nothing_changes() -> None:
    assert MODES["standard"] == {}
    assert made() == Settings()
    assert (made().mode, made().memory_mode) == (InForce(), "standard")


def test_each_mode_is_no_larger_than_the_one_before() -> None:
    """By what is a size; a limit that is not there is no limit."""
    modes = [made({"memory_mode": name}) for name in NAMES]
    sizes: list[list[float]] = [
        [one.memory_limit or 10**15 for one in modes],
        [one.max_cache_size or 10**15 for one in modes],
        [one.engine_growth for one in modes],
        [one.engine_idle_seconds for one in modes],
        [one.engine_threads for one in modes],
        [one.sound_ahead for one in modes],
        [FIELDS["voice_quality"].choices.index(one.voice_quality) for one in modes],
    ]
    for size in sizes:
        assert size == sorted(size, reverse=True)


@pytest.mark.parametrize(
    ("stronger", "idle"), [("flag", 1), ("environment", 2), ("settings.env", 3), (".env", 4), ("mode", 60), ("default", 600)]
)
def test_each_place_counts_more_than_a_mode_and_a_mode_more_than_a_default(tmp_path: Path, stronger: str, idle: int) -> None:
    """The mode itself stands in the weakest place that can name one, so it is not the place that wins, but the value."""
    places = ["flag", "environment", "settings.env", ".env", "mode", "default"]
    places = places[places.index(stronger) :]
    state = tmp_path / "state"
    state.mkdir()
    mode = "FABLY_PI_ZERO_MODE=yes\n" * ("mode" in places)
    (tmp_path / ".env").write_text(mode + "FABLY_ENGINE_IDLE_SECONDS=4\n" * (".env" in places), encoding="utf-8")
    (state / "settings.env").write_text("FABLY_ENGINE_IDLE_SECONDS=3\n" * ("settings.env" in places), encoding="utf-8")
    environ = {"FABLY_STATE_PATH": str(state), **({"FABLY_ENGINE_IDLE_SECONDS": "2"} if "environment" in places else {})}
    settings = load({"engine_idle_seconds": "1"} if "flag" in places else {}, environ, tmp_path)
    assert settings.engine_idle_seconds == idle
    assert settings.engine_policy == ("aggressive" if mode else "hybrid"), "the rest of the mode stays"


def test_a_value_that_is_the_default_of_the_setting_is_a_value_too() -> None:
    assert made({"lite_mode": True, "engine_idle_seconds": "600"}).engine_idle_seconds == 600
    assert made(FABLY_LITE_MODE="1", FABLY_ENGINE_POLICY="hybrid").engine_policy == "hybrid"


@pytest.mark.parametrize(
    ("flags", "environ", "mode", "origin"),
    [
        ({"lite_mode": True}, {}, "lite", "--lite-mode"),
        ({"pi_zero_mode": True}, {}, "pi-zero", "--pi-zero-mode"),
        ({}, {"FABLY_LITE_MODE": "1"}, "lite", "FABLY_LITE_MODE"),
        ({}, {"FABLY_MEMORY_MODE": "full"}, "full", "FABLY_MEMORY_MODE"),
        ({}, {"FABLY_LITE_MODE": "no"}, "standard", ""),
        ({}, {"FABLY_LITE_MODE": "no", "FABLY_MEMORY_MODE": "lite"}, "lite", "FABLY_MEMORY_MODE"),
        ({"memory_mode": "lite", "lite_mode": True}, {}, "lite", "--memory-mode"),
        ({"pi_zero_mode": True}, {"FABLY_MEMORY_MODE": "full"}, "pi-zero", "--pi-zero-mode"),
        ({"memory_mode": "standard"}, {"FABLY_LITE_MODE": "1"}, "standard", "--memory-mode"),
        ({"memory_mode": ""}, {"FABLY_LITE_MODE": "1"}, "lite", "FABLY_LITE_MODE"),
    ],
)  # fmt: skip
def test_a_mode_is_named_by_its_name_or_by_a_short_form(flags: dict[str, Any], environ: dict[str, str], mode: str, origin: str) -> None:
    settings = made(flags, **environ)
    assert (settings.mode.name, settings.mode.origin, settings.memory_mode) == (mode, origin, mode)


def test_a_short_form_that_is_denied_in_a_stronger_place_counts_no_more() -> None:
    layers = [Layer("", {"FABLY_LITE_MODE": "no"}), Layer(".env: ", {"FABLY_LITE_MODE": "yes"})]
    assert read({}, layers).mode == InForce()
    layers[1] = Layer(".env: ", {"FABLY_LITE_MODE": "yes", "FABLY_PI_ZERO_MODE": "yes"})
    assert read({}, layers).mode == InForce("pi-zero", ".env: FABLY_PI_ZERO_MODE")


@pytest.mark.parametrize(
    ("flags", "environ", "message"),
    [
        ({"memory_mode": "lit"}, {}, "--memory-mode: 'lit' is not known; did you mean lite?"),
        ({}, {"FABLY_MEMORY_MODE": "pi_zero"}, "FABLY_MEMORY_MODE: 'pi_zero' is not known; did you mean pi-zero?"),
        ({}, {"FABLY_LITE_MODE": "lite"}, "FABLY_LITE_MODE: 'lite' is not yes or no"),
        ({"lite_mode": True, "pi_zero_mode": True}, {}, "--lite-mode (lite) and --pi-zero-mode (pi-zero) name 2 memory modes at once"),
        ({"lite_mode": True, "memory_mode": "full"}, {}, "--memory-mode (full) and --lite-mode (lite) name 2 memory modes at once"),
        ({"lite_mode": True, "memory_mode": "auto"}, {}, "--memory-mode (auto) and --lite-mode (lite) name 2 memory modes at once"),
        (
            {}, {"FABLY_MEMORY_MODE": "full", "FABLY_LITE_MODE": "1", "FABLY_PI_ZERO_MODE": "1"},
            "FABLY_MEMORY_MODE (full) and FABLY_LITE_MODE (lite) and FABLY_PI_ZERO_MODE (pi-zero) name 3 memory modes at once",
        ),
        ({"memory_limit": "63M"}, {}, "--memory-limit: 63M is out of range; it is 64M or more"),
        ({"memory_limit": "400MB"}, {}, "--memory-limit: '400MB' is not a size such as 50M or 2G"),
        ({"engine_threads": "9"}, {}, "--engine-threads: 9 is out of range; it goes from 1 to 8"),
        ({"sound_ahead": "0.5"}, {}, "--sound-ahead: 0.5 is out of range; it goes from 1 to 30 seconds"),
        ({"memory_warning": "90"}, {}, "--memory-warning: 90 percent is not below --memory-critical, which is 90; change one"),
        ({}, {"FABLY_MEMORY_CRITICAL": "50"}, "--memory-warning: 80 percent is not below FABLY_MEMORY_CRITICAL, which is 50; change one"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(flags: dict[str, Any], environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        made(flags, **environ)
    assert str(caught.value).startswith(message)


MB, GB = 10**6, 10**9


@pytest.mark.parametrize(
    ("memory", "mode"),
    [
        (437_044 * 1024, "pi-zero"),  # what a Zero 2W of 512 MB shows
        (899 * MB, "pi-zero"),
        (948_304 * 1024, "lite"),  # a Pi 3 of 1 GB
        (3_499 * MB, "lite"),
        (3_885_396 * 1024, "standard"),  # a Pi 4 of 4 GB
        (64 * GB, "standard"),
        (None, "standard"),
    ],
)
def test_auto_takes_what_suits_the_machine(memory: int | None, mode: ModeName) -> None:
    assert suggested(memory) == mode
    settings = read({}, [Layer("", {"FABLY_MEMORY_MODE": "auto"})], lambda: memory)
    assert settings.mode == InForce(mode, "FABLY_MEMORY_MODE", auto=True)
    assert settings.memory_mode == "auto"
    assert settings.engine_policy == MODES[mode].get("engine_policy", "hybrid")


def test_the_memory_is_asked_for_only_where_it_decides() -> None:
    def never() -> int:
        raise AssertionError

    assert read({"lite_mode": True}, [], never).mode.name == "lite"
    assert read({}, [Layer("", {})], never).mode.name == "standard"


def test_auto_asks_this_machine(tmp_path: Path) -> None:
    settings = load({"memory_mode": "auto"}, {"FABLY_STATE_PATH": str(tmp_path)}, tmp_path)
    assert settings.mode.auto
    assert settings.mode.name in ("pi-zero", "lite", "standard")
