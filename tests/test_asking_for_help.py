"""The box that cannot begin says so, by voice and light, and knows when it is worth another try."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fably.box.trouble import ask_for_help, settings_for_help
from fably.settings import Settings

HOUR = 3600.0


async def shining(pins: Any, pin: int) -> None:
    while not any(one.state for one in pins.pin(pin).states):  # noqa: ASYNC110 - gpiozero has no event for it
        await asyncio.sleep(0.01)


def test_it_speaks_and_blinks_until_somebody_presses(pins: Any, card_file: Path, tmp_path: Path) -> None:
    pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed; ./tools/test installs it")

    def heard() -> bool:
        return card_file.exists() and any(card_file.read_bytes())

    async def main() -> str:
        asking = asyncio.create_task(ask_for_help(Settings(button_gpio_pin=4, light="led"), tmp_path / "settings.env", HOUR, HOUR))
        while not heard():  # noqa: ASYNC110 - nor has the card
            await asyncio.sleep(0.01)
        await shining(pins, 22)
        while pins.pin(4).when_changed is None:  # noqa: ASYNC110 - nor for this
            await asyncio.sleep(0)
        pins.pin(4).drive_low()
        return await asking

    assert asyncio.run(main()) == "pressed"
    assert pins.pin(22).state == 0, "it leaves the light dark for the box"


def test_it_ends_when_a_parent_has_set_something(pins: Any, tmp_path: Path) -> None:
    async def main() -> str:
        asking = asyncio.create_task(ask_for_help(Settings(button_gpio_pin=4, light="led"), tmp_path / "settings.env", HOUR, 0.01))
        await shining(pins, 22)
        (tmp_path / "settings.env").write_text("FABLY_AGE=6\n")
        return await asking

    assert asyncio.run(main()) == "set"


def test_it_ends_by_itself_where_nothing_works(tmp_path: Path) -> None:
    wrong = Settings(sound_device="no such card", light="led", light_pins="99", button=False)
    assert asyncio.run(ask_for_help(wrong, tmp_path / "settings.env", 0.01, HOUR)) == "waited"


@pytest.mark.parametrize(("written", "language"), [("FABLY_AGE=old\n", "en"), ("FABLY_AGE=old\nFABLY_LANGUAGE=tr\n", "tr")])
def test_settings_that_make_no_sense_leave_the_language(
    written: str, language: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "settings.env").write_text(written)
    found = settings_for_help({"FABLY_STATE_PATH": str(tmp_path)}, tmp_path)
    assert found.language == language
    assert "FABLY_AGE" in caplog.text


def test_good_settings_are_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "settings.env").write_text("FABLY_AGE=6\n")
    assert settings_for_help({"FABLY_STATE_PATH": str(tmp_path)}, tmp_path).age == 6
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


def test_systemd_can_end_it(tmp_path: Path) -> None:
    environ = {**os.environ, "FABLY_STATE_PATH": str(tmp_path), "FABLY_BUTTON": "no"}
    done = subprocess.Popen([sys.executable, "-m", "fably.box.trouble"], env=environ, stderr=subprocess.PIPE, text=True)
    assert done.stderr is not None
    assert "journalctl" in done.stderr.readline()
    done.send_signal(signal.SIGTERM)
    assert done.wait(60) == 0
    done.stderr.close()
