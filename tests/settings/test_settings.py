"""Settings: where they come from, which is stronger, and what is said about a wrong one."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from fably.core.errors import ConfigError
from fably.settings import Settings, fields_of, load, read
from fably.settings.files import Layer
from fably.settings.reading import state_directory


def made(flags: Mapping[str, str | bool | None] | None = None, /, **environ: str) -> Settings:
    return read(flags or {}, [Layer("", environ)])


OF_OTHERS = (
    "OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY", "DEEPSEEK_API_KEY", "ELEVENLABS_API_KEY", "GOOGLE_API_KEY",
)  # fmt: skip
"""Names that people have set already, for other programs."""


def test_every_field_has_a_sentence_and_a_name_in_the_environment() -> None:
    for field in fields_of(Settings):
        assert field.doc.endswith("."), field.name
        assert field.env.startswith("FABLY_") or field.env in OF_OTHERS, field.name


def test_the_default_of_every_field_is_what_an_empty_machine_gets() -> None:
    assert made() == Settings()


def test_a_flag_beats_the_environment_beats_the_state_directory_beats_the_folder(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "settings.env").write_text("FABLY_AGE=6\nFABLY_VOLUME=40\nFABLY_LANGUAGE=tr\n", encoding="utf-8")
    (tmp_path / ".env").write_text("FABLY_AGE=7\nFABLY_VOLUME=50\nFABLY_LANGUAGE=en\nFABLY_MAX_TOKENS=70\n", encoding="utf-8")
    environ = {"FABLY_STATE_PATH": str(tmp_path / "state"), "FABLY_AGE": "5", "FABLY_VOLUME": "30"}
    settings = load({"age": "4"}, environ, tmp_path)
    assert (settings.age, settings.volume, settings.language, settings.max_tokens) == (4, 30, "tr", 70)
    assert settings.library_path == tmp_path / "state" / "stories"


def test_an_empty_value_is_not_given() -> None:
    assert made({"llm_url": ""}, FABLY_LLM_URL="http://one").llm_url == "http://one"
    assert made(FABLY_LLM_URL=" ").llm_url is None


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY='a${HOME}b$1'\nOTHER=1\nFABLY_QUIET\n", encoding="utf-8")
    assert load({}, {"FABLY_STATE_PATH": str(tmp_path)}, tmp_path).openai_api_key == "a${HOME}b$1"


def read_as_nobody(folder: Path) -> int:
    """The age that a process of another user finds in the settings of `folder`."""
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        os._exit(load({}, {"FABLY_STATE_PATH": str(folder)}, folder).age)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_settings_that_another_user_keeps_to_himself_are_not_ours() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders let nobody else in
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "settings.env").write_text("FABLY_AGE=7\n")
        assert read_as_nobody(folder) == 7
        (folder / "settings.env").chmod(0o600)
        assert read_as_nobody(folder) == Settings().age
        assert load({}, {"FABLY_STATE_PATH": name}, folder).age == 7


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_bytes(b"FABLY_AGE=\0\n")
    with pytest.raises(ConfigError, match=r"settings\.env cannot be read"):
        load({}, {"FABLY_STATE_PATH": str(tmp_path)}, tmp_path)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"FABLY_LLM_ULR": "x"}, "FABLY_LLM_ULR is not a setting; did you mean FABLY_LLM_URL?"),
        ({"FABLY_ZZZ": "x"}, "FABLY_ZZZ is not a setting; .env.example lists them"),
        ({"FABLY_AGE": "five"}, "FABLY_AGE: 'five' is not a whole number"),
        ({"FABLY_AGE": "1"}, "FABLY_AGE: 1 is out of range; it goes from 2 to 12 years"),
        ({"FABLY_TEMPERATURE": "nan"}, "FABLY_TEMPERATURE: 'nan' is not a number"),
        ({"FABLY_LLM_PROVIDER": "opnai"}, "FABLY_LLM_PROVIDER: 'opnai' is not known; did you mean openai?"),
        ({"FABLY_LANGUAGE": "de"}, "FABLY_LANGUAGE: 'de' is not known; choose one of en, tr"),
        ({"FABLY_QUIET": "maybe"}, "FABLY_QUIET: 'maybe' is not yes or no"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read({}, [Layer("", environ)])
    assert str(caught.value).startswith(message)


def test_a_wrong_flag_is_named_as_a_flag_and_a_line_of_a_file_with_its_file() -> None:
    with pytest.raises(ConfigError, match=r"^--age: "):
        made({"age": "x"})
    with pytest.raises(ConfigError, match=r"^saved\.env: FABLY_AGE: "):
        read({}, [Layer("", {}), Layer("saved.env: ", {"FABLY_AGE": "x"})])


@pytest.mark.parametrize(("text", "value"), [("1", True), ("yes", True), ("On", True), ("0", False), ("NO", False), ("false", False)])
def test_yes_and_no_in_all_their_spellings(text: str, value: bool) -> None:
    assert made(FABLY_OPENER=text).opener is value


def test_a_flag_without_a_value_turns_its_default_around() -> None:
    assert made({"opener": True}).opener is False
    assert made({"quiet": True}).quiet is True
    assert made({"quiet": False}, FABLY_QUIET="yes").quiet is True


def test_secrets_have_no_flag_and_are_not_shown() -> None:
    keys = [field for field in fields_of(Settings) if field.secret]
    assert {field.name for field in keys} == {field.name for field in fields_of(Settings) if field.name.endswith("_key")}
    settings = made(FABLY_TTS_URL="http://me:canary@homeserver:8880/v1", **{field.env: "canary" for field in keys})
    assert "canary" not in repr(settings)
    assert settings.tts_api_key == settings.gemini_api_key == "canary"
    assert not [field.flag for field in fields_of(Settings) if field.flag and re.search(r"key\b", field.flag)]


def test_the_state_directory_is_the_one_told_or_systemds_or_the_users() -> None:
    assert state_directory({"FABLY_STATE_PATH": "/a", "STATE_DIRECTORY": "/b"}) == Path("/a")
    assert state_directory({"STATE_DIRECTORY": "/b:/c", "XDG_STATE_HOME": "/d"}) == Path("/b")
    assert state_directory({"XDG_STATE_HOME": "/d"}) == Path("/d/fably")
    assert state_directory({}) == Path.home() / ".local/state/fably"


@pytest.mark.parametrize(
    ("flags", "environ", "message"),
    [
        ({}, {"FABLY_VOLUME_MIN": "60", "FABLY_VOLUME_MAX": "50"}, "FABLY_VOLUME_MIN: 60 percent is above FABLY_VOLUME_MAX, which is 50"),
        ({"volume": "80"}, {"FABLY_VOLUME_MAX": "50"}, "--volume: 80 percent is above FABLY_VOLUME_MAX, which is 50"),
        ({"volume": "3"}, {"FABLY_LOOP": "yes"}, "--volume: 3 percent is below --volume-min, which is 5"),
        (
            {},
            {"FABLY_VOLUME_UP_GPIO_PIN": "17"},
            "FABLY_VOLUME_UP_GPIO_PIN: GPIO 17 is the pin of --button-gpio-pin too",
        ),
        (
            {"volume_down_gpio_pin": "5"},
            {"FABLY_VOLUME_UP_GPIO_PIN": "5"},
            "FABLY_VOLUME_UP_GPIO_PIN: GPIO 5 is the pin of --volume-down-gpio-pin too",
        ),
    ],
)
def test_what_does_not_fit_together_is_named_both_of_it(flags: dict[str, str], environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        made(flags, **environ)
    assert str(caught.value) == f"{message}; change one of them"


def test_what_fits_together_is_left_in_peace() -> None:
    assert made({"volume": "0"}).volume == 0, "silence is a box's trouble only"
    assert made(FABLY_VOLUME_MAX="50").volume_max == 50, "nobody has chosen the 100 that is above it"
    assert made(FABLY_VOLUME_UP_GPIO_PIN="17", FABLY_BUTTON="no").volume_up_gpio_pin == 17
