"""Whatever a plot speaks of again has been there before, whichever of its sentences were chosen: no scarf where a hat was laid down."""

import re

import pytest

from fably.core.types import Language
from fably.lore.telling import story

WISH: dict[Language, str] = {"en": "a fox and an owl", "tr": "tilki ile baykuş"}
AGAIN: list[tuple[Language, str, str, str]] = [
    ("en", "kept_seat", r"[Tt]he hat", r"(?:his|her|a) hat"),
    ("en", "kept_seat", r"The buns were|ate the buns", r"the buns"),
    ("en", "kept_seat", r"A king|so had the King", r"the King"),
    ("en", "old_clock", r"the box", r"a box"),
    ("en", "old_clock", r"the sign", r"a sign"),
    ("en", "growing_fib", r"the hat|no hat", r"(?:its|a) hat"),
    ("en", "one_line_part", r"The Storm|the Storm", r"a Storm"),
    ("en", "one_line_part", r"[Tt]he Pudding", r"a Pudding"),
    ("en", "one_line_part", r"[Tt]he Geese|all three Geese", r"Three Geese"),
    ("tr", "tutulan_yer", r"[Şş]apka(?:ya|sı\b|,)", r"şapkasını koymuş"),
    ("tr", "tutulan_yer", r"Çörekler yam|Çörekleri ye", r"[Çç]örekler"),
    ("tr", "tutulan_yer", r"Bana padişah|padişah gitmiş", r"padişah gelmiş"),
    ("tr", "tek_sozluk_rol", r"Muhallebi h", r"Kasırga, Muhallebi"),
    ("tr", "tek_sozluk_rol", r"[Kk]ırk sözünün", r"[Kk]ırk sözl?ü"),
    ("tr", "buyuyen_yalan", r"[Kk]anadı (?:iki|yok)", r"[Kk]ana[dt]"),
    ("tr", "buyuyen_yalan", r"şapkası (?:ne|da yok)", r"[Şş]apkası"),
]


@pytest.mark.parametrize(("language", "plot", "again", "before"), AGAIN)
@pytest.mark.parametrize("age", [4, 8])
def test_it_was_there_before(language: Language, plot: str, again: str, before: str, age: int) -> None:
    met = 0
    for seed in range(30):
        told = "\n\n".join(story(WISH[language], language, str(seed), about=plot, age=age))
        for one in re.finditer(again, told):
            met += 1
            assert re.search(before, told[: one.start()]), told
    assert met or age < 5, "the words of the plot have changed: so must these"


@pytest.mark.parametrize("language", ["en", "tr"])
def test_a_place_is_kept_with_one_thing(language: Language) -> None:
    plot = {"en": "kept_seat", "tr": "tutulan_yer"}[language]
    for seed in range(40):
        told = "\n\n".join(story(WISH[language], language, str(seed), about=plot))
        assert not re.search(r"\bscarf|\batkı", told), told
