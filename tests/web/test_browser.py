"""What a parent does, in a real browser, with a real box: its pins are gpiozero's mock ones, its sound card a file, its cloud at home."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import DESK, LOUDEST, PHONE, Visit, chromium, heard, kept_in_browser, needs_a_browser, real_box, until_heard
from farm import Farm
from page import PASSWORD, Page, a_box, page
from shelves import HOSTILE, fill

from fably.web.passwords import Password

pytest.importorskip("gradio", reason="gradio is not installed; ./tools/test installs it")
pytest.importorskip("gpiozero", reason="gpiozero is not installed; ./tools/test installs it")
needs_a_browser()
KEY = "sk-a-key-that-nobody-may-see-Qx"
SMALL = "[...document.querySelectorAll('button')].filter(b => b.offsetHeight && b.offsetHeight < 40).map(b => b.outerHTML)"
"""The buttons that are too low."""
STORIES = {"a-fox-000001": "a fox", "a-hen-000002": "a hen", "hostile-000003": HOSTILE}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    fill(folder / "state" / "stories", STORIES, 2.0)
    Password(folder / "state" / "web" / "password").set(PASSWORD)
    return folder


@pytest.fixture(scope="module")
def cloud() -> Iterator[Farm]:
    with Farm() as one:
        yield one


@pytest.fixture(scope="module")
def served(house: Path, cloud: Farm) -> Iterator[Page]:
    with real_box(house, cloud), page(house, host="0.0.0.0") as one:  # noqa: S104 - for everybody at home
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def visit(browser: Any, served: Page) -> Iterator[Visit]:
    """A parent on a phone. Afterwards nothing has been complained of, and nobody else was asked for anything."""
    one = Visit(browser, served)
    one.log_in(PASSWORD)
    yield one
    one.context.close()
    assert not one.complaints
    assert not one.elsewhere


def test_a_story_from_the_wish_to_the_shelf(visit: Visit, house: Path) -> None:
    tab, card = visit.tab, house / "card.raw"
    visit.go("Create")
    tab.get_by_label("What should the story be about?").fill("a dragon & <b>a princess</b>")
    tab.get_by_role("button", name="Begin").click()
    tab.locator("#told article p").first.wait_for()
    visit.status("telling “a dragon & <b>a princess</b>")
    until_heard(card)
    tab.locator("#stop_story").click()
    visit.status("waits for a wish")
    visit.go("Stories")
    tab.get_by_label("Search").fill("princess drag")
    found = tab.locator("#cards .card").filter(has_text="dragon & <b>a princess</b>")
    found.first.wait_for()
    tab.wait_for_function("document.querySelectorAll('#cards .card').length == 1")
    found.click()
    tab.locator("#story article h2").filter(has_text="A dragon").wait_for()
    card.unlink()
    tab.get_by_role("button", name="Tell it on the box").click()
    visit.status("telling")
    tab.wait_for_function("document.querySelector('#progress i').style.width > '0'")
    tab.locator("#pause").click()
    visit.status("silent in the middle")
    tab.locator("#resume").click()
    visit.status("telling")
    tab.locator("#stop").click()
    visit.status("waits for a wish")
    assert heard(card)
    tab.get_by_role("button", name="What happened next?").click()
    visit.status("telling")
    tab.locator("#stop").click()
    visit.status("waits for a wish")


def test_a_story_is_heard_in_the_browser(visit: Visit) -> None:
    tab = visit.tab
    tab.locator("[data-story='a-fox-000001']").click()
    tab.locator("#story audio").wait_for()
    assert tab.evaluate(LOUDEST, "/library/a-fox-000001/sound") > 0.01
    tab.evaluate("document.querySelector('#story audio').play()")
    tab.wait_for_function("document.querySelector('#story audio').currentTime > 0.2")
    tab.evaluate("document.querySelector('#story audio').currentTime = 3.5")
    tab.wait_for_function("document.querySelector('#story audio').ended")


def test_a_story_made_for_the_browser_is_not_heard_from_the_box(visit: Visit, house: Path) -> None:
    tab, card = visit.tab, house / "card.raw"
    visit.go("Create")
    tab.get_by_label("What should the story be about?").fill("a kite")
    tab.get_by_role("radio", name="here in the browser").check()
    card.unlink(missing_ok=True)
    tab.get_by_role("button", name="Begin").click()
    tab.locator("#told audio").wait_for()
    tab.locator("#told").filter(has_text="told to its end").wait_for()
    address = tab.locator("#told audio").get_attribute("src")
    assert tab.evaluate(LOUDEST, address) > 0.01
    assert not heard(card)


def test_a_story_is_looked_after_and_who_else_looks_sees_it(visit: Visit, browser: Any, served: Page) -> None:
    other = Visit(browser, served, DESK)
    other.log_in(PASSWORD)
    tab = visit.tab
    tab.locator("[data-story='a-hen-000002']").click()
    tab.get_by_role("button", name="Rename").click()
    tab.get_by_label("Title").fill("The <i>hen</i> & me")
    tab.locator("#rename").click()
    other.tab.locator("#cards").get_by_text("The <i>hen</i> & me").wait_for()
    tab.get_by_role("button", name="Favourite", exact=True).click()
    tab.get_by_role("button", name="No favourite any more").wait_for()
    other.tab.locator("[data-story='a-hen-000002']").filter(has_text="favourite").wait_for()
    tab.locator("#opened").get_by_role("button", name=re.compile("^Delete")).click()
    tab.get_by_role("button", name="Really delete it?").click()
    other.tab.locator("[data-story='a-hen-000002']").wait_for(state="detached")
    tab.get_by_role("button", name="Bring it back").click()
    other.tab.locator("[data-story='a-hen-000002']").wait_for()
    visit.go("Create")
    tab.get_by_label("What should the story be about?").fill("a secret")
    other.go("Create")
    assert other.tab.get_by_label("What should the story be about?").input_value() == "", "what one types is nobody else's"
    other.tab.get_by_role("button", name="Softer").click()
    visit.status("Volume 95 %")
    other.context.close()
    assert not other.complaints


def test_settings_are_saved_by_the_box_and_a_key_is_never_seen_again(visit: Visit, house: Path) -> None:
    tab = visit.tab
    visit.go("Settings")
    tab.get_by_role("button", name="Services and their keys").click()
    tab.get_by_label("Key for Gemini").fill(KEY)
    tab.get_by_role("button", name="The voice").click()
    tab.get_by_label("Voice: its name").fill("gmw/en")
    tab.locator("#set_language input").click()
    tab.get_by_role("option", name="Türkçe").click()
    told = len(visit.told)
    tab.get_by_role("button", name="Save").click()
    tab.get_by_text("Saved. It counts from the next start").wait_for()
    saved = house / "state" / "settings.env"
    lines = saved.read_text(encoding="utf-8").splitlines()
    assert {f"GEMINI_API_KEY={KEY}", "FABLY_TTS_VOICE=gmw/en", "FABLY_LANGUAGE=tr"} <= set(lines)
    assert len(lines) == 3, "nothing that was left alone was changed"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    before = list(visit.complaints)
    tab.reload()
    visit.ready()
    visit.complaints[:] = before  # Gradio's, of what the old page was still waiting for
    visit.go("Settings")
    tab.get_by_role("button", name="Services and their keys").click()
    tab.get_by_placeholder("set, ends in …Qx").wait_for()
    assert tab.get_by_label("Key for Gemini").input_value() == ""
    seen = [*visit.told[told:], tab.content(), kept_in_browser(visit)]
    assert not [one for one in seen if KEY in one]
    kept = [one for one in (house / "state").rglob("*") if one.is_file() and KEY.encode() in one.read_bytes()]
    assert kept == [saved]
    assert KEY not in (house / "page.log").read_text(encoding="utf-8")
    assert KEY not in (house / "box.log").read_text(encoding="utf-8")


def test_a_wrong_setting_is_said_and_nothing_is_saved(visit: Visit, house: Path) -> None:
    tab, saved = visit.tab, house / "state" / "settings.env"
    before = saved.read_bytes() if saved.exists() else b""
    visit.go("Settings")
    tab.get_by_role("button", name="Services and their keys").click()
    tab.get_by_label("Words: address of a server at home").fill("<b>not an address</b>")
    tab.get_by_role("button", name="Save").click()
    tab.get_by_text("<b>not an address</b>").last.wait_for()
    assert (saved.read_bytes() if saved.exists() else b"") == before


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
@pytest.mark.parametrize("locale", ["en-GB", "tr-TR"])
def test_everything_has_a_name_and_nothing_is_wider_than_the_screen(
    browser: Any, served: Page, visit: Visit, size: dict[str, int], scheme: str, locale: str
) -> None:
    one = Visit(browser, served, size, locale, scheme)
    one.context.add_cookies(visit.context.cookies())
    one.tab.goto(one.url)
    one.ready()
    names = {"en-GB": ("Stories", "Create", "Settings"), "tr-TR": ("Hikâyeler", "Oluştur", "Ayarlar")}[locale]
    for name in names:
        one.go(name)
        closed = one.tab.locator("button.label-wrap:not(.open):visible")
        while closed.count():  # which are fewer with each that is open, and one may be inside another
            section = closed.first.element_handle()
            section.click()
            one.tab.wait_for_function("section => section.classList.contains('open')", arg=section)
        assert not one.nameless(), name
        assert one.tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
        small = one.tab.evaluate(
            "[...document.querySelectorAll('button')].filter(b => b.offsetHeight && b.offsetHeight < 40).map(b => b.innerText)"
        )
        assert not small, "a finger does not hit it"
    one.context.close()
    assert not one.complaints
    assert not one.elsewhere


def test_the_stories_that_ship_are_there_to_be_read_and_told(visit: Visit) -> None:
    tab = visit.tab
    assert tab.locator("#example_cards .card").count() == 0, "they come when they are wanted"
    tab.get_by_role("button", name="Stories that come with Fably").click()
    tab.locator("#example_cards .card").nth(29).wait_for()
    title = tab.locator("#example_cards .card .title").first.inner_text()
    tab.locator("#example_cards .card").first.click()
    tab.locator("#story h2").filter(has_text=title).wait_for()
    assert tab.locator("#story article p").count() > 3
    assert tab.locator("#go_on").is_visible()
    assert not tab.locator("#favourite").is_visible()
    tab.locator("#tell").click()
    visit.status(f"telling “{title}”")
    tab.locator("#stop").click()
    visit.status("waits for a wish")
    tab.locator("#back").click()
    tab.locator("[data-story='a-fox-000001']").click()
    tab.locator("#go_on").wait_for()


def test_what_a_story_says_does_nothing(visit: Visit) -> None:
    visit.tab.locator("[data-story='hostile-000003']").click()
    visit.tab.locator("#story").get_by_text("<script>alert(1)</script>").first.wait_for()
    assert visit.tab.title() == "Fably"
    assert visit.tab.locator("#story img, #story script, #cards img").count() == 0


def test_who_logs_out_is_out(browser: Any, served: Page) -> None:
    one = Visit(browser, served)
    one.log_in(PASSWORD)
    one.go("Settings")
    one.tab.get_by_role("button", name="Log out").click()
    one.tab.get_by_label("Password").wait_for()
    one.tab.goto(f"{one.url}/en/")
    one.tab.get_by_label("Password").wait_for()
    one.context.close()


def test_the_very_first_visit_waits_by_itself_and_comes_in_by_what_the_box_says(browser: Any, tmp_path: Path) -> None:
    """Nobody has set a password, and Gradio has not been loaded."""
    with a_box(tmp_path) as box, page(tmp_path, host="0.0.0.0", ready=False) as one:  # noqa: S104 - for everybody at home
        first = Visit(browser, one, locale="tr-TR")
        tab = first.tab
        tab.goto(first.url)
        tab.get_by_text("Bir dakika").wait_for()
        tab.get_by_role("button", name="Sayıyı yüksek sesle söyle").click()
        tab.get_by_label("Altı rakam").wait_for()
        (said,) = [asked[1] for asked in box.asked if asked[0] == "say_digits"]
        tab.get_by_label("Altı rakam").fill(said)
        tab.get_by_role("button", name="Gir").click()
        first.ready()
        assert tab.url == f"{first.url}/tr/"
        assert not first.elsewhere
        first.context.close()
