"""What each command does to the box, the library and the settings; and that no secret ever goes back."""

import asyncio
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from keeping import keep
from toy_box import ToyBox, line_to, toy_box

from fably.box.orders import BoxOrders
from fably.box.remote import EndsIn, Manner, Shelved
from fably.control.protocol import COMMANDS, Refused, Request
from fably.core.errors import ConfigError
from fably.examples.folder import Folder
from fably.examples.opening import FILES
from fably.library.library import Library
from fably.settings import Settings, fields_of, load

SOCKET, SHELF = Path("control"), Path("stories")
SECRET = "sk-canary-0123456789ab"  # noqa: S105 - which is none


def asked(*requests: dict[str, Any], flags: dict[str, Any] | None = None) -> tuple[list[Any], ToyBox]:
    """The replies to `requests`, one after the other, and the box that was asked."""

    async def scene() -> tuple[list[Any], ToyBox]:
        async with toy_box(SOCKET, load(flags or {}, complain=lambda _complaint: None)) as box, line_to(SOCKET) as line:
            return [await line.ask(**request) for request in requests], box

    return asyncio.run(scene())


def ok(replies: list[Any]) -> list[Any]:
    assert [reply["says"] for reply in replies if not reply["ok"]] == []
    return replies


@pytest.fixture
def shelf() -> None:
    keep(SHELF, "a fox")
    keep(SHELF, "an owl")
    os.utime(SHELF / "a-fox", (1, 1))


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FABLY_STATE_PATH", "state")
    return Path("state/settings.env")


def test_every_command_of_the_table_is_carried_out() -> None:
    orders = BoxOrders(ToyBox(), Library(SHELF), Settings())
    assert set(orders._does) == set(COMMANDS)


def test_the_buttons_of_a_page_reach_the_box() -> None:
    replies, box = asked(
        {"do": "press", "kind": "double"}, {"do": "tell", "wish": "a  mouse", "age": 3, "aloud": False}, {"do": "tell"}, {"do": "pause"},
        {"do": "tell", "wish": "a hen", "length": "short"},
        {"do": "again"}, {"do": "stop"}, {"do": "say", "digits": "042317"}, {"do": "preview", "voice": "nova"}, {"do": "room"},
        {"do": "preview", "voice": "nova", "text": "Hello."},
    )  # fmt: skip
    ok(replies)
    assert box.asked == [
        ("press", "double"), ("tell", "a mouse", Manner(aloud=False, age=3)), ("tell", "", Manner()), ("pause",),
        ("tell", "a hen", Manner(length="short")), ("again",), ("stop",),
        ("say_digits", "042317"), ("preview", "nova", None), ("room",), ("preview", "nova", "Hello."),
    ]  # fmt: skip


def test_what_the_box_cannot_do_is_said_in_its_language() -> None:
    replies, _box = asked({"do": "resume"}, {"do": "next_voice"})
    assert [(one["error"], one["says"]) for one in replies] == [
        ("busy", "no story was silenced"), ("not_possible", "there is no sound card"),
    ]  # fmt: skip
    turkish, _box = asked({"do": "resume"}, {"do": "dance"}, flags={"language": "tr"})
    assert turkish[1]["says"] == "dance adlı bir komut yok; liste README'de"


def test_volume_is_a_number_or_a_step_and_never_out_of_bounds() -> None:
    steps: list[dict[str, int]] = [{"percent": 50}, {"by": 5}, {"by": -100}, {"percent": 100}]
    replies, _box = asked(*({"do": "volume", **step} for step in steps))
    assert [one["now"] for one in ok(replies)] == [50, 55, 10, 80]


def test_a_story_is_told_from_any_of_its_passages(shelf: None) -> None:
    replies, box = asked(
        {"do": "tell", "story": "a-fox", "first": 3}, {"do": "status"}, {"do": "tell", "story": "an-o", "language": "tr"},
        {"do": "continue"}, {"do": "continue", "story": "a-fox", "aloud": False},
    )  # fmt: skip
    ok(replies)
    assert box.asked == [
        ("retell", "a-fox", 3, Manner()), ("retell", "an-owl", 0, Manner(language="tr")), ("sequel", "an-owl", Manner()),
        ("sequel", "a-fox", Manner(aloud=False)),
    ]  # fmt: skip
    assert replies[1]["story"] == {"name": "a-fox", "title": "a fox", "passage": 3, "passages": 4, "progress": 0.25, "aloud": True}
    wrong, box = asked(
        {"do": "tell", "story": "a-fox", "first": 4}, {"do": "tell", "story": "nobody"}, {"do": "tell", "story": "../stories/a-fox"},
        {"do": "continue", "story": "/etc"}, {"do": "delete", "story": ".."}, {"do": "rename", "story": "a-fox/..", "title": "x"},
        {"do": "favourite", "story": ""}, {"do": "restore", "story": "../a-fox"},
    )  # fmt: skip
    assert [one["error"] for one in wrong] == ["bad_request", *["unknown_story"] * 7]
    assert box.asked == []
    assert sorted(path.name for path in SHELF.iterdir() if not path.name.startswith(".")) == ["a-fox", "an-owl"]


