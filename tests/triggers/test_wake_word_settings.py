"""Which wake word is chosen, by the settings: what there is, what is missing, what contradicts, and what is not even imported."""

import subprocess
import sys
from typing import Any

import pytest
from fakes import FakeMicrophone
from next_door import needs_wakeword

from fably.core.errors import ConfigError, MissingDependency
from fably.engines.pool import Pool
from fably.engines.wake_models import wake_word
from fably.listening.shared import SharedMicrophone
from fably.settings import Settings
from fably.triggers import triggers_of, wake_word_of
from fably.triggers.button import Button
from fably.triggers.wake_word import WakeWord


@needs_wakeword
@pytest.mark.parametrize(
    ("engine", "model", "arguments"),
    [
        ("microwakeword", None, ["--model", "okay_nabu"]),
        ("microwakeword", "Hey Jarvis", ["--model", "hey_jarvis"]),
        ("openwakeword", None, ["--model", "hey_jarvis"]),
    ],
)
def test_the_word_that_is_chosen(engine: str, model: str | None, arguments: list[str]) -> None:
    wanted = wake_word(engine, model, None)
    assert wanted.arguments == ("--engine", engine, *arguments)
    assert wanted.size > 0
    assert wake_word(engine, model, 0.7).arguments[-2:] == ("--threshold", "0.7")


@needs_wakeword
@pytest.mark.parametrize(
    ("engine", "model", "says"),
    [
        ("microwakeword", "fably", "--wakeword-model: microwakeword has no wake word 'fably'; there is alexa, hey_jarvis, hey_"),
        ("openwakeword", "melspectrogram", "hey_rhasspy, okay_nabu, or a file of yours (.tflite)"),
        ("openwakeword", "nowhere.tflite", "--wakeword-model: there is no file nowhere.tflite"),
        ("openwakeword", "~nobody\0/x.tflite", "there is no file"),
        ("microwakeword", "mine.tflite", "microwakeword has no wake word 'mine.tflite'"),
    ],
)  # fmt: skip
def test_a_word_that_is_not_there_is_told_of_before_anything_is_started(engine: str, model: str, says: str) -> None:
    with pytest.raises(ConfigError) as fault:
        wake_word(engine, model, None)
    assert says in str(fault.value)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(MissingDependency, match=r"microwakeword needs the package pymicro_wakeword; .*'fably\[wakeword\]'"):
        wake_word("microwakeword", None, None)


def chosen(**settings: Any) -> WakeWord | None:
    return wake_word_of(Settings(**settings), SharedMicrophone(FakeMicrophone(b"")), Pool(), lambda _fault: None)


@needs_wakeword
def test_it_is_off_until_somebody_wants_it_and_where_there_is_only_the_button() -> None:
    assert chosen() is None
    assert chosen(wakeword=True, gpio_only=True) is None
    word = chosen(wakeword=True)
    assert word is not None
    assert triggers_of(Settings(button=False), word) is word
    only = triggers_of(Settings(gpio_only=True, keyboard=True))
    assert isinstance(only, Button)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"wakeword": True, "flags": frozenset({"wakeword", "gpio_only"})}, "--wakeword asks for more"),
        ({"keyboard": True, "flags": frozenset({"keyboard", "gpio_only"})}, "--keyboard asks for more"),
        ({"button": False}, "--no-button"),
    ],
)
def test_what_contradicts_the_button_alone(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match="--gpio-only listens to nothing but the button") as fault:
        triggers_of(Settings(gpio_only=True, **settings))
    assert says in str(fault.value)


def test_an_engine_on_this_machine_contradicts_external_services() -> None:
    with pytest.raises(ConfigError, match="--external-services loads none"):
        chosen(wakeword=True, external_services=True)


@pytest.mark.parametrize("settings", ["wakeword=False", "wakeword=True, gpio_only=True"])
def test_where_it_is_off_nothing_of_it_is_imported(settings: str) -> None:
    script = f"""
import sys
from fably.settings import Settings
from fably.triggers import triggers_of, wake_word_of
settings = Settings({settings})
triggers_of(settings, wake_word_of(settings, None, None, None))
print([name for name in sys.modules if "wake" in name or name.startswith(("wyoming", "fably.engines"))])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
