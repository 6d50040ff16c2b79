"""The command `fably` that the installer leaves: as root it is the box that speaks, or its page."""

import subprocess
from pathlib import Path

import pytest
from installing.plan import SCRIPT
from installing.versions import PLACE

PROGRAMS = {
    "id": '[ "$1" = -u ] && echo 0 || [ "$1" = fably ] || [ -e "$PAGE" ]',
    "runuser": 'echo "$@"',
    "chown": 'echo chown "$@"',
}
"""What the command calls and what only root may; PAGE is a file that is there where the page has a user."""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """The command, for a machine whose state directory and programs are in `tmp_path`."""
    for name, text in PROGRAMS.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    (tmp_path / "state").mkdir()
    command = tmp_path / "fably"
    box = tmp_path / "current/bin/fably"
    box.parent.mkdir(parents=True)
    box.write_text('#!/bin/sh\necho as root: "$@"\n')
    box.chmod(0o755)
    command.write_text(SCRIPT.replace("/var/lib/fably", str(tmp_path / "state")).replace(str(PLACE), str(tmp_path)))
    return command


def run(command: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": f"{command.parent}/bin:/usr/bin:/bin", "PAGE": str(command.parent / "page")}
    return subprocess.run(["sh", command, *arguments], env=environ, capture_output=True, text=True, check=False)


def test_as_root_the_box_speaks_as_the_user_that_it_is(asked: Path) -> None:
    said = run(asked, "ctl", "set", "light=led").stdout
    assert said.startswith("-u fably -- env HOME=")
    assert said.endswith("/bin/fably ctl set light=led\n")


@pytest.mark.parametrize("words", [["doctor", "--fix"], ["--language", "tr", "doctor", "--json", "--fix"]])
def test_what_only_root_may_mend_is_mended_by_root_before_the_box_looks_at_itself(asked: Path, words: list[str]) -> None:
    first, second = run(asked, *words).stdout.splitlines()
    assert first == f"as root: {' '.join(words)} --as-root"
    assert second.startswith("-u fably -- env HOME=")
    assert second.endswith(f"/bin/fably {' '.join(words)}")


@pytest.mark.parametrize("words", [["doctor"], ["doctor", "--fixed"], ["stories", "show", "doctor --fix"], ["about", "a", "doctor"]])
def test_nothing_else_is_done_by_root(asked: Path, words: list[str]) -> None:
    assert "as root" not in run(asked, *words).stdout


def test_the_page_is_another_user_who_may_enter_the_state_directory_and_has_a_folder_in_it(asked: Path) -> None:
    (asked.parent / "page").touch()
    said = run(asked, "web", "password").stdout
    folder = asked.parent / "state/web"
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert said.startswith(f"chown -h fably-web:fably-web {folder}\n-u fably-web -g fably-web -G fably -- env ")


def test_where_there_is_no_page_that_is_said(asked: Path) -> None:
    done = run(asked, "web", "password")
    assert done.returncode == 2
    assert "--web" in done.stderr
    assert not (asked.parent / "state/web").exists()
