"""settings.env: what is changed in it is changed, what a person wrote there stays, and nothing in it keeps a box from beginning."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.errors import ConfigError
from fably.settings import Settings, load
from fably.settings.saved import NAME, change

STATE = Path("state")
FILE = STATE / NAME
MINE = """# mine

FABLY_AGE=4  # she is four
export FABLY_VOLUME='30'
  # indented
FABLY_LANGUAGE="tr"
OTHER=kept
"""


def saved(**changes: str | None) -> None:
    change(STATE, changes, lambda _values: None)


@pytest.fixture
def mine() -> None:
    STATE.mkdir()
    FILE.write_text(MINE, encoding="utf-8")


def loaded() -> tuple[Settings, list[str]]:
    complaints: list[str] = []
    return load({}, {"FABLY_STATE_PATH": str(STATE)}, complain=complaints.append), complaints


def test_what_is_changed_is_changed_and_all_else_stays_as_it_was(mine: None) -> None:
    saved(FABLY_AGE="7", FABLY_VOLUME=None, FABLY_SEED="3")
    assert FILE.read_text(encoding="utf-8") == ('# mine\n\nFABLY_AGE=7\n  # indented\nFABLY_LANGUAGE="tr"\nOTHER=kept\nFABLY_SEED=3\n')


def test_what_stands_there_twice_stands_there_once_afterwards() -> None:
    STATE.mkdir()
    FILE.write_text("FABLY_AGE=4\nFABLY_SEED=1\nFABLY_AGE=5", encoding="utf-8")
    saved(FABLY_AGE="6")
    assert FILE.read_text(encoding="utf-8") == "FABLY_AGE=6\nFABLY_SEED=1\n"
    saved(FABLY_AGE=None, FABLY_SEED=None)
    assert FILE.read_text(encoding="utf-8") == ""


def test_the_end_of_the_last_line_is_not_taken_for_granted() -> None:
    STATE.mkdir()
    FILE.write_text("FABLY_AGE=4", encoding="utf-8")
    saved(FABLY_SEED="1")
    assert FILE.read_text(encoding="utf-8") == "FABLY_AGE=4\nFABLY_SEED=1\n"


@given(st.dictionaries(st.sampled_from(["FABLY_ALLOW", "OPENAI_API_KEY", "FABLY_TTS_VOICE"]), st.text(min_size=1, max_size=30)))
def test_whatever_can_be_kept_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]) -> None:
    state = tmp_path_factory.mktemp("state")
    (state / NAME).write_text("A='b'\n# c\n", encoding="utf-8")
    plain = {name: value.strip() for name, value in values.items() if value.strip() and value.isprintable()}
    change(state, plain, lambda _values: None)
    found = load({}, {"FABLY_STATE_PATH": str(state)})
    assert [found.allow, found.openai_api_key, found.tts_voice] == [
        plain.get(name) for name in ("FABLY_ALLOW", "OPENAI_API_KEY", "FABLY_TTS_VOICE")
    ]


def test_the_file_is_for_its_user_alone_from_its_first_moment_on(mine: None) -> None:
    FILE.chmod(0o644)
    seen: list[int] = []
    before = os.umask(0)
    try:
        change(STATE, {"OPENAI_API_KEY": "sk-1"}, lambda _values: seen.extend(_modes()))
        assert _modes() == [0o600]
    finally:
        os.umask(before)
    assert seen == [0o644], "nothing has been written while it is being checked"


def _modes() -> list[int]:
    return [stat.S_IMODE(path.stat().st_mode) for path in STATE.iterdir()]


def test_what_must_not_be_is_not_written(mine: None) -> None:
    def never(values: object) -> None:
        raise ConfigError("no")

    with pytest.raises(ConfigError, match=r"^no$"):
        change(STATE, {"FABLY_AGE": "7"}, never)
    assert FILE.read_text(encoding="utf-8") == MINE
    with pytest.raises(ConfigError, match="cannot be kept"):
        saved(FABLY_AGE="7\nFABLY_SEED=1")
    assert FILE.read_text(encoding="utf-8") == MINE
    assert [path.name for path in STATE.iterdir()] == [NAME]


def test_a_disk_that_takes_nothing_is_named(mine: None) -> None:
    FILE.unlink()
    FILE.mkdir()
    with pytest.raises(ConfigError, match=r"state/settings\.env cannot be written: Is a directory"):
        saved(FABLY_AGE="7")


WRITER = """
import sys
from pathlib import Path
from fably.settings.saved import change
for turn in range(25):
    change(Path("state"), {f"OTHER_{sys.argv[1]}_{turn}": str(turn)}, lambda _values: None)
