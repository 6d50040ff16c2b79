"""What is held, and what passes. The sentences are in `unfit_*.toml`, whole tales in `tales_*.txt`."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fably.core.types import Language
from fably.lore.stock import stock
from fably.lore.telling import story
from fably.lore.unfit import Held, Unfit, allowable, topics
from fably.lore.verbs import is_form

LANGUAGES: list[Language] = ["en", "tr"]
TOPICS = ("death", "weapons", "sex", "drugs", "self_harm", "danger", "strangers", "privacy", "advertising", "fear", "abuse")


def cases(language: Language) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"unfit_{language}.toml").read_text(encoding="utf-8"))


HELD = [(language, topic, one) for language in LANGUAGES for topic, all in cases(language)["held"].items() for one in all]
FINE = [(language, one) for language in LANGUAGES for one in cases(language)["fine"]["sentences"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_sentences_for_every_topic(language: Language) -> None:
    assert sorted(topics(language)) == sorted(TOPICS) == sorted(cases(language)["held"])
    assert set(allowable(language)) == {"death", "weapons", "fear"}


@pytest.mark.parametrize(("language", "topic", "sentence"), HELD)
def test_what_is_unfit_is_held(language: Language, topic: str, sentence: str) -> None:
    assert Unfit(language).in_text(sentence), topic
    assert Unfit(language).in_text(sentence.replace('"', "“")), topic


@pytest.mark.parametrize(("language", "sentence"), FINE)
def test_what_only_looks_like_it_passes(language: Language, sentence: str) -> None:
    assert Unfit(language).in_text(sentence) is None
    assert Unfit(language).in_text(sentence.upper() if language == "en" else sentence.replace("i", "İ").upper()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_unfit_right_beside_what_is_fine_is_held(language: Language) -> None:
    assert [one for one in cases(language)["beside"]["sentences"] if not Unfit(language).in_text(one)] == []


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("language", "number", "plot"),
    [(language, number, plot) for language in LANGUAGES for number, plot in enumerate(stock(language).plots)],
)
def test_every_story_of_ours_passes(language: Language, number: int, plot: str, every: int) -> None:
    """Each plot, and each hero in every third of them; or all in all, for the gate takes its time over thousands."""
    unfit = Unfit(language)
    for wish in list(stock(language).heroes)[number % every :: every]:
        for paragraph in story(wish, language, "7", about=plot):
            assert unfit.in_text(paragraph) is None, paragraph


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_a_sentence_of_a_classic_tale_is_held(language: Language) -> None:
    text = " ".join((Path(__file__).parent / f"tales_{language}.txt").read_text(encoding="utf-8").split())
    sentences = [found[0].strip() for found in re.finditer(r'[^.!?]+[.!?]+"?', text)]
    held = [one for one in sentences if Unfit(language).in_text(one)]
    assert len(held) <= len(sentences) / 100, held


DISGUISES = [
    "kill", "KILL", "k i l l", "k.i.l.l", "k-i-l-l", "k*i*l*l", "k_i_l_l", "k1ll", "ki11", "k!ll", "kíll", "killl", "kkill", "k\u200bill",
    "ki\u00adll", "ｋｉｌｌ", "кill", "kіll", "ⓚill", "𝐤𝐢𝐥𝐥", "ᴋɪʟʟ", "k ill", "ki-ll", "ki.ll", "killing", "killer's", "“kill”",
    "b l o o d",
    "bl00d", "w3apon", "we apon", "wea pon", "p0rn", "$ex", "@ss", "a$$", "$h1t", "f**k", "sh*t", "sui cide", "knnife", "k-n-i-f-e",
    "k n i v e s", "murd3rer", "mur-der", "bløød",
]  # fmt: skip


@pytest.mark.parametrize("word", DISGUISES)
def test_a_disguise_is_seen_through(word: str) -> None:
    text = f"Then came that {word} of the night."
    held = Unfit("en").in_text(text)
    assert held
    assert held.words.strip("“”") in text
    assert re.sub(r"\W", "", word) in re.sub(r"\W", "", held.words)


TURKISH = [
    "ÖLDÜR", "oldurdu", "öldürülmüş", "Ö l d ü r", "ö.l.d.ü.r", "0ldurdu", "öldüüür", "bicakla", "BIÇAK", "bıcak", "b1çak", "tabancayi",
    "SILAH", "SİLAH", "s-i-l-a-h", "kan dokuldu", "kan", "KANLI", "taban ca", "öl\u00addürdü", "o\u0308ldu\u0308rdu\u0308", "siktir",
    "$iktir", "0rospu", "uyusturucu", "sigarayı",
]  # fmt: skip


@pytest.mark.parametrize("word", TURKISH)
def test_a_turkish_disguise_is_seen_through(word: str) -> None:
    assert Unfit("tr").in_text(f"Sonra {word} diye bir ses gelmiş.")


def test_the_words_are_given_as_they_stand_in_the_text() -> None:
    assert Unfit("en").in_text("He K\u200bi11ed the cat, and died.") == Held("death", "K\u200bi11ed")
    assert Unfit("en").in_text("“Tell me your,” she said, “address.”") == Held("privacy", "Tell me your,” she said, “address")
    assert Unfit("tr").in_text("Sonra KILIÇLARINI sıyırdılar.") == Held("weapons", "KILIÇLARINI sıyırdılar")


def test_a_phrase_stays_in_its_sentence() -> None:
    assert Unfit("en").in_text("They played with the ball. Matches were won.") is None


def test_what_is_fine_may_go_on_for_three_words_and_no_further() -> None:
    assert Unfit("en").in_text("The ball hit him on the nose.") is None
    assert Unfit("en").in_text("The ball hit him, and then his brother hit him.") == Held("abuse", "hit him")
    assert Unfit("en").in_text("The ball rolled away. He hit him.") == Held("abuse", "hit him")


def test_two_words_that_are_a_bad_one_together_may_be_fine() -> None:
    assert Unfit("en").in_text("That night Mary slept.") is None
    assert Unfit("en").in_text("It was a night mare.")
    assert Unfit("tr").in_text("Her gelen güldü.") is None
    assert Unfit("tr").in_text("Seni gidi herge le!")


def test_a_character_may_ask_what_the_storyteller_may_not() -> None:
    unfit = Unfit("en")
    for asked in ("What is your name?", "Where do you live?"):
        assert unfit.in_text(asked)
        assert unfit.in_text(asked, spoken=True) is None
        assert unfit.in_text(f'"{asked}" asked the fox.') is None
        assert unfit.in_text(f"“{asked}” asked the fox.") is None
        assert unfit.in_text(f"'{asked}' asked the fox.") is None
        assert unfit.in_text(f'"Hello," said the fox. {asked}')
        assert unfit.in_text(f'Hello," said the fox. {asked}', spoken=True)
    assert unfit.in_text("What is your address?", spoken=True)
    assert Unfit("tr").in_text("Adın ne?")
    assert Unfit("tr").in_text("— Adın ne?") is None
    assert Unfit("tr").in_text("Telefon numaran ne?", spoken=True)


@pytest.mark.parametrize(
    ("language", "gentle", "cruel"),
    [("en", "The old king had died long ago.", "The king was murdered."), ("tr", "Yaşlı kral çoktan ölmüş.", "Kralı öldürmüşler.")],
)
def test_death_that_is_told_gently_may_be_allowed(language: Language, gentle: str, cruel: str) -> None:
    assert Unfit(language).in_text(gentle) == Held("death", gentle.split()[-1].rstrip(".") if language == "tr" else "died")
    assert Unfit(language, allowed=["death"]).in_text(gentle) is None
    assert Unfit(language, age=8).in_text(gentle) is None
    for unfit in (Unfit(language, allowed=["death"]), Unfit(language, age=12)):
        assert unfit.in_text(cruel)


def test_a_topic_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="maths"):
        Unfit("en", allowed=["maths"])


@pytest.mark.parametrize("topic", sorted(set(TOPICS) - {"death", "weapons", "fear"}))
def test_a_topic_that_nobody_may_allow_is_an_error(topic: str) -> None:
    with pytest.raises(ValueError, match=topic):
        Unfit("tr", allowed=["death", topic])


def test_a_wish_may_hold_what_a_story_turns_into_something_good() -> None:
    for wish in ("a story about a monster under my bed", "where do you live", "about a boy who ran away from home and came back"):
        assert Unfit("en").in_wish(wish) is None, wish
    for wish in ("about a gun", "a man who dies", "sex", "a story about cocaine", "she wants to kill herself", "a story for an idiot"):
        assert Unfit("en").in_wish(wish), wish
    for wish in ("yatağımın altındaki canavar", "evden kaçan kedi"):
        assert Unfit("tr").in_wish(wish) is None, wish
    for wish in ("silahlı bir adam", "ölen bir kız", "sigara içen kurt", "intihar", "aptal kardeşim"):
        assert Unfit("tr").in_wish(wish), wish


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_text_can_be_asked_about(language: Language) -> None:
    for text in (
        "",
        " ",
        "…",
        "\n\n",
        "''",
        '"',
        "¡",
        "٣ 3 ½",
        "a",
        "👻👻",
        "\u0301",
        "İ",
        "日本語",
        "1" * 500,
        "a" * 5000,
        "a-" * 500,
        "- " * 500,
        '"' * 501,
    ):
        assert Unfit(language).in_text(text) is None, text


def test_forms_of_turkish_verbs() -> None:
    for word in ("içti", "içmiş", "içiyor", "içecek", "içer", "içip", "içerken", "içince", "içirdi", "içilmiş", "içmedi", "içen", "içsin"):
        assert is_form(word, "iç"), word
    for word in ("içinde", "içeri", "için", "içine", "içinden", "iç"):
        assert not is_form(word, "iç"), word
    assert [
        word
        for word in ("altın", "altında", "alay", "yer", "yerde", "atlar", "bulut", "kesin")
        if any(is_form(word, stem) for stem in ("al", "ye", "at", "bul", "kes"))
    ] == []
