"""What is written about Fably is true: the settings' table, the example file, the names of things, the package's shape."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from fably import cli
from fably.commands.ctl import ctl
from fably.commands.footprint import memory
from fably.commands.health import doctor
from fably.commands.page import web
from fably.commands.stories import stories
from fably.commands.voices import voices
from fably.core.types import Language
from fably.settings import Settings, fields_of, load
from fably.texts import HERE, lines, text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROOMS = ("fably/control", "fably/doctor", "fably/engines", "fably/web", "tools/bench", "tools/installing")
"""What is for fewer people than all is written where it is done."""
DOCUMENTS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", ".github/CONTRIBUTING.md", *(f"{room}/README.md" for room in ROOMS))
}
TEXT = "\n".join(DOCUMENTS.values())


def test_the_table_and_the_example_are_what_the_settings_say() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools/settings_docs.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_example_file_is_a_valid_settings_file_when_all_is_set(tmp_path: Path) -> None:
    given = re.sub(r"^#(\w+=)", r"\1", (ROOT / ".env.example").read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(given, encoding="utf-8")
    assert load({}, {"FABLY_STATE_PATH": str(tmp_path)}, tmp_path).max_tokens == Settings().max_tokens


def test_every_setting_is_in_the_readme_and_every_name_in_a_document_is_a_setting() -> None:
    known = {field.env for field in fields_of(Settings)}
    assert set(re.findall(r"\bFABLY_[A-Z_]+\b", TEXT)) | {name for name in known if name in README} == known


def test_every_flag_in_a_document_exists() -> None:
    others = {"--help", "--version", "--long", "--json", "--which", "--uri", "--voice", "--quick", "--provider"}
    known = {field.flag for field in fields_of(Settings)} | others
    known |= {"--engine", "--model", "--threshold", "--refractory"}  # of the engines next door
    known |= {"--no-pager"}  # of systemd
    groups = (web, stories, voices, memory, ctl)
    commands = [cli._door(), web, doctor, *(command for group in groups for command in group.commands.values())]
    known |= {flag for command in commands for option in command.params for flag in option.opts}
    helped = subprocess.run([ROOT / "tools/install", "--help"], capture_output=True, text=True, check=True).stdout
    known |= set(re.findall(r"--[a-z][a-z-]+", helped))
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT))
    assert used <= known


def test_every_file_named_in_a_document_exists() -> None:
    for name in re.findall(r"`((?:fably|tools|tests|systemd|\.github)/[\w/.]*)`", TEXT):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_and_picture_of_a_document_leads_somewhere(name: str) -> None:
    headings = re.findall(r"^#+ (.+)$", DOCUMENTS[name], re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for place in re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", DOCUMENTS[name]):
        link = "".join(place)
        if not link.startswith("https://"):
            assert link[1:] in anchors if link.startswith("#") else (ROOT / name).parent.joinpath(link).is_file(), link


@pytest.mark.parametrize("language", ["tr"])
def test_every_text_is_there_in_every_language_with_the_same_slots(language: Language) -> None:
    english = tomllib.loads((HERE / "en.toml").read_text(encoding="utf-8"))
    other = tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))
    for section, texts in english.items():
        assert texts.keys() == other[section].keys()
        for name, one in texts.items():
            if isinstance(one, str):
                assert set(re.findall(r"\{\w+\}", one)) == set(re.findall(r"\{\w+\}", other[section][name])), f"{section}.{name}"
    assert len(lines(language, "opener.lines")) >= 3


def test_a_text_is_filled_in_and_braces_of_others_are_left_alone() -> None:
    assert text("en", "status.kept", path="{x}") == "The story is kept in {x}"


def test_no_file_is_long_and_no_path_or_registry_of_a_machine_is_in_the_tree() -> None:
    forbidden = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm)/|py" r"pi\.org|python" r"hosted|registry\.npm" r"js|deb\.deb" r"ian\.org")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        content = (ROOT / name).read_text(encoding="utf-8", errors="ignore")
        assert not forbidden.search(content), name
        if name.endswith(".py"):
            assert content.count("\n") <= 300, name


def test_the_core_install_is_small() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[\w-]+", one)[0] for one in project["dependencies"]}  # type: ignore[index]
    assert names == {"audioop-lts", "click", "openai", "python-dotenv", "pyyaml", "sounddevice"}
    assert project["license"] == "Apache-2.0"
    assert "espeak-ng" in (ROOT / "LICENSE").read_text(encoding="utf-8")
