"""What can be said over the control socket: the table that README.md beside this shows, as data, and what fits it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fably.core.errors import FablyError
from fably.core.types import Language
from fably.texts import text

VERSION = 1
"""Of the protocol. What is added to it does not change this, for nobody need know of it."""
LONGEST = 65_536
"""Bytes of a line that a client sends, its end included."""
PIECE = 48_000
"""Bytes of sound in a line, which are 64 000 as base64. What is longer takes several lines."""
SOUND = 640_000
"""Bytes of a sound, which are 20 seconds: 16-bit, mono, 16 kHz."""
ID_LONGEST = 100  # characters

Word = Literal["unknown_command", "bad_request", "unknown_story", "wrong_setting", "busy", "not_possible", "fault"]
"""Why something was refused, for programs."""


class Refused(FablyError):
    """A request was refused: `word` for programs, and what the text says for a person."""

    def __init__(self, word: str, says: str) -> None:
        super().__init__(says)
        self.word = word


@dataclass(frozen=True)
class Argument:
    """What a command takes. `kind` is text, a whole number, yes or no, or values by name."""

    name: str
    kind: Literal["text", "whole", "yes_no", "values"] = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    longest: int = 256
    """Characters of a text."""
    note: str = ""
    """What README.md says of it."""

    def fits(self, value: object) -> bool:
        """Whether `value` is of its kind. A truth is no number, whatever Python says."""
        match self.kind:
            case "text":
                return isinstance(value, str) and len(value) <= self.longest and (not self.choices or value in self.choices)
            case "whole":
                above = self.low is None or (isinstance(value, int) and value >= self.low)
                return type(value) is int and above and (self.high is None or value <= self.high)
            case "yes_no":
                return isinstance(value, bool)
            case "values":
                return isinstance(value, dict) and all(one is None or isinstance(one, str | int | float) for one in value.values())

    def kind_in(self, language: Language) -> str:
        """What it must be, for people."""
        if self.choices:
            return ", ".join(self.choices)
        low, high = self.low, self.high
        return text(language, f"control.{self.kind}", low=low, high=high) if low is not None else text(language, f"control.any_{self.kind}")


STORY = Argument("story", needed=True, note="its name")
ALOUD = Argument("aloud", "yes_no", note="default true; false: made and kept, not played")


@dataclass(frozen=True)
class Command:
    """A row of the table."""

    name: str
    takes: tuple[Argument, ...]
    gives: str
    what: str


COMMANDS: Mapping[str, Command] = {
    one.name: one
    for one in (
        Command(
            "status", (),
            "`state`, `story` (null, or `name`, `title`, `passage`, `passages`, `progress` from 0 to 1, `aloud`), "
            "`volume` (`now`, `least`, `most`), `language`, `voice`, `words`, `version`",
            "what it is doing",
        ),
        Command("watch", (), "the same, and from then on what happens, as it happens (below)", "look on"),
        Command("press", (Argument("kind", needed=True, choices=("short", "double", "long")),), "", "as at the button"),
        Command(
            "tell",
            (
                Argument("wish", longest=4000, note="or `story`; neither is a story of Fably's choosing"),
                Argument("story", note="a name in the library, or of one that came with Fably"),
                Argument("first", "whole", low=0, high=100_000, note="its passage to begin with, default 0"),
                ALOUD,
                Argument("age", "whole", low=2, high=12, note="for this story only"),
                Argument("language", choices=("en", "tr"), note="likewise"),
                Argument("length", choices=("short", "usual", "long"), note="likewise"),
            ),
            "", "tell; what was going on ends",
        ),
        Command(
            "continue",
            (Argument("story", note="its name, or what it is about, also of one that came with Fably; default the last"), ALOUD),
            "`story`: which it is", "what happened next",
        ),
        Command("stop", (), "", "silent and idle; the place is kept"),
        Command("pause", (), "", "silent, ready to go on"),
        Command("resume", (), "", "go on, from the start of the same sentence"),
        Command("again", (), "", "back to the start of this story"),
        Command("next_voice", (), "", "go on with the next voice"),
        Command(
            "volume",
            (Argument("percent", "whole", low=0, high=100, note="or `by`"), Argument("by", "whole", low=-100, high=100)),
            "`now`", "how loud it is, within its bounds",
        ),
        Command("say", (Argument("digits", needed=True, longest=12, note="1 to 12"),), "", "say them slowly, twice: for pairing"),
        Command(
            "preview", (Argument("voice", needed=True), Argument("text", longest=1000)), "", "the voice says this, or a line of its own",
        ),
        Command(
            "hear",
            (
                Argument("sound", needed=True, longest=PIECE // 3 * 4, note="16-bit mono of 16 kHz, in base64, 48 000 bytes at most"),
                Argument("at", "whole", low=0, high=SOUND, note="its first byte in the whole, default 0; 640 000, or 20 s, are the most"),
                Argument("more", "yes_no", note="default false; true: another piece follows"),
                Argument("language", choices=("en", "tr"), note="that is spoken"),
            ),
            "with the last piece `wish`: the words, empty where nobody speaks; `sure`: false where they may be others",
            "understand a wish; nothing of it is kept",
        ),
        Command("room", (), "", "idle engines leave, and have left when the reply comes"),
        Command(
            "settings", (),
            "`fields`: of each `name`, `env`, `group`, `kind`, `value`, `default`, `choices`, `low`, `high`, `unit`, `secret`, `help`, "
            "`origin` (flag, environment, settings.env, .env, mode or default), `waits` (for a restart); of a secret only `set` "
            "and `ends`; `complaints` about `settings.env`",
            "what is set",
        ),
        Command(
            "set", (Argument("values", "values", needed=True, note="by name; null is back to the default"),),
            "`restart`: the names that need one; `overruled`: those that something stronger sets, with its origin",
            "checked as on the command line, and saved to `settings.env`, all of it or nothing",
        ),
        Command("restart", (), "", "begin anew with what is set, after the reply"),
        Command("favourite", (STORY, Argument("on", "yes_no", note="default true")), "`story`: its name", "see `fably stories`"),
        Command("rename", (STORY, Argument("title", needed=True, longest=200, note="empty takes it away")), "`story`", "likewise"),
        Command("delete", (STORY,), "`story`: the name by which `restore` knows it", "likewise; there is a way back"),
        Command("restore", (STORY,), "`story`", "likewise"),
    )
}  # fmt: skip

EVENTS = (
    ("state", "what `status` gives", "something of that is other than before"),
    ("passage", "`story` (as in `status`), `index`, `lead`, `text`", "a passage begins"),
    ("volume", "`now`, `least`, `most`", "it is louder or softer, by whomever"),
    ("library", "`story`: its name; `told`: whether a telling has left it there", "a story came, went or changed"),
    ("ends_in", "`seconds`", "the story ends in so many, about"),
)


@dataclass(frozen=True)
class Request:
    """A request that fits the table."""

    do: str
    given: Mapping[str, Any] = field(default_factory=dict)
    """Its arguments, of the kinds that they must be; null counts as not given."""
    id: str | int | float | None = None


def fitting(raw: object, language: Language) -> Request:
    """The request that `raw` is. Raises `Refused`."""
    if not isinstance(raw, dict) or not isinstance(raw.get("do"), str):
        raise Refused("bad_request", text(language, "control.no_request"))
    command = COMMANDS.get(raw["do"])
    if command is None:
        raise Refused("unknown_command", text(language, "control.unknown_command", do=raw["do"][:40]))
    given = {name: value for name, value in raw.items() if name not in ("id", "do") and value is not None}
    takes = {one.name: one for one in command.takes}
    for name, value in given.items():
        if name not in takes:
            names = ", ".join(takes) or "–"
            raise Refused("bad_request", text(language, "control.not_taken", do=command.name, name=name[:40], names=names))
        if not takes[name].fits(value):
            raise Refused("bad_request", text(language, "control.wrong", name=name, kind=takes[name].kind_in(language)))
    for name, one in takes.items():
        if one.needed and name not in given:
            raise Refused("bad_request", text(language, "control.missing", do=command.name, name=name))
    return Request(command.name, given, id_of(raw))


def id_of(raw: object) -> str | int | float | None:
    """What a client calls its request; None where that is nothing to be sent back."""
    called = raw.get("id") if isinstance(raw, dict) else None
    return called if isinstance(called, str | int | float) and len(str(called)) <= ID_LONGEST else None


def drawn() -> str:
    """The table as README.md shows it."""
    rows = ["| do | with | gives | what |", "|---|---|---|---|"]
    rows += [f"| `{one.name}` | {'; '.join(map(_drawn, one.takes))} | {one.gives} | {one.what} |" for one in COMMANDS.values()]
    rows += ["", "| event | with | when |", "|---|---|---|"]
    rows += [f"| `{name}` | {given} | {when} |" for name, given, when in EVENTS]
    return "\n".join(rows)


def _drawn(one: Argument) -> str:
    bounds = f"{one.low} to {one.high}" if one.low is not None and one.high is not None and one.high < 1000 else ""
    more = ", ".join(part for part in (" ".join(one.choices), bounds, one.note) if part)
    return f"`{one.name}`" + (f" ({more})" if more else "")
