"""What somebody may try who is not let in, or a page of somebody else's: nothing is told, nothing is changed, and the page goes on."""

import json
import socket
import zipfile
from contextlib import suppress
from io import BytesIO
from urllib.parse import quote

import pytest
from page import PASSWORD, ROOT, Page
from shelves import HOSTILE, STORIES
from toy_box import ToyBox

from fably.web.patience import FREE

SECRET = ("a-fox", "slept well", PASSWORD)
"""What only somebody who is logged in may read."""
PATHS = (
    "/", "/en/", "/tr/", "/en/config", "/en/theme.css", "/en/gradio_api/info", "/en/gradio_api/openapi.json", "/openapi.json", "/docs",
    "/en/openapi.json", "/en/gradio_api/queue/data?session_hash=x", "/en/gradio_api/startup-events", "/en/gradio_api/file=/etc/passwd",
    "/en/file=/etc/passwd", "/library/a-fox-000001/sound", "/library/a-fox-000001/story.zip", "/alive", "/memory.svg", "/page.js",
    "/en/static/img/logo.svg", "/en/login", "/gradio_api/info", "/nothing", "//evil.example/", "/en/../login", "/login/../en/",
    "/%2e%2e/en/",
)  # fmt: skip
ELSEWHERE = (
    "..", "../..", "../web/password", "..%2fweb%2fpassword", "%2e%2e", "%2e%2e%2fweb", "....//", "a-fox-000001/../../web",
    "a-fox-000001%2f..",
    ".catalogue", ".deleted", "a-fox-000001%00", "/etc/passwd", "%2fetc%2fpasswd", "a-fox", "", "%ff", "link",
)  # fmt: skip
"""Instead of a story's name."""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_who_is_not_logged_in_gets_nothing(stranger: Page, method: str, path: str) -> None:
    for cookie in ("", "fably_session=", "fably_session=x; fably_session=y", "fably_session=" + "A" * 43, 'x="; fably_session'):
        answer = stranger.ask(method, path, Cookie=cookie)
        assert answer.status in (303, 401, 403, 404, 405)
        assert answer.headers.get("location", "/login?").startswith("/login?")
        assert not any(one.encode() in answer.body for one in SECRET)


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize("what", ["sound", "story.zip"])
def test_only_stories_are_given_by_their_whole_name(parent: Page, name: str, what: str) -> None:
    link = parent.home / "state" / "stories" / "link"
    if not link.is_symlink():
        link.symlink_to(parent.home / "state" / "web")
    answer = parent.ask("GET", f"/library/{name}/{what}")
    assert answer.status in (404, 307)
    assert b"root:" not in answer.body
    assert b"scrypt" not in answer.body


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_given_whole_and_in_parts(parent: Page, name: str) -> None:
    whole = parent.ask("GET", f"/library/{name}/sound")
    assert (whole.status, whole.headers["content-type"]) == (200, "audio/wav")
    assert whole.body[:4] == b"RIFF"
    part = parent.ask("GET", f"/library/{name}/sound", Range="bytes=100-199")
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.body)}"
    assert parent.ask("GET", f"/library/{name}/sound", Range="bytes=99999999-").status == 416
    with zipfile.ZipFile(BytesIO(parent.ask("GET", f"/library/{name}/story.zip").body)) as archive:
        assert archive.namelist() == [f"{name}.txt", f"{name}.wav"]
        assert archive.testzip() is None
        assert archive.read(f"{name}.wav") == whole.body
        assert STORIES[name] in archive.read(f"{name}.txt").decode()


@pytest.mark.parametrize("headers", [
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Origin": "", "Sec_Fetch_Site": "cross-site"},
    {"Origin": "", "Sec_Fetch_Site": "same-site"}, {"Origin": "http://127.0.0.1:1"}, {"Origin": "", "Referer": "http://evil.example/"},
])  # fmt: skip
def test_a_page_of_somebody_else_changes_nothing(parent: Page, box: ToyBox, headers: dict[str, str]) -> None:
    before = list(box.asked)
    for path in ("/en/gradio_api/queue/join", "/logout", "/login", "/pair", "/code"):
        assert parent.ask("POST", path, {"password": PASSWORD}, **headers).status == 403
    assert box.asked == before
    assert parent.ask("GET", "/en/").status == 200, "nobody has been logged out"


