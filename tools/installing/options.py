"""What can be asked of tools/install."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from installing.hats import HATS

MODES = ("pi-zero", "lite", "full")


@dataclass(frozen=True)
class Options:
    """What was asked for; None is: as it was the last time, or else as it suits the machine."""

    what: Literal["install", "uninstall", "rollback"] = "install"
    dry_run: bool = False
    yes: bool = False
    mode: str | None = None
    voice: str | None = None
    wakeword: bool | None = None
    web: bool | None = None
    hat: str | None = None
    source: Path | None = None
    upgrades: bool | None = None
    root: Path = Path("/")


def _voice(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}-\w+-(x_low|low|medium|high)", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no voice; `fably voices download --list` shows which there are, such as en_US-lessac-low"
        )
    return text


def parsed(arguments: Sequence[str]) -> Options:
    """The options in `arguments`. Ends the program with exit code 2 where they make no sense, and with 0 after --help."""
    parser = argparse.ArgumentParser(
        prog="tools/install",
        description="Makes this machine the box: installs what Fably needs, and has it start with the machine. It shows first what it "
        "would change, keeps every file that it changes, and can be run again at any time, to update or to change its mind.",
        allow_abbrev=False,
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--uninstall", action="store_true", help="take everything back that was changed; the stories stay")
    what.add_argument("--rollback", action="store_true", help="go back to the version before this one")
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, and touch nothing")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--mode", choices=MODES, help="how much of everything; without it what suits the memory of the machine")
    parser.add_argument("--voice", type=_voice, metavar="NAME", help="fetch this Piper voice and speak with it, such as en_US-lessac-low")
    parser.add_argument("--wakeword", action=argparse.BooleanOptionalAction, help="listen for a wake word, beside the button")
    parser.add_argument("--no-web", dest="web", action="store_false", default=None, help="no page for the parents")
    parser.add_argument("--web", action="store_true", default=None, help="the page after all, where it was left out before")
    parser.add_argument("--hat", choices=sorted(HATS), help="the sound card on the pins; USB cards are found by themselves")
    parser.add_argument("--from", dest="source", type=Path, metavar="WHEELHOUSE", help="a folder of wheels: without a network")
    parser.add_argument("--unattended-upgrades", dest="upgrades", action="store_true", default=None, help="security updates by themselves")
    parser.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="change files below DIR, and run no program: to look")
    given = parser.parse_args(arguments)
    if not given.root.is_dir():
        parser.error(f"--root {given.root}: there is no such folder")
    if given.source is not None and not given.source.is_dir():
        parser.error(f"--from {given.source}: there is no such folder")
    return Options(
        what="uninstall" if given.uninstall else "rollback" if given.rollback else "install",
        dry_run=given.dry_run,
        yes=given.yes,
        mode=given.mode,
        voice=given.voice,
        wakeword=given.wakeword,
        web=given.web,
        hat=given.hat,
        source=given.source.resolve() if given.source else None,
        upgrades=given.upgrades,
        root=given.root.resolve(),
    )
