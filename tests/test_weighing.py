"""`fably memory` as a person calls it."""

from pathlib import Path

import pytest
from ran import ran

from fably.memory.machine import machine_memory
from fably.settings import Settings, fields_of
from fably.settings.modes import MODES, NAMES, SET, ModeName, suggested


def modes(*args: str, **environ: str) -> tuple[dict[str, list[str]], str]:
    """The table, by the first cell of each row, and what is said below it."""
    done = ran(*args, **environ)
    assert (done.returncode, done.stderr) == (0, "")
    table, _, said = done.stdout.partition("\n\n")
    return {line[:23].strip(): line[23:].replace(" *", "*").split() for line in table.splitlines()}, said


def test_the_table_is_what_the_modes_set() -> None:
    table, said = modes("memory", "modes")
    assert table.pop("") == ["full", "[standard]", "lite", "pi-zero", "now"]
    assert set(table) == {f"--{name.replace('_', '-')}" for name in SET}
    for field in fields_of(Settings):
        if field.name in SET:
            usual = field.shown(field.default) or "-"
            given = [MODES[name].get(field.name) for name in NAMES]
            assert table[str(field.flag)] == [*(f"{one}*" if one else usual for one in given), usual]
    assert "In force: standard; nobody has named one." in said
    memory = machine_memory()
    assert memory is not None
    assert (
        f"The memory of this machine is {memory / 1e9:.2f} GB; {suggested(memory)} suits it. --memory-mode auto takes that by itself."
        in said
    )


@pytest.mark.parametrize(
    ("args", "environ", "mode", "why"),
    [
        (["memory", "modes", "--lite-mode"], {}, "lite", "--lite-mode says so"),
        (["--pi-zero-mode", "memory", "modes"], {}, "pi-zero", "--pi-zero-mode says so"),
        (["memory", "modes"], {"FABLY_MEMORY_MODE": "full"}, "full", "FABLY_MEMORY_MODE says so"),
        (["memory", "modes"], {"FABLY_LITE_MODE": "1"}, "lite", "FABLY_LITE_MODE says so"),
    ],
)
def test_it_says_which_mode_is_in_force_and_why(args: list[str], environ: dict[str, str], mode: ModeName, why: str) -> None:
    table, said = modes(*args, **environ)
    assert f"[{mode}]" in table[""]
    assert f"In force: {mode}; {why}." in said
    at = NAMES.index(mode)
    assert all(row[-1] == row[at].rstrip("*") for name, row in table.items() if name)


def test_a_setting_of_ones_own_stands_beside_its_mode() -> None:
    Path(".env").write_text("FABLY_MEMORY_MODE=pi-zero\nFABLY_MAX_CACHE_SIZE=1500M\n", encoding="utf-8")
    table, said = modes("memory", "modes", "--voice-quality", "low")
    assert table["--max-cache-size"][-2:] == ["50M*", "1500M"]
    assert table["--voice-quality"][-2:] == ["x_low*", "low"]
    assert "In force: pi-zero; .env: FABLY_MEMORY_MODE says so." in said


def test_auto_says_what_it_took() -> None:
    _table, said = modes("memory", "modes", FABLY_MEMORY_MODE="auto")
    suits = suggested(machine_memory())
    assert f"In force: {suits}; FABLY_MEMORY_MODE leaves it to the machine's memory." in said
    assert said.rstrip().endswith(f"; {suits} suits it.")


def test_it_speaks_turkish() -> None:
    table, said = modes("memory", "modes", "--language", "tr")
    assert table[""][-1] == "şimdi"
    assert "Geçerli kip: standard; kimse bir kip seçmedi." in said


@pytest.mark.parametrize("wish", [["memory", "lane"], ["memories"], ["the memory of an owl"]])
def test_a_wish_with_the_word_in_it_is_told(wish: list[str]) -> None:
    done = ran(*wish, "--output", "story.wav")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) > 300


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--lite-mode", "--pi-zero-mode", "a fox"], "--lite-mode (lite) and --pi-zero-mode (pi-zero) name 2 memory modes at once"),
        (["--lite-mode", "memory", "modes", "--memory-mode", "full"], "--memory-mode (full) and --lite-mode (lite) name 2"),
        (["--memory-mode", "pi-zro", "a fox"], "--memory-mode: 'pi-zro' is not known; did you mean pi-zero?"),
        (["--memory-limit", "12M", "a fox"], "--memory-limit: 12M is out of range; it is 64M or more"),
        (["memory", "mods"], "No such command 'mods'"),
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_exit_code_2(args: list[str], says: str) -> None:
    done = ran(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
