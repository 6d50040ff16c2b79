"""Machines to install on: folders that look like them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))  # what is tested is no package of anybody's

from installing import __main__ as program
from machines import CMDLINE, CONFIG, MEMORY, RELEASE, Install


@pytest.fixture
def pi(tmp_path: Path) -> Path:
    """A Raspberry Pi Zero 2W with Bookworm, as far as files go."""
    files = {
        "boot/firmware/cmdline.txt": CMDLINE,
        "boot/firmware/config.txt": CONFIG,
        "proc/meminfo": MEMORY,
        "etc/os-release": RELEASE,
        "etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
        "etc/group": "root:x:0:\naudio:x:29:\ngpio:x:993:\nspi:x:994:\n",
        "etc/udev/rules.d/99-com.rules": "# Raspberry Pi OS\n",
        "var/lib/dpkg/status": "Package: systemd\nStatus: install ok installed\nVersion: 252.39-1~deb12u1\n\n",
    }
    root = tmp_path / "pi"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for folder in ("opt", "usr/local/bin", "etc/systemd/system", "var/cache"):
        (root / folder).mkdir(parents=True)
    return root


@pytest.fixture
def install(pi: Path, capsys: pytest.CaptureFixture[str]) -> Install:
    """Runs the installer on the files of the Pi; its exit code."""

    def run(*arguments: str) -> int:
        capsys.readouterr()
        return program.main(["--root", str(pi), *arguments])

    return run
