"""What a parent reads who mistyped something: in the language that is set, wherever that is, and whatever else is wrong."""

import re
from pathlib import Path

import pytest
from exemplars import STATE, fably

import fably as package
from fably.core.errors import ConfigError
from fably.faults import sentence
from fably.settings import Field, Settings, fields_of
from fably.texts import text

Said = pytest.CaptureFixture[str]
ENGLISH = re.compile(
    r"\b(?:is|not|no|cannot|there|option|usage|error|argument|try|choose|did|such|missing|invalid|directory)\b", re.IGNORECASE
)
WRONG = [
    (["--volume", "200", "tilki"], "--volume: 200 sınırların dışında; en az 0, en çok 100 olabilir"),
    (["--volume", "çok", "tilki"], "--volume: 'çok' bir tam sayı değil"),
    (["--sleep-timer", "yarın", "tilki"], "bir süre değil; 90s, 20m ya da 1h gibi olmalı"),
    (["--length", "usuall", "tilki"], "şunu mu demek istediniz: usual?"),
    (["--length", "x", "tilki"], "şunlardan biri olmalı: short, usual, long"),
    (["--llm-url", "evdeki", "tilki"], "bir adres değil"),
    (["--memory-warning", "95", "tilki"], "--memory-warning: 95, --memory-critical değerinden (90) küçük olmalı"),
    (["--volum", "3"], "--volum diye bir seçenek yok; şunu mu demek istediniz: --volume"),
    (["--zzzzzz"], "--zzzzzz diye bir seçenek yok"),
    (["tilki", "--volume"], "--volume seçeneğinden sonra bir değer gelmeli"),
    (["--loop=3"], "--loop seçeneği değer almaz"),
    (["stories", "play"], "NAME eksik"),
    (["ctl", "press", "hard"], "şunlardan biri olmalı: short, double, long"),
    (["ctl", "volume", "çok"], "'çok' bir yüzde değil"),
    (["ctl", "hear", "yok.wav"], "yok.wav okunamıyor: böyle bir dosya ya da klasör yok"),
    (["ctl", "bogus"], "bogus diye bir komut yok"),
    (["doctr"], "doctr diye bir komut yok; şunu mu demek istediniz: doctor?"),
    (["--query-file", "yok.wav"], "--query-file: yok.wav okunamıyor: böyle bir dosya ya da klasör yok"),
    (["--prompt-file", ".", "tilki"], "--prompt-file: . okunamıyor: bu bir klasör"),
    (["--output", "yok/x.wav", "tilki"], "yok/x.wav yazılamıyor: böyle bir dosya ya da klasör yok"),
    (["--allow", "kavga", "tilki"], "--allow: böyle bir konu yok"),
    (["--continue", "--loop"], "--loop olmadan deneyin"),
]


@pytest.mark.parametrize(("args", "says"), WRONG)
def test_in_turkish_what_is_wrong_has_no_english_in_it(args: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    monkeypatch.setenv("FABLY_LANGUAGE", "tr")
    assert fably(*args) == 2
    said = capsys.readouterr()
    line = next(one for one in said.err.splitlines() if one.startswith("fably: "))
    assert says in line
    assert not ENGLISH.search(re.sub(r"--[\w-]+|`[^`]*`", "", line)), line
    assert "{" not in said.err
    assert said.out == ""


@pytest.mark.parametrize("args", [["stories", "show", "kimse"], ["stories", "resume"], ["--continue"]])
def test_so_is_a_story_that_is_not_there(args: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    monkeypatch.setenv("FABLY_LANGUAGE", "tr")
    assert fably(*args) == 1
    assert re.search(r"^fably: .*masal yok", capsys.readouterr().err, re.MULTILINE)


def test_the_language_is_found_wherever_it_is_set_and_whatever_else_is_wrong_there(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    def said(*args: str) -> bool:
        assert fably(*args) == 2
        return "sınırların" in capsys.readouterr().err

    assert not said("--volume", "200", "x")
    assert said("--volume", "200", "--language", "tr", "x")
    assert said("--language=tr", "--volume", "200", "x")
    STATE.mkdir(parents=True)
    (STATE / "settings.env").write_text("FABLY_LANGUAGE=tr\nFABLY_VOLUME=300\n", encoding="utf-8")
    assert said("x"), "as the box keeps it"
    assert not said("--volume", "200", "--language", "en", "x")
    (STATE / "settings.env").unlink()
    Path(".env").write_text("FABLY_LANGUAGE=tr\n", encoding="utf-8")
    assert said("--volume", "200", "x")
    monkeypatch.setenv("FABLY_LANGUAGE", "en")
    assert not said("--volume", "200", "x")


def test_in_english_click_speaks_for_itself(capsys: Said) -> None:
    assert fably("--zzzzzz") == 2
    assert "No such option" in capsys.readouterr().err


def test_every_kind_of_wrong_has_a_turkish_sentence() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(package.__file__).parent.rglob("*.py"))
    kinds = {"choice", "choice_like", "not_below", "above", "below", "same_pin", "too_small"}
    kinds |= set(re.findall(r'of_kind\(\s*"([a-z_]+)"', source))
    kinds |= {f"not_{one.kind.__name__.lower()}" for one in fields_of(Settings)}
    assert len(kinds) > 20
    for kind in kinds:
        assert text("tr", f"wrong.{kind}")


def fault_of(field: Field, value: str) -> ConfigError | None:
    try:
        field.parse(value, field.env)
    except ConfigError as fault:
        return fault
    return None


@pytest.mark.parametrize("field", fields_of(Settings), ids=lambda one: one.name)
def test_every_setting_says_in_turkish_what_may_stand_there(field: Field) -> None:
    for fault in filter(None, (fault_of(field, value) for value in (f"x{chr(0)}y", "-1", "99999999999999999999"))):
        said = sentence("tr", fault)
        assert fault.wrong
        assert "{" not in said
        assert not ENGLISH.search(said.partition(": ")[2].replace("yes ya da no", "")), said
