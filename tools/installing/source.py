"""What is to be installed: this checkout, or a folder of wheels for a machine without a network."""

import email
import hashlib
import re
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from installing.faults import NotHere

HERE = Path(__file__).resolve().parents[2]
"""The checkout that this program is a part of."""
COUNTS = ("pyproject.toml", "README.md", "LICENSE", "fably", "tools/gradio_app", "tools/pack_examples.py", "systemd", "examples")


@dataclass(frozen=True)
class Source:
    """`version` and `extras` are what its package says; `mark` tells it from any other that looks the same."""

    version: str
    extras: frozenset[str]
    mark: str
    requirement: str
    """What pip is to install, without the extras."""
    options: tuple[str, ...] = ()
    """What pip has to know."""


def checkout(here: Path = HERE) -> Source:
    """This very tree. pip makes the package of it, for which it needs the network."""
    project = tomllib.loads((here / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = re.search(r'^__version__ = "([^"]+)"', (here / "fably/__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    mark = hashlib.sha256()
    for path in _files(here):
        mark.update(f"{path.relative_to(here)}\0".encode())
        mark.update(hashlib.sha256(path.read_bytes()).digest())
    return Source(found[1] if found else "0", frozenset(project["optional-dependencies"]), mark.hexdigest(), str(here))


def _files(here: Path) -> Iterator[Path]:
    for name in COUNTS:
        top = here / name
        yield from sorted(one for one in ([top] if top.is_file() else top.rglob("*")) if one.is_file() and "__pycache__" not in one.parts)


def wheelhouse(folder: Path) -> Source:
    """A folder with Fably's wheel and those that it needs. Raises `NotHere`."""
    wheels = sorted(folder.glob("*.whl"))
    ours = sorted((one for one in wheels if one.name.startswith("fably-")), key=lambda one: _numbers(one.name.split("-")[1]))
    if not ours:
        raise NotHere(
            f"--from {folder}: there is no wheel of Fably in it (fably-….whl); `pip wheel -w {folder} '.[espeak,gpio]'` makes one"
        )
    try:
        with zipfile.ZipFile(ours[-1]) as wheel:
            name = next(one for one in wheel.namelist() if one.endswith(".dist-info/METADATA"))
            facts = email.message_from_bytes(wheel.read(name))
    except (OSError, zipfile.BadZipFile, StopIteration) as error:
        raise NotHere(f"--from {folder}: {ours[-1].name} is no wheel ({error})") from error
    mark = hashlib.sha256()
    for one in wheels:
        mark.update(f"{one.name}\0{one.stat().st_size}\0".encode())
    mark.update(ours[-1].read_bytes())
    extras = frozenset(facts.get_all("Provides-Extra") or ())
    version = str(facts["Version"])
    return Source(version, extras, mark.hexdigest(), "fably", ("--no-index", "--find-links", str(folder), f"fably=={version}"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", version))