def test_a_page_of_somebody_else_does_not_even_read(parent: Page) -> None:
    assert parent.ask("GET", "/alive", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors").status == 403
    assert parent.ask("GET", "/library/a-fox-000001/sound", Origin="http://evil.example").status == 403
    assert parent.ask("GET", "/en/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 200, "a link may lead here"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "fably.local, evil.example"])
def test_a_name_that_is_not_ours_is_not_answered(parent: Page, host: str) -> None:
    for method, path in (("GET", "/en/"), ("GET", "/login"), ("POST", "/login"), ("GET", "/alive")):
        assert parent.ask(method, path, Host=host, Origin=f"http://{host}" if method == "POST" else "").status in (400, 421)


def test_two_names_at_once_are_none(parent: Page) -> None:
    with socket.create_connection(("127.0.0.1", parent.port), timeout=30) as raw:
        raw.sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n")
        assert raw.recv(100).split()[1] in (b"400", b"421")


def test_what_gradio_would_answer_and_nobody_needs_is_closed(parent: Page) -> None:
    for path in (
        "info",
        "openapi.json",
        "file=/etc/passwd",
        "file/etc/passwd",
        "proxy=http://127.0.0.1/",
        "mcp",
        "mcp/sse",
        "runs",
        "user",
        "app_id",
        "deep_link",
    ):
        assert parent.ask("GET", f"/en/gradio_api/{path}").status == 404, path
    for path in ("upload", "component_server", "run/predict", "api/predict", "call/predict", "login", "vibe-editor"):
        assert parent.ask("POST", f"/en/gradio_api/{path}", b"{}").status == 404, path
    for path in ("openapi.json", "docs", "monitoring", "static/img/logo.svg", "manifest.json", "login", "logout", "robots.txt"):
        assert parent.ask("GET", f"/en/{path}").status == 404, path
    assert parent.ask("POST", "/en/login", {"username": "a", "password": "b"}).status == 404


def test_headers_say_what_a_browser_may_do(parent: Page, stranger: Page) -> None:
    for answer in (
        parent.ask("GET", "/en/"),
        stranger.ask("GET", "/login"),
        stranger.ask("GET", "/nothing"),
        parent.ask("GET", "/page.js"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert "no-store" in parent.ask("GET", "/en/").headers["cache-control"]
    assert "cross-origin-opener-policy" not in parent.ask("GET", "/en/").headers, "a browser that does not trust us would complain"
    assert parent.ask("GET", "/en/", Sec_Fetch_Site="none").headers["cross-origin-opener-policy"] == "same-origin"


def test_the_page_asks_nothing_of_anybody_else(parent: Page) -> None:
    for language in ("en", "tr"):
        shown = parent.ask("GET", f"/{language}/").text
        assert f'lang="{language}"' in shown
        assert "gradio.app" not in shown.partition("window.gradio_config")[0]
        assert "cdnjs" not in shown
        assert "googleapis" not in shown


def test_the_cookie_is_for_the_browser_alone(stranger: Page, parent: Page) -> None:
    assert "fably_session" not in parent.ask("GET", "/page.js").text
    answer = parent.ask("GET", "/login?next=/tr/")
    assert (answer.status, answer.headers["location"]) == (303, "/tr/"), "who is logged in need not log in"


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/%0d%0aX: y", "\r\nX: y", "evil"]
)
def test_nobody_is_led_away_after_logging_in(parent: Page, to: str) -> None:
    answer = parent.ask("GET", f"/login?next={quote(to, safe='')}")
    assert answer.status == 303
    assert answer.headers["location"] in ("/", "/%250d%250aX:%20y", "/%0d%0aX:%20y", to if to.startswith("/%") else "/")
    assert "x" not in answer.headers


@pytest.mark.parametrize("size", ["1000001", "99999999999999999999", "-1", "x", "1e3"])
def test_what_is_too_large_is_not_read(stranger: Page, size: str) -> None:
    with socket.create_connection(("127.0.0.1", stranger.port), timeout=30) as raw:
        host = f"127.0.0.1:{stranger.port}"
        raw.sendall(f"POST /login HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: {size}\r\n\r\n".encode())
        assert raw.recv(100).split()[1] in (b"400", b"413")


def test_what_has_no_length_is_counted(stranger: Page) -> None:
    with socket.create_connection(("127.0.0.1", stranger.port), timeout=30) as raw:
        host = f"127.0.0.1:{stranger.port}"
        head = f"POST /login HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nTransfer-Encoding: chunked\r\n"
        raw.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode())
        try:
            for _ in range(40):
                raw.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
            assert raw.recv(100).split()[1] == b"413"
        except (ConnectionError, IndexError):
            pass  # it has hung up


def test_garbage_is_answered_or_hung_up_on(stranger: Page) -> None:
    for garbage in (
        b"\0" * 1000,
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"A" * 100_000,
        "ş\r\n\r\n".encode(),
    ):
        with socket.create_connection(("127.0.0.1", stranger.port), timeout=30) as raw:
            try:
                raw.sendall(garbage)
                raw.shutdown(socket.SHUT_WR)
                assert raw.recv(100)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 421", b"")
            except ConnectionError:
                pass
    assert stranger.ask("GET", "/login").status == 200


def test_two_hundred_slow_connections_keep_nobody_out(stranger: Page, parent: Page) -> None:
    """They come from one address, which may have 64, and none is waited for for long."""
    slow = [socket.create_connection(("127.0.0.1", stranger.port), timeout=30) for _ in range(200)]
    try:
        for one in slow:
            try:
                one.sendall(b"GET /login HT")
            except ConnectionError:
                continue
        ended = 0
        for one in slow:
            try:
                ended += one.recv(1) == b""
            except ConnectionError:
                ended += 1
        assert ended == 200, "each is sent away, at once or when its time is over"
    finally:
        for one in slow:
            one.close()
    assert stranger.ask("GET", "/login").status == 200
    assert parent.ask("GET", "/en/").status == 200


def test_a_second_request_may_not_be_slow_either(stranger: Page) -> None:
    with socket.create_connection(("127.0.0.1", stranger.port), timeout=60) as raw:
        whole = f"GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:{stranger.port}\r\n\r\n".encode()
        for _ in range(3):
            raw.sendall(whole)
            assert raw.recv(5000).startswith(b"HTTP/1.1 204")
        raw.sendall(whole[:20])
        with suppress(ConnectionError):
            assert raw.recv(100) == b"", "it is hung up on"


def test_pairing_lets_in_who_hears_the_box(stranger: Page, box: ToyBox) -> None:
    shown = stranger.ask("POST", "/pair", {"next": "/tr/"}).text
    (said,) = [one[1] for one in box.asked if one[0] == "say_digits"][-1:]
    assert said not in shown
    asker = shown.partition('name="asker" value="')[2].partition('"')[0]
    wrong = f"{(int(said) + 1) % 1_000_000:06}"
    assert stranger.ask("POST", "/code", {"asker": asker, "code": wrong}).status == 403
    assert stranger.ask("POST", "/code", {"asker": "x", "code": said}).status == 403
    answer = stranger.ask("POST", "/code", {"asker": asker, "code": said, "next": "/tr/"})
    assert (answer.status, answer.headers["location"]) == (303, "/tr/")
    stranger.cookie = answer.headers["set-cookie"].partition(";")[0]
    assert all(one in answer.headers["set-cookie"] for one in ("HttpOnly", "SameSite=lax"))
    assert stranger.ask("GET", "/en/").status == 200
    assert stranger.ask("POST", "/logout").status == 303
    assert stranger.ask("GET", "/en/").status == 303, "it has been forgotten here, too"


def test_of_a_thousand_wrong_passwords_few_are_even_tried(parent: Page, stranger: Page) -> None:
    statuses = [stranger.log_in(f"wrong {number}").status for number in range(1000)]
    assert statuses[:FREE] == [403] * FREE
    assert set(statuses) == {403, 429}
    assert statuses.count(403) <= FREE + 4, "each further one after twice the time"
    assert not stranger.cookie
    assert parent.ask("GET", "/en/").status == 200, "who is in stays in"


def test_what_a_story_says_is_never_more_than_text(parent: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    from gradio_app.shelf import Shelf

    shelf = Shelf(parent.home / "state" / "stories", parent.home / "kept", "en")
    story = shelf.story("hostile-000003")
    assert story is not None
    assert HOSTILE in story.text
    for html in (shelf.leaf("", 0).html, shelf.leaf("script", 0).html, shelf.opened(story)):
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html


def test_the_page_has_no_fault_in_its_log(guarded: Page) -> None:
    """Last in this file: after all of the above it has neither ended nor complained."""
    assert guarded.process.poll() is None
    assert "Traceback" not in (guarded.home / "page.log").read_text(encoding="utf-8")
    assert json.loads((guarded.home / "state" / "web" / "sessions.json").read_text(encoding="utf-8"))
