"""What a voice is given for numbers, dates and abbreviations; what is written stays as it is."""

import asyncio
import subprocess
import sys
import unicodedata
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
from fakes import FORMAT, FakeSpeaker, FakeVoice
from hypothesis import given, settings
from hypothesis import strategies as st

from fably.core.protocols import TextToSpeech
from fably.core.types import AudioFormat, Language, Passage
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate
from fably.providers.deadlines import Patience
from fably.providers.fallback import FallbackVoice
from fably.story.passages import passages
from fably.story.pipeline import Outcome, tell
from fably.story.reading import english_words, turkish_words
from fably.story.spoken import spoken

LANGUAGES: tuple[Language, ...] = ("en", "tr")
_DATA = Path(__file__).parent / "data" / "spoken"
_EXAMPLES = Path(__file__).parents[2] / "examples"


def cases(language: Language) -> list[tuple[str, str]]:
    lines = (_DATA / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [(written, said) for written, said in (line.split(" | ") for line in lines)]


ALL = [(language, *case) for language in LANGUAGES for case in cases(language)]


@pytest.mark.parametrize(("language", "written", "said"), ALL, ids=[f"{one[0]}: {one[1]}" for one in ALL])
def test_it_is_said_as_people_say_it(language: Language, written: str, said: str) -> None:
    assert spoken(written, language) == said
    assert spoken(said, language) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_some_hundred_cases(language: Language) -> None:
    assert len(dict(cases(language))) > 200


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Once upon a time, there was a fox, and I think he said no. No. I saw him mix it. He was still, and the street was too."),
        ("en", "The egg is big. Then I went. Stay! A drum. Vivid. The king I know is Henry."),
        ("tr", "Bir varmış, bir yokmuş. Elini suya sok. Bu bir av. Topu bul. Kazak ör. Hem tel. Ad. Kan. Gül soktu."),
    ],
)
def test_what_only_looks_like_it_is_the_very_same_object(language: Language, text: str) -> None:
    assert spoken(text, language) is text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stories_that_ship_need_no_reading_or_are_read_for_good(language: Language) -> None:
    """Every passage of them: most are the same object, and none has a digit left."""
    files = sorted((_EXAMPLES / language).glob("*.md"))
    assert files
    same = count = 0
    for file in files:
        for paragraph in file.read_text(encoding="utf-8").partition("\n---\n")[2].split("\n\n"):
            said = spoken(paragraph, language)
            same, count = same + (said is paragraph), count + 1
            assert spoken(said, language) == said
    assert same > count * 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_abbreviation_is_noticed(language: Language) -> None:
    """The look for whether a text needs reading is a pattern of its own: it must know what the tables know."""
    words = english_words if language == "en" else turkish_words
    for table in (words.BEFORE_A_NAME, words.AFTER_A_NAME):
        for short in table:
            text = f"by {short}. Fox" if table is words.BEFORE_A_NAME else f"by Old {short}. and on"
            assert spoken(text, language) != text, short
    for short in words.PHRASES:
        assert spoken(f"a fox, {short} hen", language) != f"a fox, {short} hen", short


_PIECES = st.sampled_from(
    [
        *"0123456789.,:/-–%$£€₺&#'’+= ½²①٣+()ak",
        "St",
        "Dr",
        "No. ",
        "vb.",
        "etc.",
        "e.g.",
        "Elm ",
        "Henry ",
        "VIII",
        "IV. ",
        "Murat",
        " km",
        "th",
        " pm",
    ]
)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=400, deadline=None, derandomize=True)
@given(text=st.one_of(st.text(), st.lists(_PIECES, max_size=14).map("".join)))
def test_no_digit_is_left_and_nothing_is_raised(language: Language, text: str) -> None:
    said = spoken(text, language)
    assert not any(one.isdigit() for one in said)
    again = spoken(said, language)
    assert again == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_digit_of_any_script_is_left(language: Language) -> None:
    digits = [chr(one) for one in range(sys.maxunicode + 1) if chr(one).isdigit()]
    assert len(digits) > 700
    for one in digits:
        assert not any(letter.isdigit() for letter in spoken(f"a {one} b", language)), unicodedata.name(one)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", ["9", "1,000", "1.000", "1-", "1:", "1 ", "$1", "%", "1/", "0", "+1 ", "A1", "St. ", "IV. "])
def test_a_long_run_of_anything_is_read_too(language: Language, piece: str) -> None:
    assert not any(one.isdigit() for one in spoken(piece * 2_000, language))


class Kept:
    """A keeper that remembers the words."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def passage(self, passage: Passage) -> None:
        self.words.append(passage.text)

    def sound(self, pcm: bytes) -> None: ...

    def whole(self) -> None: ...

    async def room(self) -> None: ...

    async def finish(self, *, complete: bool) -> None: ...


@pytest.mark.parametrize(
    ("language", "story", "said"),
    [
        ("en", "Mr. Bear had 3 pots.", "Mister Bear had three pots."),
        ("tr", "Dr. Tilki saat 8'de geldi.", "Doktor Tilki saat sekizde geldi."),
    ],
)
def test_the_voice_alone_is_given_the_words(language: Language, story: str, said: str) -> None:
    narrator, kept = FakeVoice(), Kept()
    shown: list[str] = []

    async def tokens() -> AsyncGenerator[str, None]:
        for one in story:
            yield one

    async def scene() -> None:
        candidates: Candidates[TextToSpeech] = Candidates([Candidate("fake")], lambda _one: narrator)
        voice = await FallbackVoice(candidates, Patience(60, 60, 60), language=language, format=FORMAT).load()

        async def ready() -> TextToSpeech:
            return voice

        async def keeper(_format: AudioFormat) -> Kept:
            return kept

        async with aclosing(tell(passages(tokens()), ready, FakeSpeaker(), keeper, Outcome())) as telling:
            shown.extend([passage.text async for passage in telling])

    asyncio.run(scene())
    assert narrator.asked == [said]
    assert kept.words == shown == [story]


def test_a_story_without_numbers_loads_no_rules() -> None:
    script = (
        "import sys; from fably.story.spoken import spoken; spoken('Once upon a time, I was a fox.', 'en'); spoken('Bir varmış.', 'tr');"
        "print([one for one in sys.modules if one.startswith('fably.story.reading')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