"""


def test_of_several_who_write_at_once_nobody_loses_anything(mine: None) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(number)]) for number in range(4)]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert len(FILE.read_text(encoding="utf-8").splitlines()) == len(MINE.splitlines()) + 100
    assert [path.name for path in STATE.iterdir()] == [NAME]


# ---- a file that is spoilt -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("FABLY_AGE", None),
        ("FABLY_AGE 5", "line 2 cannot be read"),
        ("FABLY_AGE='5", "line 2 cannot be read"),
        ("FABLY_AGE=fifty", "FABLY_AGE: 'fifty' is not a whole number"),
        ("FABLY_AEG=5", "FABLY_AEG is not a setting"),
        ("FABLY_STATE_PATH=/elsewhere", "it can be set in the environment only"),
        ("FABLY_MEMORY_WARNING=95", r"is not below .* \(so nothing in .*settings\.env counts\)"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_said(line: str, complaint: str | None) -> None:
    STATE.mkdir()
    FILE.write_text(f"FABLY_VOLUME=30\n{line}\nFABLY_LANGUAGE=tr\n", encoding="utf-8")
    found, complaints = loaded()
    whole = "nothing" in (complaint or "")
    assert (found.age, found.memory_warning, found.state) == (5, 80, STATE)
    assert (found.volume, found.language) == ((100, "en") if whole else (30, "tr"))
    assert len(complaints) == (complaint is not None)
    if complaint is not None:
        assert re.search(complaint, complaints[0])
        with pytest.raises(ConfigError):  # for who has not said what to do with complaints
            load({}, {"FABLY_STATE_PATH": str(STATE)})


@pytest.mark.parametrize("content", [b"\xff\xfe\x00F", b"\0" * 4096, b"FABLY_AGE=4\n\0\0\0", b"#" * 1_000_001])
def test_a_file_that_is_no_text_is_said_and_put_aside_when_something_is_saved(content: bytes) -> None:
    STATE.mkdir()
    FILE.write_bytes(content)
    found, complaints = loaded()
    assert found.age == 5
    assert len(complaints) == 1
    assert "cannot be read" in complaints[0]
    saved(FABLY_AGE="6")
    assert loaded()[0].age == 6
    assert (STATE / "settings.env.spoilt").read_bytes() == content
    FILE.write_bytes(content)
    saved(FABLY_AGE="7")
    assert (STATE / "settings.env.spoilt-2").read_bytes() == content


def test_lines_that_cannot_be_read_outlive_a_change() -> None:
    STATE.mkdir()
    FILE.write_text("what is this\nFABLY_AGE=4\n=\n", encoding="utf-8")
    saved(FABLY_AGE="6")
    assert FILE.read_text(encoding="utf-8") == "what is this\nFABLY_AGE=6\n=\n"
    assert loaded()[0].age == 6


def test_a_fault_of_another_place_is_still_a_fault() -> None:
    with pytest.raises(ConfigError, match=r"^FABLY_AGE: 'x'"):
        load({}, {"FABLY_STATE_PATH": str(STATE), "FABLY_AGE": "x"}, complain=lambda _complaint: None)


def test_where_a_value_comes_from_is_known(mine: None) -> None:
    Path(".env").write_text("FABLY_SEED=3\n", encoding="utf-8")
    found = load({"volume": "20", "lite_mode": True}, {"FABLY_STATE_PATH": str(STATE), "FABLY_ALLOW": "death"})
    places = {name: found.origins.get(name) for name in ("volume", "allow", "age", "seed", "memory_limit", "tts_voice")}
    assert places == {
        "volume": "flag", "allow": "environment", "age": "settings.env", "seed": ".env", "memory_limit": "mode", "tts_voice": None,
    }  # fmt: skip
    assert load(found.given, {"FABLY_STATE_PATH": str(STATE)}).volume == 20


def test_letters_of_another_code_page_cost_their_own_line_only() -> None:
    STATE.mkdir()
    written = "# çocuğun yaşı\nFABLY_AGE=4\nFABLY_TTS_VOICE=Ayşe\n".encode("iso8859-9")  # as an editor of Windows may save it
    FILE.write_bytes(written)
    found, complaints = loaded()
    assert (found.age, found.tts_voice) == (4, None)
    assert len(complaints) == 1
    assert "line 3 is not in UTF-8" in complaints[0]
    with pytest.raises(ConfigError, match="line 3 is not in UTF-8"):
        load({}, {"FABLY_STATE_PATH": str(STATE)})
    saved(FABLY_AGE="6")
    assert FILE.read_bytes() == written.replace(b"=4", b"=6")
    assert [path.name for path in STATE.iterdir()] == [NAME]
