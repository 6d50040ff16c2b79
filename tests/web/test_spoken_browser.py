"""A wish that is spoken to a real browser, whose microphone is a file: recorded there, understood by a real box, corrected, and told."""

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import DESK, PHONE, Visit, chromium, needs_a_browser, real_box
from farm import Farm
from page import Page, a_box, page
from rooms import at_level, noise
from senses import WISH
from toy_box import ToyBox

from fably.box.remote import Manner

pytest.importorskip("gradio", reason="gradio is not installed; ./tools/test installs it")
pytest.importorskip("gpiozero", reason="gpiozero is not installed; ./tools/test installs it")
pytest.importorskip("pocketsphinx", reason="pocketsphinx is not installed; ./tools/test installs it")
needs_a_browser()
ROOM = at_level(noise("pink"), -65)[:32_000]
"""A second in which nobody speaks."""
SECONDS = 7
"""For which the browser listens here, of its 20: by then the wish has been said."""
TRIES = 5
"""A machine that does much else may lose some of what the microphone gives."""
ELSEWHERE = "fably.test"
"""The name of this machine for a browser on another one."""
TRACKS = """() => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.tracks = [];
  navigator.mediaDevices.getUserMedia = async (what) => {
    const stream = await ask(what);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
}"""
"""Notes each microphone that the page is given."""
FIELD = "What should the story be about?"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def browser(house: Path) -> Iterator[Any]:
    """A browser whose microphone hears somebody who wishes for something, again and again."""
    said = house / "said.wav"
    with wave.open(str(said), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(ROOM + WISH + 4 * ROOM)
    fake = "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={said}%noloop"
    with chromium(*fake, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1") as one:
        yield one


@pytest.fixture(scope="module")
def served(house: Path) -> Iterator[Page]:
    with Farm() as cloud, real_box(house, cloud, FABLY_STT_PROVIDER="grammar", FABLY_STT_SECONDS="25"), page(house) as one:
        yield one


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ToyBox, Page]]:
    """A box that understands whatever a test wants it to."""
    home = tmp_path_factory.mktemp("toy")
    (home / "state").mkdir()
    (home / "state" / "settings.env").write_text(f"FABLY_WEB_NAMES={ELSEWHERE}\n", encoding="utf-8")
    with a_box(home) as box, page(home) as one:
        yield box, one


def visit(browser: Any, served: Page, *may: str, **more: Any) -> Visit:
    """A parent at the page where stories are wished for, whose browser `may` use the microphone, or not."""
    one = Visit(browser, served, **more)
    one.context.grant_permissions(list(may))
    one.tab.goto(one.url)
    one.ready()
    one.tab.get_by_role("tab").nth(1).click()
    return one


def over(one: Visit) -> str:
    """What is said when it is over."""
    one.tab.locator("#speak[data-state='']").wait_for()
    return str(one.tab.locator("#speech").inner_text())


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_a_wish_is_spoken_understood_corrected_and_told(browser: Any, served: Page, size: dict[str, int], scheme: str) -> None:
    one = visit(browser, served, "microphone", size=size, scheme=scheme)
    tab = one.tab
    speak, field = tab.locator("#speak"), tab.get_by_label(FIELD)
    tab.evaluate(f"document.getElementById('speak').dataset.seconds = {SECONDS}")
    for _ in range(TRIES):
        tab.get_by_role("button", name="Speak your wish").click()
        tab.get_by_role("button", name="That was all").wait_for()
        assert tab.locator("#speech").inner_text() == "I am listening. Say what the story should be about."
        assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert not one.nameless()
        said = over(one)
        if {"dragon", "princess"} <= set(field.input_value().split()):
            break
    assert {"dragon", "princess"} <= set(field.input_value().split())
    assert said in ("Change the words if you like, then begin.", "Did I understand you? Please look at the words before you begin.")
    field.press("End")
    field.press_sequentially(" and a cup")
    wish = field.input_value()
    assert speak.inner_text().endswith("Speak your wish")
    tab.get_by_role("button", name="Begin").click()
    tab.locator("#told article p").first.wait_for()
    one.status(f"telling “{wish}")
    tab.locator("#stop_story").click()
    one.status("waits for a wish")
    one.context.close()
    assert not one.complaints
    assert not one.elsewhere


def speaks(one: Visit, *, for_seconds: float = 0.2) -> str:
    """Press, say something for so long, and see what is said to that."""
    one.tab.evaluate(f"document.getElementById('speak').dataset.seconds = {for_seconds}")
    one.tab.locator("#speak").click()
    return over(one)


def test_what_was_perhaps_meant_is_asked_back(browser: Any, toy: tuple[ToyBox, Page]) -> None:
    box, served = toy
    box.sure = False
    one = visit(browser, served, "microphone")
    assert speaks(one) == "Did I understand you? Please look at the words before you begin."
    assert one.tab.get_by_label(FIELD).input_value() == "a fox of 6400"
    box.sure, box.deaf = True, "a child is <b>first</b>"
    assert speaks(one) == "a child is <b>first</b>"
    assert one.tab.get_by_label(FIELD).input_value() == "a fox of 6400", "what was there stays"
    one.tab.get_by_role("button", name="More wishes").click()
    one.tab.get_by_label("Where is it?").fill("a mill")
    one.tab.get_by_role("radio", name="long").check()
    one.tab.get_by_role("button", name="Begin").click()
    one.status("telling")
    told = next(asked for asked in box.asked if asked[0] == "tell")
    assert told == ("tell", "a fox of 6400, in this place: a mill", Manner(language="en", length="long")), "a length is no word of the wish"
    one.tab.locator("#stop_story").click()
    one.status("waits for a wish")
    one.context.close()
    assert not one.complaints


def test_a_second_press_is_the_end(browser: Any, toy: tuple[ToyBox, Page]) -> None:
    box, served = toy
    box.deaf = ""
    one = visit(browser, served, "microphone", locale="tr-TR")
    one.tab.evaluate(TRACKS)
    one.tab.get_by_role("button", name="Dileğini söyle").click()
    one.tab.get_by_role("button", name="Bu kadar").click()
    assert over(one) in (
        "İsterseniz sözleri düzeltin, sonra başlayın.",
        "Konuşan birini duyamadım. Biraz daha yüksek sesle yeniden deneyin.",
    )
    assert one.tab.evaluate("tracks.map((one) => one.readyState)") == ["ended"], "nobody is listened to any more"
    one.context.close()
    assert not one.complaints


def test_without_a_microphone_it_says_why(browser: Any, toy: tuple[ToyBox, Page]) -> None:
    box, served = toy
    before = list(box.asked)
    one = visit(browser, served)
    assert speaks(one).startswith("The browser does not let this page use the microphone.")
    one.tab.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError')); }")
    assert speaks(one) == "No microphone can be used here. Please type the wish."
    one.context.close()
    assert not one.complaints
    far = visit(browser, served, host=ELSEWHERE)
    assert speaks(far).startswith("Browsers give the microphone only to pages that come over HTTPS")
    far.context.close()
    assert not far.complaints
    assert box.asked == before
