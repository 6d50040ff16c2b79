"""What every test needs: a clean environment, and a place of its own to be in."""

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the fakes and the farm are imported by name

import hypothesis
import ran
import sound_card
from farm import Farm
from peers import Peers

hypothesis.settings.register_profile("searching", deadline=None)  # machines are shared, and a test may not race a clock
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)  # what passed passes again
hypothesis.settings.load_profile("same")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What was logged of names that are no UTF-8 goes from one process to another in UTF-8."""
    report = yield
    report.sections = [(title, said.encode(errors="backslashreplace").decode()) for title, said in report.sections]
    return report


@pytest.fixture(scope="session")
def card_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sound card plays to. One for the session, for ALSA reads its configuration once in a process."""
    return tmp_path_factory.mktemp("card") / "card.raw"


@pytest.fixture(scope="session")
def ear_pipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What is written into this pipe is what the sound device "ear" hears, 16-bit mono as a rule. It is always open, for ALSA would
    wait for somebody to open it."""
    pipe = tmp_path_factory.mktemp("ear") / "ear.fifo"
    os.mkfifo(pipe)
    number = os.open(pipe, os.O_RDWR)
    yield pipe
    os.close(number)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, card_file: Path, ear_pipe: Path) -> None:
    """No setting, key or file of whoever runs the tests reaches them; home is an empty folder with a sound card that is a file."""
    for name in list(os.environ):
        if name.startswith(("FABLY_", "OPENAI_", "XDG_", "STATE_DIRECTORY")) or name.lower().endswith(("_api_key", "_proxy")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    sound_card.install(home, card_file, 320_000, ear_pipe)  # ten times the speed of 16 kHz
    card_file.unlink(missing_ok=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(home / "pulse"))  # where ALSA's plugin for it would else leave a folder for each home
    monkeypatch.setenv("PYTHONWARNINGS", "error,ignore:'audioop' is deprecated:DeprecationWarning")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def warm_program() -> Iterator[None]:
    """What is kept warm for `ran` goes with the last test."""
    yield
    ran.ended()


@pytest.fixture
def farm() -> Iterator[Farm]:
    """A provider on loopback that does as it is told."""
    with Farm() as one:
        yield one


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """GPIO pins that a test drives: gpiozero's own mock, in force."""
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed; ./tools/test installs it")
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    factory = MockFactory(pin_class=MockPWMPin)
    monkeypatch.setattr(gpiozero.Device, "pin_factory", factory)
    yield factory
    factory.reset()


@pytest.fixture(scope="session")
def peers() -> Peers:
    """Programs that we did not write. Skips where ./tools/peers has not installed them."""
    return Peers()
