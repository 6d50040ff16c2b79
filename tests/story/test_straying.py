"""A model that tells too hard is asked once to go on in easier words, while the voice still has enough to say."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from story.test_too_hard import easy, hard

from fably.core.types import Language
from fably.story.gate import Gate
from fably.story.gated import Gated
from fably.story.straying import Judge, Straying


class Told:
    """A model that tells `first`, and `then` when it is asked again; what is heard of it takes `word` seconds each word."""

    def __init__(self, first: str, then: str, word: float = 0.1) -> None:
        self.stories, self.word = [first, then, then], word
        self.asked: list[str] = []
        self.heard = ""
        self.straying = Straying(lambda: len(self.heard.split()) * word)

    def story(self, language: Language = "en", age: int = 4, told: str = "") -> str:
        """What is heard of it by a child of `age`."""

        async def ask(_wish: str, told: str, _differently: bool) -> AsyncGenerator[str, None]:
            text = self.stories[len(self.asked)]
            self.asked.append(told)
            for start in range(0, len(text), 7):
                yield text[start : start + 7]

        async def scene() -> None:
            gated = Gated(Gate(language, age), "a hedgehog", ask, "7", judge=Judge(self.straying, language, age))
            async for one in gated.passages(told, 1 if told else 0):
                self.heard += one.lead + one.text

        asyncio.run(scene())
        return self.heard


@pytest.mark.parametrize("language", ["en", "tr"])
def test_it_goes_on_in_easier_words_behind_a_full_stop(language: Language) -> None:
    model = Told(hard(language), easy(language))
    story = model.story(language)
    assert len(model.asked) == 2
    assert story.startswith(model.asked[1]), "nothing is begun again"
    assert model.asked[1].endswith(".")
    assert 80 <= len(model.asked[1].split()) < 130
    assert len(story.split()) > len(model.asked[1].split()) + 20
    assert "8: " not in story, "the rest of what was too hard is not told"
    assert model.straying.is_known(language, 4)


def test_who_tells_too_hard_once_more_tells_on() -> None:
    model = Told(hard("en"), hard("en").replace("hedgehog", "badger"))
    assert "badger" in model.story()
    assert len(model.asked) == 2


def test_what_is_easy_is_asked_for_once() -> None:
    model = Told(easy("en"), "")
    model.story()
    assert len(model.asked) == 1
    assert not model.straying.is_known("en", 4)


def test_a_voice_that_has_no_more_to_say_does_not_wait_for_other_words() -> None:
    model = Told(hard("en"), "", word=0.5)
    assert "8: " in model.story()
    assert len(model.asked) == 1
    assert model.straying.is_known("en", 4), "the next story is told more simply"
    assert not model.straying.is_known("en", 8), "of that nothing is known yet"


def test_a_story_that_ends_there_has_ended() -> None:
    model = Told(hard("en").partition("4: ")[0].strip(), "")
    assert "3: " in model.story()
    assert len(model.asked) == 1


def test_an_opener_is_not_the_models_fault() -> None:
    model = Told(easy("en"), "")
    model.story(told=hard("en"))
    assert len(model.asked) == 1
