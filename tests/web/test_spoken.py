"""The sound of a wish on its way from a browser to the box: who may send it, what of it is taken, and that it is nowhere afterwards."""

import json
import re
import socket
from pathlib import Path

import pytest
from page import Page
from toy_box import WISH, ToyBox

from fably.control.protocol import SOUND
from fably.texts import text
from fably.web.spoken import MOST

KIND = "application/octet-stream"
PCM = b"A child's voice." * (SOUND // 16)


def hear(page: Page, sound: bytes = PCM, language: str = "en", **headers: str) -> tuple[int, str]:
    answer = page.ask("POST", f"/hear/{language}", sound, **{"Accept": "*/*", "Content_Type": KIND, **headers})
    return answer.status, answer.text


def test_what_is_said_comes_to_the_box_and_its_words_come_back(parent: Page, box: ToyBox) -> None:
    assert hear(parent) == (200, json.dumps({"wish": f"{WISH} of {SOUND}", "sure": True}, separators=(",", ":")))
    assert box.asked[-1] == ("hear", SOUND, "en")
    assert json.loads(hear(parent, bytes(2000), "tr")[1]) == {"wish": "", "sure": True}
    assert box.asked[-1] == ("hear", 2000, "tr")


@pytest.mark.parametrize(
    ("sound", "headers", "status"),
    [
        (PCM + b"ab", {}, 413),
        (b"a" * 1_000_001, {}, 413),
        (b"", {}, 400),
        (b"abc", {}, 400),
        (b"ab", {"Content_Type": "audio/wav"}, 415),
        (b"ab", {"Content_Type": "multipart/form-data; boundary=x"}, 415),
        (b"ab", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        (b"ab", {"Content_Type": "text/plain"}, 415),
        (b"ab", {"Content_Type": ""}, 415),
        (b"ab", {"Cookie": ""}, 401),
        (b"ab", {"Cookie": "fably_session=" + "A" * 43}, 401),
        (b"ab", {"Origin": "http://evil.example"}, 403),
        (b"ab", {"Origin": "null"}, 403),
        (b"ab", {"Origin": ""}, 403),
        (b"ab", {"Origin": "", "Sec_Fetch_Site": "cross-site"}, 403),
        (b"ab", {"Host": "evil.example", "Origin": "http://evil.example"}, 421),
    ],
)
def test_what_is_not_to_be_never_reaches_the_box(parent: Page, box: ToyBox, sound: bytes, headers: dict[str, str], status: int) -> None:
    before = list(box.asked)
    found, said = hear(parent, sound, **headers)
    assert found == status
    assert WISH not in said
    assert box.asked == before


@pytest.mark.parametrize("language", ["de", "", "en/..", "..", "%2e%2e", "en%00"])
def test_there_are_two_languages(parent: Page, box: ToyBox, language: str) -> None:
    before = list(box.asked)
    assert hear(parent, language=language)[0] in (404, 405)
    assert box.asked == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_it_is_only_said(parent: Page, method: str) -> None:
    assert parent.ask(method, "/hear/en").status == 405


def test_nothing_of_it_is_kept_anywhere_near_the_page(parent: Page) -> None:
    assert hear(parent)[0] == 200
    assert not [one for one in parent.home.rglob("*") if one.is_file() and PCM[:16] in one.read_bytes()]
    before = _written(parent)
    for _ in range(5):
        assert hear(parent)[0] == 200
    assert _written(parent) - before < SOUND, "of five not even one has been written to a disk"


def _written(page: Page) -> int:
    """Bytes that the page has written to a disk so far."""
    found = re.search(r"^write_bytes: (\d+)$", Path(f"/proc/{page.process.pid}/io").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return int(found[1])


def test_who_is_slow_with_it_takes_no_memory_from_the_page(parent: Page, box: ToyBox) -> None:
    """There is room for two of them; whoever comes then is asked for a moment."""
    head = (
        f"POST /hear/en HTTP/1.1\r\nHost: 127.0.0.1:{parent.port}\r\nOrigin: http://127.0.0.1:{parent.port}\r\nCookie: {parent.cookie}\r\n"
        f"Content-Type: {KIND}\r\nContent-Length: {SOUND}\r\n\r\n"
    )
    before = len(box.asked)
    slow = [socket.create_connection(("127.0.0.1", parent.port), timeout=60) for _ in range(MOST)]
    try:
        for one in slow:
            one.sendall(head.encode() + PCM[:-1000])
        while hear(parent, b"ab")[1] != json.dumps({"says": text("en", "control.hears_another")}, separators=(",", ":")):
            pass  # until both have been seen
        assert ("hear", SOUND, "en") not in box.asked[before:]
        for one in slow:
            one.sendall(PCM[-1000:])
            assert one.recv(1000).startswith(b"HTTP/1.1 200")
        slow.append(socket.create_connection(("127.0.0.1", parent.port), timeout=60))
        slow[-1].sendall(head.encode() + PCM[:-1000])  # and goes in the middle of it
    finally:
        for one in slow:
            one.close()
    assert json.loads(hear(parent)[1])["sure"]


def test_a_box_that_cannot_says_why(parent: Page, box: ToyBox) -> None:
    box.deaf = "the box is deaf <today>"
    try:
        assert hear(parent) == (200, json.dumps({"says": "the box is deaf <today>"}, separators=(",", ":")))
    finally:
        box.deaf = ""


def test_the_page_has_no_fault_in_its_log(parent: Page) -> None:
    """Last in this file: after all of the above."""
    assert "Traceback" not in (parent.home / "page.log").read_text(encoding="utf-8")
