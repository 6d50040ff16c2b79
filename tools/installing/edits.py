"""What is done to a file, as data: how to put it in, and how to take it out of a file that somebody else has changed since."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

BEGIN, END = "# ---- Fably begins: tools/install wrote this, and tools/install --uninstall takes it out", "# ---- Fably ends"


class Edit(Protocol):
    """Something that is done to a text."""

    def put(self, text: str) -> str:
        """The text with it; the same text where it is there already."""
        ...

    def taken_out(self, text: str) -> str | None:
        """The text without it; None where nothing sensible would be left."""
        ...

    def note(self) -> dict[str, Any]:
        """What `edit_of` makes this edit of."""
        ...


@dataclass(frozen=True)
class Whole:
    """The file is ours from end to end."""

    text: str

    def put(self, text: str) -> str:
        return self.text

    def taken_out(self, text: str) -> str | None:
        return None

    def note(self) -> dict[str, Any]:
        return {"kind": "whole"}


@dataclass(frozen=True)
class Block:
    """Some lines of ours at the end of somebody else's file, between two marks."""

    lines: tuple[str, ...]

    def put(self, text: str) -> str:
        rest = self.taken_out(text)
        if rest and not rest.endswith("\n"):
            rest += "\n"
        return rest + "\n".join((BEGIN, *self.lines, END)) + "\n"

    def taken_out(self, text: str) -> str:
        return re.sub(rf"^{re.escape(BEGIN)}\n.*?^{re.escape(END)}(?:\n|\Z)", "", text, flags=re.MULTILINE | re.DOTALL)

    def note(self) -> dict[str, Any]:
        return {"kind": "block"}


@dataclass(frozen=True)
class Words:
    """Words that are to be in a file of one line, such as cmdline.txt. A second line would make a Pi that does not boot."""

    words: tuple[str, ...]

    def put(self, text: str) -> str:
        there = text.split()
        missing = [one for one in self.words if one not in there]
        return f"{' '.join(text.split(chr(10))).strip()} {' '.join(missing)}\n" if missing else text

    def taken_out(self, text: str) -> str:
        return " ".join(one for one in text.split() if one not in self.words) + "\n"

    def note(self) -> dict[str, Any]:
        return {"kind": "words", "words": list(self.words)}


def edit_of(note: Mapping[str, Any]) -> Edit:
    """The edit that left this note, as far as taking it out goes."""
    match note["kind"]:
        case "block":
            return Block(())
        case "words":
            return Words(tuple(note["words"]))
        case _:
            return Whole("")
