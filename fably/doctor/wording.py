"""What the doctor says of a machine, in the language of the story, from `locale/doctor/`: texts that the box never needs."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from fably.core.types import Language
from fably.doctor.finding import Finding, Repair, Status
from fably.texts import HERE


@cache
def entries(language: Language) -> dict[str, Any]:
    """All of them: what each finding says, and what mends it, by its name."""
    return tomllib.loads((HERE / "doctor" / f"{language}.toml").read_text(encoding="utf-8"))


def worded(language: Language, name: str, part: str, /, **values: object) -> str:
    """A part of an entry ("says", "mend"), with {value}s filled in; empty where it has no such part. Raises `KeyError`."""
    found = str(entries(language)[name].get(part, ""))
    for value, what in values.items():  # not str.format: a log line may hold braces of its own
        found = found.replace(f"{{{value}}}", str(what))
    return found


def phrase(language: Language, name: str, /, **values: object) -> str:
    """A piece of a sentence, with {value}s filled in. Raises `KeyError`."""
    return worded(language, "phrases", name, **values)


@dataclass(frozen=True)
class Scribe:
    """Writes the findings of one check."""

    check: str
    language: Language

    def ok(self, what: str, subject: str = "", **values: object) -> Finding:
        return self._written("ok", what, subject, None, values)

    def warning(self, what: str, subject: str = "", repair: Repair | None = None, **values: object) -> Finding:
        return self._written("warning", what, subject, repair, values)

    def failed(self, what: str, subject: str = "", repair: Repair | None = None, **values: object) -> Finding:
        return self._written("failed", what, subject, repair, values)

    def _written(self, status: Status, what: str, subject: str, repair: Repair | None, values: dict[str, object]) -> Finding:
        if repair is not None:
            values["command"] = repair
        says, mend = (worded(self.language, what, part, **values) for part in ("says", "mend"))
        about = subject or worded(self.language, "subjects", self.check)
        return Finding(self.check, about, status, says, "" if status == "ok" else mend, what=what, repair=repair)
