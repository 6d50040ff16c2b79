"""A `fably` that is loaded once and started often is the one that is started by hand."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ran import ran
from warmed import Started, Warmed


def started(warmed: Warmed, *arguments: str) -> Started:
    with Path(os.devnull).open("r+b") as nothing:
        return warmed.start(*arguments, environ=os.environ, streams=(nothing.fileno(),) * 3)


def by_hand(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "fably", *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"], ["--help"], ["stories", "list"], ["stories", "remove", "nobody"], ["--volume", "loud", "a fox"],
        ["ctl", "status"], ["doctor", "--plain"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_it_says_and_ends_as_it_does_by_hand(arguments: list[str]) -> None:
    warm, cold = ran(*arguments), by_hand(*arguments)
    assert (warm.returncode, warm.stdout, warm.stderr) == (cold.returncode, cold.stdout, cold.stderr)


def test_it_has_the_variables_that_it_is_given_and_no_other() -> None:
    refused = ran("a fox", FABLY_LLM_PROVIDER="nobody")
    assert refused.returncode == 2
    assert "FABLY_LLM_PROVIDER" in refused.stderr
    assert ran("--version").returncode == 0


def test_it_has_the_folder_and_the_standard_input_that_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert ran("web", "password", given="a long password\n", FABLY_STATE_PATH="state").returncode == 0
    assert Path("state").is_dir()
    assert ran("web", "password", given="short\n", FABLY_STATE_PATH="state").returncode == 2


def test_what_python_itself_reads_is_read_by_a_python_that_is_started_anew() -> None:
    strict = "error:" + os.environ["PYTHONWARNINGS"]
    assert "Invalid -W option" in ran("--version", PYTHONWARNINGS=strict + ",nonsense").stderr
    assert ran("--version").stderr == ""


def test_it_can_be_killed_and_started_again() -> None:
    with Warmed() as warmed:
        one = started(warmed, "--loop", "--no-button")
        one.kill()
        assert one.poll() == -9
        assert started(warmed, "--version").wait() == 0
