#!/usr/bin/env python3
"""Writes what is said about the settings, from the settings: .env.example, and the table in README.md between its two marks.

python tools/settings_docs.py          writes both
python tools/settings_docs.py --check  exits with 1 when they are not what they should be
"""

import sys
from itertools import groupby
from pathlib import Path

from fably.settings import Field, Settings, fields_of

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- settings: written by tools/settings_docs.py -->", "<!-- settings end -->"


def _default(field: Field) -> str:
    if isinstance(field.default, bool):
        return "yes" if field.default else "no"
    return "" if field.default is None else f"{field.default:g}" if isinstance(field.default, float) else str(field.default)


def _allowed(field: Field) -> str:
    if field.choices:
        return " ".join(field.choices)
    if field.low is not None and field.high is not None:
        return f"{field.low:g} to {field.high:g} {field.unit}".strip()
    return {bool: "yes no", int: "a whole number"}.get(field.kind, "")


def table() -> str:
    """The README's table."""
    rows = ["| flag | environment | default | what it is |", "|---|---|---|---|"]
    for group, fields in groupby(fields_of(Settings), key=lambda field: field.group):
        rows.append(f"| **{group}** | | | |")
        for field in fields:
            flag = f"`{field.flag}`" if field.flag else ""
            allowed = f" ({_allowed(field)})" if _allowed(field) and field.kind is not bool else ""
            rows.append(f"| {flag} | `{field.env}` | {_default(field)} | {field.doc}{allowed} |")
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
            lines += [f"# {field.doc}{allowed}", f"#{field.env}={_default(field)}"]
    return "\n".join(lines) + "\n"


def wanted() -> dict[Path, str]:
    """What should stand in each file."""
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return {readme: f"{before}{BEGIN}\n{table()}\n{END}{after}", ROOT / ".env.example": example()}


def main() -> int:
    wrong = [path for path, text in wanted().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in wrong:
            sys.stderr.write(f"{path.name} is not what the settings say; run: python tools/settings_docs.py\n")
        return int(bool(wrong))
    for path in wrong:
        path.write_text(wanted()[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
