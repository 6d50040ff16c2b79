"""What was found, as a table for people and as JSON for programs."""

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from fably import __version__
from fably.core.secrecy import without
from fably.core.types import Language
from fably.doctor.checkup import Checkup
from fably.doctor.finding import Finding
from fably.doctor.mending import Mended
from fably.texts import text

_COLOURS = {"ok": "\x1b[32m", "warning": "\x1b[33m", "failed": "\x1b[31m"}
_PLAIN = "\x1b[0m"
_SUBJECT, _TIME, _GAP = 26, 7, 2
_LEAST = 32
"""Columns that a detail needs beside the others; where there are fewer, it stands below them."""


def headline(language: Language) -> str:
    return text(language, "doctor.headline", version=__version__)


def last_line(checkup: Checkup, language: Language) -> str:
    """Whether a story could be told, and by whom."""
    if checkup.words is None or checkup.voice is None or not (checkup.ok or checkup.unheard):
        return text(language, "doctor.not_told")
    return text(
        language,
        "doctor.told" if checkup.ok else "doctor.not_heard",
        words=checkup.words.title(language),
        voice=checkup.voice.title(language),
    )


def table(findings: Sequence[Finding], width: int, language: Language, *, colour: bool) -> str:
    """One row for each finding, `width` columns wide at most: status, check, subject, seconds, detail, and the fix behind an arrow.

    What mends several of them is said once: one network that is gone is one thing to do.
    """
    subjects = min(_SUBJECT, max((len(one.subject) for one in findings), default=0))
    checks = max((len(one.check) for one in findings), default=0)
    before = len("warning") + checks + subjects + _TIME + 4 * _GAP
    beside = width - before >= _LEAST
    rows: list[str] = []
    fixes: set[str] = set()
    for one in findings:
        time = "" if one.seconds is None else f"{one.seconds:.2f} s"
        subject = textwrap.wrap(one.subject, subjects) or [""]
        fix = text(language, "doctor.as_above") if one.fix in fixes else one.fix
        fixes |= {one.fix} - {""}
        room = width - before if beside else width - 4
        detail = [*textwrap.wrap(one.detail, room), *textwrap.wrap(fix, room, initial_indent="→ ", subsequent_indent="  ")]
        status = f"{_COLOURS[one.status]}{one.status:7}{_PLAIN}" if colour else f"{one.status:7}"
        gap = " " * _GAP
        for index in range(max(len(subject), len(detail) if beside else 0)):
            head = (status, f"{one.check:{checks}}", time) if index == 0 else (" " * 7, " " * checks, "")
            name = subject[index] if index < len(subject) else ""
            said = detail[index] if beside and index < len(detail) else ""
            rows.append(gap.join([head[0], head[1], f"{name:{subjects}}", f"{head[2]:>{_TIME}}", said]).rstrip())
        if not beside:
            rows += [f"    {line}" for line in detail]
    return "\n".join(rows)


def as_json(checkup: Checkup, mended: Sequence[Mended] | None = None) -> str:
    """One object: ok, findings, version; and what was done about them, where something was to be done."""
    found = {"ok": checkup.ok, "findings": [plain(one) for one in checkup.findings], "version": __version__}
    if mended is not None:
        found["mended"] = [asdict(one) for one in mended]
    return json.dumps(found, ensure_ascii=False)


def plain(one: Finding) -> dict[str, Any]:
    """A finding; its repair as the command that one would type, or null."""
    return {**asdict(one), "repair": None if one.repair is None else str(one.repair)}


def what_was_done(mended: Sequence[Mended], language: Language) -> str:
    """A line for each command that was run, or that only root may run, or one that says that there is none."""
    lines = [text(language, f"doctor.{one.outcome}", command=one.command, says=one.says) for one in mended]
    return "\n".join(lines or [text(language, "doctor.nothing_to_mend")])


def discreet(checkup: Checkup, secrets: Sequence[str]) -> Checkup:
    """The same without any of `secrets`, wherever somebody may have quoted one."""

    def scrubbed(said: str) -> str:
        for secret in secrets:
            said = without(secret, said)
        return said

    findings = (replace(one, subject=scrubbed(one.subject), detail=scrubbed(one.detail), fix=scrubbed(one.fix)) for one in checkup.findings)
    return replace(checkup, findings=tuple(findings))
