"""Only words reach the voice, wherever the tokens of the model end."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import Language
from fably.story.markup import plain


def read(text: str, size: int = 1000, language: Language = "en", *, begun: bool = False) -> str:
    async def tokens() -> AsyncGenerator[str, None]:
        for start in range(0, len(text), size):
            yield text[start : start + size]

    async def scene() -> str:
        return "".join([piece async for piece in plain(tokens(), language, begun=begun)])

    return asyncio.run(scene())


CASES = [
    ("# The Dragon\n\nOnce upon a time, **there** was *a* dragon.", "Once upon a time, there was a dragon."),
    ("## Chapter 1\nOnce.", "Once."),
    ("Title: The Dragon\n\nOnce.", "Once."),
    ("**Title:** The Dragon\n\nOnce.", "Once."),
    ("**The Brave Dragon**\n\nOnce upon a time, he sang.", "Once upon a time, he sang."),
    ("The Brave Little Dragon\n\nOnce upon a time, he sang.", "Once upon a time, he sang."),
    ('"The Brave Little Dragon"\n\nOnce upon a time, he sang.', "Once upon a time, he sang."),
    ("Once upon a time there was a fox\n\nwho slept.", "Once upon a time there was a fox\n\nwho slept."),
    ("A fox (who was very small) ran. (softly) Good night.", "A fox (who was very small) ran. Good night."),
    ("He ran. [pause] Then *yawns* he *really* slept.", "He ran. Then he really slept."),
    ("Good night. 😴✨ Sleep well ♥", "Good night. Sleep well "),
    ("- One\n* Two\n1. Three\n2) Four\n• Five", "One\nTwo\nThree\nFour\nFive"),
    ("Go to https://x.y/z?a=b now, or www.foo.com.", "Go to now, or ."),
    ("Look [here](http://a.b) and ![a picture](c.png)listen.", "Look here and listen."),
    ("<think>I never end.\n\nOnce upon a time.", ""),
    ("<|channel|>analysis<|message|>The user wants a hen.<|end|><|start|>assistant<|channel|>final<|message|>Once.", "Once."),
    (
        "Once {pause} upon a time :) there was :sparkles: a hen #bedtime. She slept; he slept: all did! Oh!",
        "Once upon a time there was a hen . She slept; he slept: all did! Oh!",
    ),
    ("<think>I should tell\n\na story.</think>\nOnce.", "Once."),
    ("<b>Bold</b> &amp; more & less &quot;hi&quot;", 'Bold and more and less "hi"'),
    ("`code`\n```\nOnce\n```\n---\n***\nEnd.", "code\n\nOnce\n\n\n\nEnd."),
    ("Narrator: Once upon a time.\nThe fox said: hello", "Once upon a time.\nThe fox said: hello"),
    ('**"Hello,"** said the fox.', '"Hello," said the fox.'),
    ("Once upon a time, k\u200bitten and caf\u00e9.", "Once upon a time, kitten and café."),
    ("Unclosed (bracket. And on.\nNew [line", "Unclosed (bracket. And on.\nNew line"),
    ("Unclosed *star. And on.\nNew <line", "Unclosed star. And on.\nNew line"),
    ("a_b and __bold__ and _slanted_.", "a_b and bold and slanted."),
    ("who was what, how, white, http and www", "who was what, how, white, http and www"),
    ("| a | b |\n|---|---|\nOnce.", "a b \n\nOnce."),
]


@pytest.mark.parametrize(("text", "spoken"), CASES)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_only_words_are_spoken(text: str, spoken: str, size: int) -> None:
    assert read(text, size).lstrip("\n") == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Başlık: Ejderha\n\nBir varmış.", "Bir varmış."),
        ("Bir varmış. (fısıldayarak) Uyumuş. *esner* Tuz & biber.", "Bir varmış. Uyumuş. Tuz ve biber."),
        ("Masalcı: Bir varmış.", "Bir varmış."),
    ],
)
def test_in_turkish(text: str, spoken: str) -> None:
    assert read(text, 3, "tr").lstrip("\n") == spoken


def test_a_story_that_goes_on_has_no_title() -> None:
    assert read("a fox who sang\n\nThen he slept.", begun=True) == "a fox who sang\n\nThen he slept."
    assert read("A Fox\n\nThen he slept.", begun=True) == "A Fox\n\nThen he slept."


@given(st.text(alphabet="ab *_[](){}<>&;#-=`|\\~.\n1h:/wt", max_size=60), st.integers(1, 5))
def test_how_the_tokens_are_cut_changes_nothing(text: str, size: int) -> None:
    assert read(text, size) == read(text)


def test_the_first_clause_is_not_waited_for() -> None:
    async def scene() -> int:
        given = 0

        async def tokens() -> AsyncGenerator[str, None]:
            nonlocal given
            for word in ["Once", "upon", "a", "time,", "there", "was", "a", "fox", "who", "slept."]:
                given += 1
                yield word + " "

        async for _piece in plain(tokens(), "en"):
            return given
        return 0

    assert asyncio.run(scene()) == 4