def test_a_story_that_came_with_fably_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    camel = "the-camel-who-carried-books"
    keep(SHELF, f"{camel}-0")  # as it is called when it has been told
    replies, box = asked(
        {"do": "tell", "story": camel, "age": 4, "aloud": False, "language": "tr"}, {"do": "tell", "story": f"{camel}-0"},
        {"do": "tell", "story": "the-camel-who-c"}, {"do": "tell", "story": "in-other-people"}, {"do": "tell", "story": camel, "first": 1},
        {"do": "tell", "story": "a-"}, {"do": "tell", "story": f"../en/{camel}"},
    )  # fmt: skip
    assert [one.get("error") for one in replies] == [None, None, None, None, "bad_request", "unknown_story", "unknown_story"]
    titles = {one.name: one.title for one in Folder(FILES).index()}
    assert box.asked == [
        ("tell", titles[camel], Manner(aloud=False, age=4, language="en", shipped=True)), ("retell", f"{camel}-0", 0, Manner()),
        ("retell", f"{camel}-0", 0, Manner()), ("tell", titles["in-other-peoples-boots"], Manner(language="en", shipped=True)),
    ]  # fmt: skip
    monkeypatch.setenv("FABLY_ENABLE_EXAMPLES", "no")
    none, box = asked({"do": "tell", "story": "in-other-peoples-boots"})
    assert (none[0]["error"], box.asked) == ("unknown_story", [])


def test_what_happened_next_is_asked_of_the_same_stories_as_on_the_command_line(shelf: None, monkeypatch: pytest.MonkeyPatch) -> None:
    camel = "the-camel-who-carried-books"
    replies, box = asked(
        {"do": "continue", "story": camel}, {"do": "continue", "story": "the fox"}, {"do": "continue", "story": "a camel", "aloud": False},
        {"do": "continue", "story": "the purple submarine"}, {"do": "continue", "story": f"../en/{camel}"},
    )  # fmt: skip
    assert [one.get("error") for one in replies] == [None, None, None, "unknown_story", "unknown_story"]
    assert [one["story"] for one in replies[:3]] == [camel, "a-fox", camel]
    assert box.asked == [("sequel", camel, Manner()), ("sequel", "a-fox", Manner()), ("sequel", camel, Manner(aloud=False))]
    monkeypatch.setenv("FABLY_ENABLE_EXAMPLES", "no")
    none, box = asked({"do": "continue", "story": camel})
    assert (none[0]["error"], box.asked) == ("unknown_story", [])


def test_without_a_story_there_is_nothing_to_continue() -> None:
    replies, _box = asked({"do": "continue"})
    assert replies[0]["error"] == "unknown_story"


def test_the_library_is_looked_after_and_everybody_who_looks_on_is_told(shelf: None) -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as page, line_to(SOCKET) as line:
            await page.ask(do="watch")
            changes: list[tuple[dict[str, Any], str]] = [
                ({"do": "favourite", "story": "a-fox"}, "a-fox"),
                ({"do": "rename", "story": "a-f", "title": " The\n fox & I "}, "a-fox"),
                ({"do": "delete", "story": "an-owl"}, "an-owl"),
                ({"do": "restore", "story": "an-owl"}, "an-owl"),
                ({"do": "favourite", "story": "an-owl", "on": False}, "an-owl"),
            ]
            for request, name in changes:
                assert (await line.ask(**request))["story"] == name
                assert await page.hear() == {"event": "library", "story": name, "told": False}
            box.happens(Shelved("a-mouse"))
            box.happens(EndsIn(300))
            assert [await page.hear(), await page.hear()] == [
                {"event": "library", "story": "a-mouse", "told": True}, {"event": "ends_in", "seconds": 300},
            ]  # fmt: skip

    asyncio.run(scene())
    fox = Library(SHELF).story("a-fox")
    assert (fox.favourite, fox.title, fox.query) == (True, "The fox & I", "a fox")


# ---- the settings --------------------------------------------------------------------------------------------------------


def fields(replies: list[Any]) -> dict[str, Any]:
    return {field["name"]: field for field in replies[-1]["fields"]}


