"""Of the packages of others comes what is asked for, and all that is asked for comes."""

import subprocess
import sys
from pathlib import Path

import pytest

from fably.memory.lazily import taken_over

ASKED = """
import sys
from fably.cloud import Cloud, Service

client = Cloud(1).client(Service("http://127.0.0.1:9/v1"))
client.chat.completions.with_streaming_response, client.audio.speech, client.audio.transcriptions, client.models
print(sum(name.split(".")[0] == "openai" for name in sys.modules), "openai.types.responses.response" in sys.modules)
"""
EVERYTHING = """
from fably.memory.lazily import lazily
lazily("openai.types")
lazily("openai.types")
import importlib, openai.types, openai.types.responses
from openai.types import *
from openai.types import chat

names = openai.types.__all__
assert len(names) > 100 and all(globals()[name] is getattr(openai.types, name) for name in names)
assert Batch is importlib.import_module("openai.types.batch").Batch and Batch.__module__ == "openai.types.batch"
assert openai.types.responses.Response is importlib.import_module("openai.types.responses.response").Response
assert chat.ChatCompletion(id="1", choices=[], created=1, model="m", object="chat.completion").to_dict()["id"] == "1"
assert not hasattr(openai.types, "Nonsense")
try:
    from openai.types import Nonsense
except ImportError as error:
    print(error)
"""
PINS = """
from fably.memory.lazily import lazily
lazily("gpiozero")
import sys, gpiozero
from gpiozero.pins.mock import MockFactory

gpiozero.Device.pin_factory = MockFactory()
gpiozero.DigitalInputDevice(17)
for name in gpiozero.exc.__dict__:
    if name.startswith(("Pin", "GPIO", "Bad")):
        assert getattr(gpiozero, name) is getattr(gpiozero.exc, name)
assert "gpiozero.boards" not in sys.modules
print(gpiozero.RGBLED.__module__, gpiozero.TrafficLights.__module__, gpiozero.pi_info.__module__)
"""
ODD = """
from fably.memory.lazily import lazily
lazily("openai.types")
import openai.types
print(openai.types.TWICE, openai.types.One)
"""


def run(program: str, folder: Path | None = None) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_no_story_needs_is_not_loaded() -> None:
    modules, other_services = run(ASKED).split()
    assert int(modules) < 250, "500 without it"
    assert other_services == "False"


def test_all_that_is_asked_for_is_there_and_the_very_same() -> None:
    assert run(EVERYTHING).startswith("cannot import name 'Nonsense' from 'openai.types'")


def test_a_button_brings_no_boards() -> None:
    assert run(PINS) == "gpiozero.output_devices gpiozero.boards gpiozero.pins.pi"


def test_a_package_that_does_more_is_loaded_as_it_is(tmp_path: Path) -> None:
    package = tmp_path / "openai" / "types"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "one.py").write_text("One = 1\n", encoding="utf-8")
    (package / "__init__.py").write_text("from .one import One as One\nTWICE = 2 * One\n", encoding="utf-8")
    assert run(ODD, tmp_path) == "2 1"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("", {}),
        ("# of others\nfrom __future__ import annotations\n\nfrom .one import One as One\n", {"One": (".one", "One")}),
        ("from .one import (\n    One as One,\n    Two as Zwei,\n    Three,\n)\n", {
            "One": (".one", "One"), "Zwei": (".one", "Two"), "Three": (".one", "Three"),
        }),
        ("from ..shared.one import One, Two\n", {"One": ("..shared.one", "One"), "Two": ("..shared.one", "Two")}),
        ("from .one import One\nimport os\n", None),
        ("from .one import One\n__all__ = ['One']\n", None),
        ("from .one import *\nfrom .two import Two\n", {".one": (".one", "*"), "Two": (".two", "Two")}),
        ("from . import one\n", None),
        ("from typing import Any\n", None),
        ("if True:\n    from .one import One\n", None),
        ("from .one import One  # type: ignore\n", None),
    ],
)  # fmt: skip
def test_what_a_package_takes_over(source: str, names: dict[str, tuple[str, str]] | None) -> None:
    assert taken_over(source) == names
