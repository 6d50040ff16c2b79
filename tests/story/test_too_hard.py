"""What is far too hard for whom."""

from pathlib import Path

import pytest

from fably.core.types import Language
from fably.examples.example import read_example
from fably.story.too_hard import is_too_hard

HARD: dict[Language, str] = {
    "en": (
        "Notwithstanding the considerable atmospheric turbulence, the extraordinarily courageous hedgehog, whose philosophical convictions "
        "had occasionally been misinterpreted by the neighbouring population, determined that an immediate expedition was unavoidable. "
    ),
    "tr": (
        "Olağanüstü cesaretiyle tanınan, düşünceleri komşuları tarafından zaman zaman yanlış değerlendirilmiş olan kirpi, hava "
        "koşullarının elverişsizliğine karşın, ertelenmesi olanaksızlaşmış yolculuğuna başlamaya kararlılıkla hazırlanıyordu. "
    ),
}
EASY: dict[Language, str] = {
    "en": "The fox was small. It had a red coat. It sat by the mill. The moon came up. The fox said good night. ",
    "tr": "Tilki küçüktü. Kırmızı bir paltosu vardı. Bir gün gölün yanına oturdu. Ay çıktı. Tilki iyi geceler dedi. ",
}


def hard(language: Language) -> str:
    """A story that is too hard for everybody, in which no sentence is said twice."""
    return "".join(f"{number}: {HARD[language]}" for number in range(1, 9))


def easy(language: Language) -> str:
    """One that is too hard for nobody."""
    return EASY[language] * 8


@pytest.mark.parametrize("language", ["en", "tr"])
def test_what_is_far_too_hard_for_whom(language: Language) -> None:
    for age in range(2, 13):
        assert is_too_hard(HARD[language], language, age)
        assert not is_too_hard(EASY[language], language, age)


def test_our_own_stories_are_too_hard_for_nobody() -> None:
    files = list((Path(__file__).parents[2] / "examples").rglob("*.md"))
    assert len(files) > 40
    for file in files:
        example, text = read_example(file.stem, file.read_text(encoding="utf-8"))
        assert not is_too_hard(text, example.language, example.ages[0]), file.name
