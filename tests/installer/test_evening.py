"""The README's parent's evening, followed as far as it can be without a Pi; tools/vm/scenarios/readme.sh follows all of it in a machine."""

import re
import shlex
from pathlib import Path

import click
import pytest
from installing.hats import HATS
from installing.options import parsed
from machines import Install, snapshot

from fably import cli
from fably.settings import Settings, fields_of

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.split("\n## A parent's evening\n")[1].split("\n## ")[0]
LINES = [line for block in re.findall(r"^```sh evening\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL) for line in block.splitlines()]
INLINE = re.findall(r"`((?:sudo )?(?:fably|\./tools/install) [^`]+)`", SECTION)
"""Commands in the text between the blocks."""
COMMANDS = [shlex.split(line.removeprefix("sudo ")) for line in (*LINES, *INLINE)]
BROUGHT = {"apt-get", "systemctl", "journalctl", "reboot", "cd"}
"""Programs that Raspberry Pi OS Lite brings; git comes with the first lines, and fably with those after."""


def of(program: str) -> list[list[str]]:
    return [words[1:] for words in COMMANDS if words[0] == program]


def parse(command: click.Command, words: list[str]) -> None:
    """Read `words` as the command line would, and run nothing."""
    context = command.make_context(command.name, list(words))
    if isinstance(command, click.Group):
        name, below, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert below is not None, name
        parse(below, rest)


def test_nothing_is_called_before_it_is_there() -> None:
    there = set(BROUGHT)
    for words in (shlex.split(line.removeprefix("sudo ")) for line in LINES):
        assert words[0] in there, words
        if words[:2] == ["apt-get", "install"]:
            there.update(words[2:])
        if words[0] == "git":
            there.add("./tools/install")
            assert ["cd", words[-1]] in COMMANDS
        if words[0] == "./tools/install" and "--dry-run" not in words:
            there.add("fably")


def test_what_needs_root_says_sudo() -> None:
    for line in LINES:
        free = line.startswith(("git ", "cd ", "systemctl status ")) or "--dry-run" in line
        assert line.startswith("sudo ") != free, line


@pytest.mark.parametrize("words", of("./tools/install"), ids=" ".join)
def test_the_installer_shows_what_it_would_do_with_these_flags(
    words: list[str], pi: Path, install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(pi)
    if parsed(words).what == "install":
        assert install(*words, *([] if "--dry-run" in words else ["--dry-run"])) == 0
        said = capsys.readouterr().out
        for what in ("/boot/firmware/config.txt", "fably.service", "fably-web.socket"):
            assert what in said
    assert snapshot(pi) == before


def test_every_sound_card_that_is_named_is_known_and_every_known_one_is_named() -> None:
    cards = re.search(r"--hat ([\w-]+)`, `([\w-]+)` or `([\w-]+)`", " ".join(SECTION.split()))
    assert cards
    assert set(cards.groups()) == set(HATS)


@pytest.mark.parametrize("words", of("fably"), ids=" ".join)
def test_fably_knows_these_commands(words: list[str]) -> None:
    parse(cli._door(), words)
    if words[:2] == ["ctl", "set"]:
        known = {field.name for field in fields_of(Settings)} | {field.env for field in fields_of(Settings)}
        assert {pair.partition("=")[0] for pair in words[2:]} <= known


def test_the_units_are_there_and_the_page_is_at_the_port_that_is_named() -> None:
    units = {*(words[1] for words in of("systemctl")), *(words[words.index("-u") + 1] for words in of("journalctl"))}
    assert units
    assert all((ROOT / f"systemd/{unit}.service").is_file() for unit in units)
    port = re.search(r"http://fably\.local:(\d+)", SECTION)
    assert port
    assert f"ListenStream={port[1]}\n" in (ROOT / "systemd/fably-web.socket").read_text(encoding="utf-8")


def test_the_machine_follows_the_same_lines() -> None:
    scenario = (ROOT / "tools/vm/scenarios/readme.sh").read_text(encoding="utf-8")
    blocks = len(re.findall(r"^```sh evening$", README, re.MULTILINE))
    assert [int(number) for number in re.findall(r"^follow (\d+)$", scenario, re.MULTILINE)] == list(range(1, blocks + 1))
