"""Readability as its inventors and others have published it, and the syllables on which it rests."""

import pytest

from fably.core.types import Language
from fably.story.readability import Readability, readability, syllables

ENGLISH = """
the 1 be 1 one 1 once 1 eye 1 shoe 1 bees 1 plate 1 plates 1 makes 1 whole 1 were 1 queen 1 quite 1 moon 1 fire 1 named 1 walked 1
smiled 1 played 1 laughed 1 breathed 1 little 2 table 2 apples 2 candles 2 uncle 2 people 2 castle 2 giant 2 lion 2 going 2 being 2
quiet 2 wanted 2 needed 2 tumbled 2 carried 2 houses 2 boxes 2 wishes 2 pages 2 evening 2 every 2 lovely 2 careful 2 sometimes 2 onion 2
dragon 2 asleep 2 story 2 idea 3 piano 3 happier 3 radio 3 violin 3 elephant 3 beautiful 3 created 3 umbrella 3 library 3 chocolate 3
""".split()  # noqa: SIM905
TURKISH = "at 1 Işık 2 saat 2 İzmir 2 kâğıt 2 uyku 2 tilki 2 ejderha 3 kaplumbağa 4 uyuyakalmış 5 üç 1 rüzgâr 2".split()  # noqa: SIM905


@pytest.mark.parametrize(("word", "count"), list(zip(ENGLISH[::2], map(int, ENGLISH[1::2]), strict=True)))
def test_english_syllables(word: str, count: int) -> None:
    assert syllables(word, "en") == count


@pytest.mark.parametrize(("word", "count"), list(zip(TURKISH[::2], map(int, TURKISH[1::2]), strict=True)))
def test_turkish_syllables(word: str, count: int) -> None:
    assert syllables(word, "tr") == count


@pytest.mark.parametrize(
    ("text", "ease", "grade"),
    [  # as published beside the formulas
        ("The cat sat on the mat.", 116.1, -1.5),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 37.5, 11.3),
        ("This sentence, taken as a reading passage unto itself, is being used to prove a point.", 69.0, 7.6),
    ],
)
def test_english_as_published(text: str, ease: float, grade: float) -> None:
    measured = readability(text, "en")
    assert measured.ease == pytest.approx(ease, abs=0.06)
    assert measured.grade == pytest.approx(grade, abs=0.06)


def test_turkish_as_published() -> None:
    """A text of 332 words, 24 sentences and 860 syllables was published with its score, 58.65: of middling difficulty."""
    assert Readability("tr", 332, 24, 860).ease == pytest.approx(58.65, abs=0.005)


def test_what_is_counted() -> None:
    measured = readability('"Where to?" asked the fox. It was late … and dark.', "en")
    assert (measured.words, measured.sentences) == (10, 4)
    assert readability("Ay çıktı. Tilki uyudu.", "tr").syllables == 8


@pytest.mark.parametrize("language", ["en", "tr"])
def test_longer_is_harder_in_either_language(language: Language) -> None:
    short, long = {
        "en": ("The fox sat. The owl sat.", "The magnificent fox and the extraordinarily sleepy owl were sitting together underneath it."),
        "tr": ("Tilki oturdu. Kuş uçtu.", "Kahverengi tilkiyle alabildiğine uykulu baykuş çınarın altında birlikte oturuyorlardı."),
    }[language]
    assert readability(short, language).ease > readability(long, language).ease


@pytest.mark.parametrize("text", ["", "…", "12 34"])
def test_no_word_no_measure(text: str) -> None:
    with pytest.raises(ValueError, match="no word"):
        readability(text, "en")
