"""A `fably` that is loaded once and started often is the one that is started by hand."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from warmed import Warmed


@pytest.fixture(scope="module")
def warmed() -> Iterator[Warmed]:
    with Warmed() as one:
        yield one


@pytest.mark.parametrize("arguments", [["--version"], ["stories", "list"], ["stories", "remove", "nobody"], ["--volume", "loud", "a fox"]])
def test_it_says_and_ends_as_it_does_by_hand(warmed: Warmed, arguments: list[str]) -> None:
    by_hand = subprocess.run([sys.executable, "-m", "fably", *arguments], capture_output=True, check=False)
    code = warmed.start(*arguments, environ=os.environ, out="out", err="err").wait()
    assert (code, Path("out").read_bytes(), Path("err").read_bytes()) == (by_hand.returncode, by_hand.stdout, by_hand.stderr)


def test_it_has_the_variables_that_it_is_given_and_no_other(warmed: Warmed) -> None:
    environ = {**os.environ, "FABLY_LLM_PROVIDER": "nobody"}
    assert warmed.start("a fox", environ=environ, err="err").wait() == 2
    assert "FABLY_LLM_PROVIDER" in Path("err").read_text()
    assert warmed.start("--version", environ=os.environ).wait() == 0


def test_it_can_be_killed_and_started_again(warmed: Warmed) -> None:
    one = warmed.start("--loop", "--no-button", environ=os.environ)
    one.kill()
    assert one.poll() == -9
    assert warmed.start("--version", environ=os.environ).wait() == 0
