"""What the page costs: how soon it is there, what it holds and how much it computes when nobody does anything, and when somebody does."""

import http.client
import json
import time
from pathlib import Path
from typing import Any, NamedTuple

from page import PATIENCE, Page, listening, page
from tree_watch import MB, held

from fably.memory.measured import tree

QUIET = 10.0
"""Seconds for which a page that nobody touches is looked at."""


class Figures(NamedTuple):
    """Seconds from the first request, MB (PSS of the tree), and percent of a core."""

    answered: float
    """Until somebody who asks is told to wait a moment."""
    usable: float
    """Until Gradio's page and its first list of stories have come."""
    idle: float
    """MB before anybody has opened a page."""
    used: float
    """MB with one open, after ten."""
    core: float
    """Percent of a core with one open that nobody touches."""
    gone: float
    """MB after it has left."""


def look(one: Page, language: str = "en") -> str:
    """Open the page as a browser does, as far as the server has to do with it; gives the first list of the stories."""
    front = one.ask("GET", f"/{language}/")
    config = _config(front.text)
    for path in ("theme.css", *(f"assets/{part.partition(chr(34))[0]}" for part in front.text.split("./assets/")[1:])):
        assert one.ask("GET", f"/{language}/{path}").status == 200
    load = next(one["id"] for one in config["dependencies"] if ["load"] in [target[1:] for target in one["targets"]])
    return _happens(one, language, load, ["", 0])


def press(one: Page, button: str, *given: object, language: str = "en") -> str:
    """Press the button with that id, with the values that belong to it; gives what has come of it in the end."""
    config = _config(one.ask("GET", f"/{language}/").text)
    number = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == button)
    event = next(one["id"] for one in config["dependencies"] if [number, "click"] in one["targets"])
    return _happens(one, language, event, list(given))


def _config(front: str) -> Any:
    return json.loads(front.partition("window.gradio_config = ")[2].partition(";</script>")[0])


def _happens(one: Page, language: str, event: int, given: list[object]) -> str:
    session = f"{time.monotonic_ns():x}"
    body = json.dumps({"data": given, "fn_index": event, "session_hash": session, "trigger_id": None, "event_data": None}).encode()
    assert one.ask("POST", f"/{language}/gradio_api/queue/join", body, Content_Type="application/json").status == 200
    with stream(one, f"/{language}/gradio_api/queue/data?session_hash={session}") as events:
        for line in iter(events.readline, b""):
            if b"process_completed" in line:
                return line.decode()
    raise AssertionError("nothing has come of it")


class stream:  # noqa: N801 - it is used as a function
    """A stream of events, until it is left."""

    def __init__(self, one: Page, path: str = "/alive") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=PATIENCE)
        self._connection.request("GET", path, headers={"Cookie": one.cookie})

    def __enter__(self) -> http.client.HTTPResponse:
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        return self._answer

    def __exit__(self, *_: object) -> None:
        self._answer.close()
        self._connection.close()


def weight(one: Page) -> float:
    """MB that it holds."""
    return held(tree(one.process.pid)) / MB


def computed(one: Page) -> float:
    """Seconds that it has computed."""
    fields = Path(f"/proc/{one.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def figures(home: Path) -> Figures:
    """Measure a page whose state is at `home`."""
    with listening() as door:
        began = time.monotonic()
        with page(home, "--idle-exit", "5s", door=door, ready=False) as one:
            assert one.ask("GET", "/").status == 503
            answered = time.monotonic() - began
            one.wait()
            look(one)
            usable = time.monotonic() - began
        with page(home, "--idle-exit", "5s", door=door) as one:
            with stream(one) as events:
                events.readline()
                idle = weight(one)
                for _ in range(10):
                    look(one)
                time.sleep(1)
                used, before = weight(one), computed(one)
                time.sleep(QUIET)
                core = 100 * (computed(one) - before) / QUIET
            one.process.wait(PATIENCE)
            return Figures(answered, usable, idle, used, core, weight(one))
