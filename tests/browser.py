"""A real browser, as a parent has one, and a real box for it to look at."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sound_card
from farm import Farm
from page import PATIENCE, ROOT, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
CARD_SPEED = 64_000
"""Bytes a second: twice as fast as it would be heard."""
ROLES = "button|textbox|combobox|slider|checkbox|radio|link|tab|spinbutton|searchbox|option"
"""What somebody may do something with, and so must have a name."""


def needs_a_browser() -> Any:
    """playwright; skips where it, or a chromium, is not there."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; ./tools/test installs it")
    if CHROMIUM is None:
        pytest.skip("chromium is not there; ./tools/test installs it where it may")
    return playwright


@contextmanager
def chromium(*more: str) -> Iterator[Any]:
    """A browser without a window; `more` are flags of its own."""
    with needs_a_browser().sync_playwright() as engine:
        flags = [*more, "--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio", "--disable-dev-shm-usage"]
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A browser of somebody's own at a page, and everything that it was told and complained of."""

    def __init__(
        self, browser: Any, page: Page, size: dict[str, int] = PHONE, locale: str = "en-GB", scheme: str = "light", host: str = "127.0.0.1"
    ) -> None:
        self.context = browser.new_context(viewport=size, locale=locale, color_scheme=scheme)
        self.context.set_default_timeout(PATIENCE * 500)
        self.url = f"http://{host}:{page.port}"
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.told: list[str] = []
        """The bodies of all answers that are text."""
        self.tab = self.context.new_page()
        self.tab.on("console", lambda one: self.complaints.append(one.text) if one.type in ("error", "warning") else None)
        self.tab.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.tab.on("dialog", self._refused)
        self.tab.on("request", lambda one: None if one.url.startswith((self.url, "data:", "blob:")) else self.elsewhere.append(one.url))
        self.tab.on("requestfinished", self._finished)

    def _refused(self, dialog: Any) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def _finished(self, request: Any) -> None:
        answer = request.response()
        kind = answer.headers.get("content-type", "") if answer else ""
        if "json" in kind or "event-stream" in kind or "html" in kind:
            try:
                self.told.append(answer.text())
            except Exception as gone:
                self.told.append(str(gone))

    def log_in(self, password: str) -> None:
        self.tab.goto(self.url)
        self.tab.get_by_label("Password").fill(password)
        self.tab.get_by_role("button", name="Come in").click()
        self.ready()

    def ready(self) -> None:
        """Until the list of the stories is there, and the line that says what the box does."""
        self.tab.locator("#cards").locator(".card, .none").first.wait_for()
        self.tab.locator("#status .said").filter(has_text=".").wait_for()

    def go(self, tab: str) -> None:
        self.tab.get_by_role("tab", name=tab, exact=True).click()

    def status(self, words: str) -> None:
        """Until the line says so."""
        self.tab.locator("#status").filter(has_text=words).wait_for()

    def nameless(self) -> list[str]:
        """What has no name for somebody who does not see it."""
        lines = [line.strip() for line in self.tab.locator("body").aria_snapshot().splitlines()]
        return [line for line in lines if re.match(rf'- (?:{ROLES})\b(?! ")', line)]


@contextmanager
def real_box(home: Path, farm: Farm, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """`fably --loop` with pins that are none and a cloud that is a farm; what it plays is in card.raw. It has ended afterwards."""
    sound_card.install(home, home / "card.raw", CARD_SPEED)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    environ = {
        **kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "FABLY_STATE_PATH": str(home / "state"), "GPIOZERO_PIN_FACTORY": "mock",
        "OPENAI_BASE_URL": farm.url, "FABLY_LLM_API_KEY": "k", "FABLY_TTS_API_KEY": "k", "FABLY_STT_API_KEY": "k",
        **settings,
    }  # fmt: skip
    with (
        (home / "box.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-m", "fably", "--loop", "--debug"],
            env=environ,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            until = time.monotonic() + PATIENCE
            while not (home / "state" / "control").exists():
                assert process.poll() is None, (home / "box.log").read_text(encoding="utf-8")
                assert time.monotonic() < until
                time.sleep(0.05)
            stop = [sys.executable, "-m", "fably", "ctl", "stop"]  # it need not say its greeting to the end
            subprocess.run(stop, env=environ, cwd=home, check=True, timeout=PATIENCE, capture_output=True)
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


def heard(card: Path) -> bool:
    """Whether anything but silence has come to the sound card since its file was taken away."""
    if not card.exists():
        return False
    with card.open("rb") as file:
        return any(any(piece) for piece in iter(lambda: file.read(65_536), b""))


def until_heard(card: Path) -> None:
    """Wait until that is so: a passage is shown as soon as it begins, and its sound comes to the card a moment later."""
    until = time.monotonic() + PATIENCE
    while not heard(card):
        assert time.monotonic() < until, "nothing is heard"
        time.sleep(0.02)


LOUDEST = """async (address) => {
  const sound = await (await fetch(address)).arrayBuffer();
  const samples = (await new OfflineAudioContext(1, 1, 16000).decodeAudioData(sound)).getChannelData(0);
  return samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
}"""
"""The greatest sample of a sound, as this browser decodes it."""


def kept_in_browser(visit: Visit) -> str:
    """What a page has written down in the browser."""
    return json.dumps(visit.tab.evaluate("() => ({...localStorage, ...sessionStorage, cookie: document.cookie})"))
