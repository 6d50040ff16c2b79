#!/usr/bin/env python3
"""Writes what is said in tables, from what they say it of: .env.example, and tables in README.md and in that of the control socket, each
between its two marks.

python tools/settings_docs.py          writes both
python tools/settings_docs.py --check  exits with 1 when they are not what they should be
"""

import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from fably.control.protocol import drawn as commands
from fably.settings import Field, Settings, fields_of
from fably.settings.modes import MODES, NAMES, SET
from fably.triggers.table import drawn as gestures

ROOT = Path(__file__).resolve().parent.parent
MARKS = "<!-- {}: written by tools/settings_docs.py -->", "<!-- {} end -->"


def _allowed(field: Field) -> str:
    if field.choices:
        return " ".join(field.choices)
    return field.bounds or {bool: "yes no", int: "a whole number"}.get(field.kind, "")


def table() -> str:
    """The README's table."""
    rows = ["| flag | environment | default | what it is |", "|---|---|---|---|"]
    for group, fields in groupby(fields_of(Settings), key=lambda field: field.group):
        rows.append(f"| **{group}** | | | |")
        for field in fields:
            flag = f"`{field.flag}`" if field.flag else ""
            allowed = f" ({_allowed(field)})" if _allowed(field) and field.kind is not bool else ""
            rows.append(f"| {flag} | `{field.env}` | {field.shown(field.default)} | {field.doc}{allowed} |")
    return "\n".join(rows)


def modes() -> str:
    """The README's table of the memory modes."""
    rows = [f"| setting | {' | '.join(f'`{name}`' for name in NAMES)} |", "|---" * (len(NAMES) + 1) + "|"]
    for field in (one for one in fields_of(Settings) if one.name in SET):
        usual = field.shown(field.default) or "no bound"
        cells = (f"**{text}**" if (text := MODES[name].get(field.name)) else usual for name in NAMES)
        rows.append(f"| `{field.flag}` | {' | '.join(cells)} |")
    return "\n".join(rows)


def example() -> str:
    """The text of .env.example."""
    lines = [
        "# Settings of Fably. Copy this file to .env in the folder where you start it, or to settings.env in the state directory",
        "# (~/.local/state/fably), and take away the # before what you want to set. A flag or an environment variable wins over both.",
    ]
    for group, fields in groupby(fields_of(Settings), key=lambda field: field.group):
        lines += ["", f"# {group}", ""]
        for field in fields:
            allowed = f" ({_allowed(field)})" if _allowed(field) else ""
            lines += [f"# {field.doc}{allowed}", f"#{field.env}={field.shown(field.default)}"]
    return "\n".join(lines) + "\n"


def wanted() -> dict[Path, str]:
    """What should stand in each file."""
    readme = {"settings": table(), "memory modes": modes(), "gestures": gestures()}
    control = {"control socket": commands()}
    documents = {ROOT / "README.md": readme, ROOT / "fably/control/README.md": control}
    return {**{path: _with(path, tables) for path, tables in documents.items()}, ROOT / ".env.example": example()}


def _with(path: Path, tables: Mapping[str, str]) -> str:
    """The text of the document at `path`, with these tables between their marks."""
    text = path.read_text(encoding="utf-8")
    for name, written in tables.items():
        begin, end = (mark.format(name) for mark in MARKS)
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            sys.exit(f"{path.relative_to(ROOT)} has no place for the {name}: a line {begin}, and after it {end}")
        text = f"{before}{begin}\n{written}\n{end}{after}"
    return text


def main() -> int:
    wrong = [path for path, text in wanted().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in wrong:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not what the settings say; run: python tools/settings_docs.py\n")
        return int(bool(wrong))
    for path in wrong:
        path.write_text(wanted()[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
