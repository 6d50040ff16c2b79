"""Every Turkish text of ours, looked at by rule: the shelf, our own stories, their sequels, and all that a person hears or reads."""

import re
import tomllib
from pathlib import Path

import pytest
from turkish_rules import faults, fits

import fably.lore
from fably.lore.telling import story
from fably.texts import HERE

ROOT = Path(__file__).parents[2]
SHELF = sorted((ROOT / "examples" / "tr").glob("*.md"))
FOREIGN = ("Enter'", "Fably'")  # which are not said as they are written
WISHES = ("", "bir ejderha", "Zuzu adında bir tilki", "Işık'ın kedisi", "bir prenses ve bir robot", "paylaşmak", "Can ile Gül'ün gemisi")


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Elif", "in ten te i e le miş siz ler", "ın den de ı a la yi nin"),
        ("Zuzu", "nun yu ya da dan yla dur suz lar muş", "nın yü ye de den un u tan"),
        ("Işık", "ın ta tan ı a la çı", "in te da dan yı nın cı"),
        ("Gül", "ün de den ü e le", "un da te ı nün"),
        ("Can", "ın da dan ı a la", "in de tan nın ya"),
        ("Ece", "nin ye yi de den yle", "in e i te nın ya"),
        ("Mehmet", "in te ten i", "ın de den tan"),
        ("Ali", "ninki deki yken", "nınki daki"),
        ("Barış", "ınki taki çık", "inki daki cık"),
    ],
)
def test_what_may_stand_behind_a_name(name: str, right: str, wrong: str) -> None:
    assert [one for one in right.split() if not fits(name, one)] == []
    assert [one for one in wrong.split() if fits(name, one)] == []


def test_what_stands_apart() -> None:
    assert list(faults("Ay da gülmüş, kedi de gülmüş. Geldin mi? Uyudu mu? Gördün mü? Aldı mı? Sende de var.")) == []
    assert list(faults("Ay de gülmüş. Geldin mı? Gördün mu, kedi te gitti.")) == ["Ay de", "Geldin mı", "Gördün mu", "kedi te"]


@pytest.mark.parametrize("file", SHELF, ids=lambda one: one.stem)
def test_the_shelf(file: Path) -> None:
    assert list(faults(file.read_text(encoding="utf-8"))) == []


def test_there_is_a_shelf() -> None:
    assert len(SHELF) >= 30


@pytest.mark.parametrize("wish", WISHES)
def test_our_own_stories(wish: str) -> None:
    wrong = {fault for seed in range(40) for fault in faults("\n\n".join(story(wish, "tr", str(seed))))}
    assert wrong == set()


def test_what_a_person_hears_and_reads() -> None:
    texts = (HERE / "tr.toml").read_text(encoding="utf-8")
    sequel = tomllib.loads((Path(fably.lore.__file__).parent / "tr" / "sequel.toml").read_text(encoding="utf-8"))
    whole = re.sub(r"\{[^}]*\}['’]?\w*", "…", texts + str(sequel))
    assert [one for one in faults(whole) if not one.startswith(FOREIGN)] == []