def test_what_is_set_is_saved_and_waits_for_a_restart(state: Path) -> None:
    replies, _box = asked(
        {"do": "set", "values": {"age": 4, "language": "tr", "opener": False, "temperature": 0.5, "max_cache_size": "50M"}},
        {"do": "set", "values": {"language": None}}, {"do": "settings"},
    )  # fmt: skip
    ok(replies)
    assert (replies[0]["restart"], replies[0]["overruled"]) == (["age", "language", "opener", "temperature", "max_cache_size"], {})
    assert replies[1]["restart"] == []
    assert state.read_text(encoding="utf-8").splitlines() == [
        "FABLY_AGE=4", "FABLY_OPENER=no", "FABLY_TEMPERATURE=0.5", "FABLY_MAX_CACHE_SIZE=50M",
    ]  # fmt: skip
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    age = fields(replies)["age"]
    assert (age["value"], age["origin"], age["waits"], age["low"], age["high"], age["kind"]) == (4, "settings.env", True, 2, 12, "whole")
    again, _box = asked({"do": "settings"})
    assert fields(again)["age"]["waits"] is False


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"age": 40}, "age: 40 is out of range; it goes from 2 to 12 years"),
        ({"age": True}, "age: 'yes' is not a whole number"),
        ({"max_cache_size": -1}, "max_cache_size: '-1' is not a size such as 50M or 2G"),
        ({"language": "de"}, "language: 'de' is not known; choose one of en, tr"),
        ({"llm_url": "file:///etc/passwd"}, "llm_url: 'file:///etc/passwd' is not an address such as http://homeserver:11434/v1"),
        ({"agee": 4}, "agee is no setting"),
        ({"allow": "a\nOPENAI_API_KEY=x"}, "allow: only ordinary characters in one line can be kept"),
        ({"openai_api_key": "sk\r1"}, "openai_api_key: only ordinary characters in one line can be kept"),
        ({"allow": "a" * 3000}, "allow: only ordinary characters in one line can be kept"),
        ({"memory_warning": 95}, "FABLY_MEMORY_WARNING: 95 percent is not below --memory-critical, which is 90"),
        ({"age": 4, "volume": 101}, "volume: 101 is out of range; it goes from 0 to 100 percent"),
        *(({name: "x"}, f"{name} is set by whoever starts the box, and not from afar") for name in ("output", "state_path", "prompt_file")),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(state: Path, values: dict[str, Any], says: str) -> None:
    replies, _box = asked({"do": "set", "values": values})
    assert replies[0]["error"] == "wrong_setting"
    assert says in replies[0]["says"]
    assert not state.exists()


def test_a_box_that_could_not_begin_is_not_saved(state: Path) -> None:
    def check(_before: Settings, settings: Settings, _changed: object) -> None:
        if not settings.button:
            raise ConfigError("--loop needs something to press")

    async def scene() -> None:
        orders = BoxOrders(ToyBox(), Library(SHELF), load({}), check)
        with pytest.raises(Refused, match="needs something to press"):
            await orders.answer(Request("set", {"values": {"button": False}}))

    asyncio.run(scene())
    assert not state.exists()


def test_who_is_stronger_is_named(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABLY_AGE", "3")
    replies, _box = asked({"do": "set", "values": {"age": 4, "volume": 40}}, {"do": "settings"}, flags={"volume": "20"})
    assert replies[0]["overruled"] == {"age": "environment", "volume": "flag"}
    assert replies[0]["restart"] == []
    assert (fields(replies)["age"]["value"], fields(replies)["volume"]["origin"]) == (3, "flag")


def test_no_secret_goes_back_whoever_asks_for_what(state: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level("DEBUG")
    monkeypatch.setenv("GEMINI_API_KEY", SECRET)
    secrets = {field.name: SECRET for field in fields_of(Settings) if field.secret}
    replies, _box = asked(
        {"do": "set", "values": {**secrets, "llm_url": f"http://me:{SECRET}@homeserver:1/v1"}}, {"do": "settings"}, {"do": "status"},
        {"do": "set", "values": {"openai_api_key": SECRET, "age": 99}}, {"do": "set", "values": {SECRET: 1}}, {"do": "settings"},
    )  # fmt: skip
    assert SECRET in state.read_text(encoding="utf-8")
    said = json.dumps([replies[:4], replies[5]]) + caplog.text
    assert "canary" not in said, "but for the name of a setting that the client has made up"
    found = fields(replies)
    assert (found["openai_api_key"]["set"], found["openai_api_key"]["ends"], "value" in found["openai_api_key"]) == (True, "ab", False)
    assert found["llm_url"]["value"] == "http://me:…@homeserver:1/v1"
    short, _box = asked({"do": "set", "values": {"openai_api_key": "12345678901"}}, {"do": "settings"})
    assert fields(short)["openai_api_key"]["ends"] == "", "two of eleven characters are too many"


def test_what_is_local_is_not_even_listed(state: Path) -> None:
    replies, _box = asked({"do": "settings"})
    found = fields(replies)
    assert "age" in found
    assert not {"output", "query_file", "loop", "state_path", "stories_path", "prompt_file", "control_socket"} & set(found)


def test_what_was_spoilt_before_does_not_stop_a_change(state: Path) -> None:
    state.parent.mkdir()
    state.write_text("what is this\nFABLY_VOLUME=loud\n", encoding="utf-8")
    replies, _box = asked({"do": "set", "values": {"age": 4}}, {"do": "settings"})
    ok(replies)
    assert state.read_text(encoding="utf-8") == "what is this\nFABLY_VOLUME=loud\nFABLY_AGE=4\n"
    assert len(replies[1]["complaints"]) == 2
    assert fields(replies)["age"]["value"] == 4
