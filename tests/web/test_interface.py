"""The interface: small, of a Gradio without known holes, and light; it is there in a wheel as it is in a checkout."""

import asyncio
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import partial
from pathlib import Path

import pytest
from page import ROOT, a_box, page
from paging import figures, look, press, weight
from shelves import fill
from toy_box import ToyBox

from fably.box.remote import Manner, Shelved

FLOOR = (6, 22)
"""Gradio had holes before that: paths that led out of its folders, and requests that it made for others (6.6, 6.7, 6.15, 6.20, 6.22)."""


class Brief(ToyBox):
    """One that tells nothing but the beginning, keeps it as always the same, and says so only when it is silent."""

    def tell(self, wish: str, manner: Manner) -> None:
        super().tell(wish, manner)
        for happens in (self.stop, partial(self.happens, Shelved("ayin-sarkisi-000002"))):
            asyncio.get_running_loop().call_soon(happens)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    pytest.importorskip("gradio", reason="gradio is not installed; ./tools/test installs it")
    fill(tmp_path / "state" / "stories")
    return tmp_path


def test_gradio_is_one_without_known_holes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = [one for one in project["optional-dependencies"]["web"] if one.startswith("gradio")]
    found = re.search(r">=(\d+)\.(\d+)", wanted)
    assert found
    assert (int(found[1]), int(found[2])) >= FLOOR
    pytest.importorskip("gradio", reason="gradio is not installed; ./tools/test installs it")
    assert tuple(map(int, importlib.metadata.version("gradio").split(".")[:2])) >= (int(found[1]), int(found[2]))


def test_the_interface_is_small() -> None:
    files = list((ROOT / "tools" / "gradio_app").glob("*.py"))
    assert (ROOT / "tools" / "gradio_app" / "lite_app.py") in files
    assert sum(one.stat().st_size for one in files) < 40_000
    assert not re.search(r"import (plotly|pandas|numpy|matplotlib)", "".join(one.read_text(encoding="utf-8") for one in files))


def test_a_wheel_has_the_interface_beside_the_page(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is not installed; ./tools/test installs it")
    build = "import sys; from hatchling.builders.wheel import WheelBuilder; print(*WheelBuilder('.').build(directory=sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", build, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True)
    wheel = Path(done.stdout.split()[-1])
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert {f"fably/web/gradio_app/{one}" for one in ("lite_app.py", "page.js", "page.css", "shelf.py")} <= names
        archive.extractall(tmp_path / "installed")
    script = "from fably.web.interface import folder; print(folder())"
    installed = tmp_path / "installed"
    environ = {"PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, "-c", script], cwd=installed, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(installed / "fably" / "web" / "gradio_app")


def test_gradio_still_has_what_makes_the_page_light(house: Path) -> None:
    """They are Gradio's own affairs: where it changes them, the page is heavy again, and nothing else would tell."""
    script = """
from fably.settings import load
from fably.web.box import Box
from fably.web.interface import interface
lite = interface()
page = lite.create_lite_interface("tr", load({}), Box([]))
assert 0 < page._queue.sleep_when_free < 0.1 and page._queue.progress_update_sleep_when_free > 0
lite.application("en", load({}), Box([]))
assert page.state_session_capacity == lite.SESSIONS
import sys
print(*sorted(sys.modules))
"""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "FABLY_STATE_PATH": str(house / "state"), "GRADIO_ANALYTICS_ENABLED": "False"}
    environ.pop("PYTHONWARNINGS", None)  # what Gradio's own packages are warned of is none of ours
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert not loaded & {"plotly", "matplotlib", "openai", "sounddevice", "gpiozero", "onnxruntime", "piper", "wyoming"}


def test_of_what_was_told_the_box_says_which_it_is(house: Path) -> None:
    """Not what it is called: two stories of one wish have the same title."""
    with a_box(house, Brief), page(house) as one:
        assert "/library/ayin-sarkisi-000002/sound" in press(one, "begin", "a fox", "", "", "", 0, "usual", "browser")


def test_what_the_page_costs(house: Path) -> None:
    one = figures(house)
    assert one.idle < 150, "MB"
    assert one.used < 165, "MB"
    assert one.core <= 2, "percent of a core, when nobody touches it"
    assert one.gone == 0


@pytest.mark.long
def test_three_hundred_visits_and_fifty_stories_leave_nothing_behind(house: Path) -> None:
    with a_box(house, Brief), page(house) as one:
        after_five = 0.0
        for number in range(300):
            assert "a fox" in look(one).lower()
            if number == 4:
                after_five = weight(one)
        for number in range(50):
            assert "Once upon a time," in press(one, "begin", f"a fox and {number} friends", "", "", "", 0, "usual", "box")
        assert weight(one) - after_five < 10, "MB"
