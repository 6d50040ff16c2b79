"""What a child says for "go on with the story", and what only sounds like it."""

import pytest

from fably.core.types import Language
from fably.lore.going_on import going_on, wants_another

LAST: dict[Language, list[str]] = {
    "en": [
        "What happened next?",
        "what happened next",
        "Tell me what happened next, please!",
        "and then?",
        "And then what happened?",
        "continue",
        "Continue the story.",
        "Can you continue the story please",
        "go on",
        "Please go on!",
        "keep going",
        "carry on",
        "more",
        "tell me more",
        "Tell me more of the story",
        "the next part please",
        "I want to know what happened next",
        "how does the story go on?",
        "continue last night's story",
        "Fably, continue",
        "okay now go on with the story",
        "let's continue the story from yesterday",
        "What happens then?",
        "the rest of the story, please",
    ],
    "tr": [
        "Sonra ne oldu?",
        "sonra ne oldu",
        "Peki sonra ne olmuş?",
        "Daha sonra neler oldu?",
        "devam et",
        "Devam!",
        "Lütfen devam eder misin?",
        "Masala devam et",
        "masala devam edelim mi",
        "Dünkü masala devam et",
        "devamını anlat",
        "Masalın devamını anlat lütfen",
        "Kaldığımız yerden devam et",
        "Hadi devam et",
        "sonra?",
        "Bana devamını anlatır mısın?",
        "Ondan sonra ne oldu",
        "Nerede kalmıştık?",
        "masal nasıl bitti",
        "gerisini anlat",
        "HİKÂYEYE DEVAM ET",
        "Sonrasını merak ediyorum",
    ],
}
NAMED: list[tuple[Language, str, str]] = [
    ("en", "tell me more of the dragon", "dragon"),
    ("en", "Continue the story about the brave fox, please", "brave fox"),
    ("en", "what happened to Ember next?", "ember"),
    ("en", "continue the dragon's story", "dragon"),
    ("en", "Tell me more about the owl and the moon", "owl and the moon"),
    ("tr", "Tilki masalına devam et", "tilki"),
    ("tr", "Ejderhanın masalına devam eder misin", "ejderhanın"),
    ("tr", "Sonra Pamuk'a ne oldu?", "pamuk'a"),
    ("tr", "tilki masalının devamını anlat", "tilki"),
]
NOT_MEANT: dict[Language, list[str]] = {
    "en": [
        "a story about a train that continues to the sea",
        "tell me a story about a dragon",
        "a fox",
        "what happened on the moon when nobody looked",
        "a story about more cake",
        "a dragon who never stops",
        "tell me a story",
        "about a boy who wanted to know what happened next",
        "the next village",
        "a story about going on a journey",
        "a continuous rainbow",
        "a snail that keeps going and going until it meets a friend",
        "tell me about you",
        "a bear who wants more honey",
        "more honey for the bear",
        "a story of what comes after winter",
        "carry the moon home",
        "an owl who says go on",
        "the tale of the continuing river",
        "a knight and then a princess",
        "and then there was a dragon",
        "what is a dragon",
        "a princess who finishes the story of her grandma",
        "stop",
        "",
        "tell me more about you",
        "the story with the second chapter of the sun and a hat",
    ],
    "tr": [
        "denize kadar devam eden bir tren masalı",
        "bana bir ejderha masalı anlat",
        "tilki",
        "sonra ne olacağını merak eden bir çocuk",
        "bir masal anlat",
        "daha çok bal isteyen ayı",
        "devam eden yağmurun masalı",
        "ormanda kaldığı yeri arayan tavşan",
        "yolculuğa devam eden kaplumbağa",
        "kışın sonrasını bekleyen kardelen",
        "sonradan gelen kedi",
        "gerisini unutan deniz",
        "sonra diye bir ülke",
        "devrilen kule",
        "ayıcık ve bal",
        "sonbahar masalı",
        "bir dahaki sefer",
        "arkası olmayan sandalye",
        "kalanı yok",
        "dur",
        "",
        "uyumak istemeyen baykuş ve sonra gelen sabah",
        "dur devam etme",
        "en son kalan tilki",
    ],
}


@pytest.mark.parametrize(("language", "said"), [(language, one) for language, all_of in LAST.items() for one in all_of])
def test_the_last_story_is_meant(language: Language, said: str) -> None:
    assert going_on(said, language) == ""


@pytest.mark.parametrize(("language", "said", "about"), NAMED)
def test_one_story_among_all_is_meant(language: Language, said: str, about: str) -> None:
    assert going_on(said, language) == about


@pytest.mark.parametrize(("language", "said"), [(language, one) for language, all_of in NOT_MEANT.items() for one in all_of])
def test_another_story_is_meant(language: Language, said: str) -> None:
    assert going_on(said, language) is None


def test_a_very_long_wish_is_looked_at_quickly() -> None:
    assert going_on("please " * 10_000, "en") is None
    assert going_on("tell me " * 14, "en") is None


@pytest.mark.parametrize(
    ("language", "said", "another"),
    [
        ("en", "a purple dragon comes", False),
        ("en", "they should go to the moon", False),
        ("en", "but the story should be funny", False),
        ("en", "tell me a story about a dragon", True),
        ("en", "I want another story", True),
        ("en", "something else", True),
        ("en", "I don't like this", True),
        ("tr", "mor bir ejderha gelsin", False),
        ("tr", "aya gitsinler", False),
        ("tr", "bana bir ejderha masalı anlat", True),
        ("tr", "başka masal", True),
        ("tr", "bunu istemiyorum", True),
    ],
)
def test_who_wants_another_story_and_not_this_one_changed(language: Language, said: str, another: bool) -> None:
    assert wants_another(said, language) is another
