"""The known troubles of boxes like this are recognised from their signs: a machine that is well, and what each changes on it."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from recorded import SAMPLES, Recorded, unpacked

from fably.core.types import Language
from fably.doctor.finding import Finding
from fably.doctor.round import round_of
from fably.doctor.wording import entries

WELL = (SAMPLES / "zero-2w.txt").read_text(encoding="utf-8")


def troubles() -> Iterator[tuple[str, list[str], str]]:
    for part in (SAMPLES / "troubles.txt").read_text(encoding="utf-8").split("\n#### ")[1:]:
        head, _, changed = part.partition("\n")
        name, _, found = head.partition(": ")
        yield name, sorted(found.partition(" (")[0].split()), changed


TROUBLES = list(troubles())


def machine(root: Path, changed: str = "") -> Recorded:
    """The one that is well, with something changed."""
    return unpacked(f"{WELL}\n{changed}", root)


def look(made: Recorded) -> list[Finding]:
    return asyncio.run(round_of(made.patient, made.settings))


def test_a_machine_that_is_well(tmp_path: Path) -> None:
    found = look(machine(tmp_path))
    assert [one for one in found if one.status != "ok"] == []
    assert [one.check for one in found] == [
        "machine", "cgroup", "shortage", "power", "heat", "clock", "disk", "wifi", "cards", "mixer", "hat", "pins", "units", "lastrun",
        "page",
    ]  # fmt: skip
    said = {one.check: one for one in found}
    assert said["machine"].subject == "Raspberry Pi Zero 2 W Rev 1.0"
    assert said["mixer"].detail == "Fably turns its control Playback, now at 100 %, and nothing on the way is shut"
    assert said["pins"].what == "pins_held"
    assert said["wifi"].detail == "connected, -52 dBm, and awake"


@pytest.mark.parametrize(("name", "expected", "changed"), TROUBLES, ids=[name for name, *_ in TROUBLES])
def test_a_trouble_is_recognised_and_nothing_else_is(tmp_path: Path, name: str, expected: list[str], changed: str) -> None:
    found = [one for one in look(machine(tmp_path, changed)) if one.status != "ok"]
    assert sorted(one.what for one in found) == expected
    assert all(one.fix for one in found)
    assert not re.search(r"[{}]", "".join(one.detail + one.fix + one.subject for one in found)), "all slots are filled"


def test_every_check_has_a_trouble_that_it_finds_and_one_is_told_apart_from_the_other() -> None:
    names = [name for name, *_ in TROUBLES]
    assert len(names) == len(set(names))
    assert len(names) > 50


@pytest.mark.parametrize("language", get_args(Language))
def test_every_finding_is_said_in_every_language_with_the_same_slots(language: Language) -> None:
    english, other = entries("en"), entries(language)
    assert english.keys() == other.keys()
    for name, parts in english.items():
        assert parts.keys() == other[name].keys(), name
        for part, text in parts.items():
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", other[name][part])), f"{name}.{part}"
            assert language == "en" or name == "subjects" or text != other[name][part] or len(text) < 80, f"{name}.{part} is not translated"


def test_in_turkish(tmp_path: Path) -> None:
    made = machine(tmp_path, "== /sys/class/thermal/thermal_zone0/temp\n82512\n== machine\nsettings: FABLY_LANGUAGE=tr")
    hot = next(one for one in look(made) if one.what == "hot")
    assert hot.subject == "işlemci"
    assert hot.detail == "83 °C: yavaşlıyor ve ses yetişemeyebilir"


def test_nobody_asks_for_the_name_of_a_network(tmp_path: Path) -> None:
    made = machine(tmp_path)
    assert "Cave" not in "".join(one.detail + one.fix + one.subject for one in look(made))


def test_a_bare_machine_has_nothing_to_look_at_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    """A container, or a laptop without systemd, pins and sound."""
    found = look(unpacked("", tmp_path))
    assert [one for one in found if one.status != "ok"] == []
    assert {one.check for one in found} == {"machine", "clock", "disk"}


def test_every_name_that_is_said_has_its_words() -> None:
    """And nobody has words that are never said."""
    room = Path(__file__).parents[3] / "fably" / "doctor"
    code = "\n".join(file.read_text(encoding="utf-8") for file in room.rglob("*") if file.suffix in (".py", ".toml"))
    names = entries("en")
    assert {name for name in names if f'"{name}"' not in code} - {"subjects", "phrases"} == set()
    phrases = {name.removesuffix("_mend") for name in names["phrases"]}
    assert {name for name in phrases if f'"{name}' not in code} == set()
