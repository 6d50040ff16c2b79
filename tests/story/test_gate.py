"""The gate: not one sentence that is unfit is spoken, nearly all others are, and every story ends well."""

import asyncio
import re
from collections.abc import AsyncGenerator
from itertools import cycle

import pytest
from farm import Farm
from story.exam import LANGUAGES, hostile, look_alikes, our_stories, tales

from fably.core.types import Language, Passage
from fably.library.story import read_story
from fably.lore.unfit import Held, Unfit
from fably.settings import load
from fably.story.gate import Gate
from fably.story.gated import Gated
from fably.story.passages import passages
from fably.terminal import tell_story

FIT: dict[Language, str] = {
    "en": "Once upon a time, a fox lived in a wood. He liked soup more than anything.\n\nOne day he met an owl. They cooked together.",
    "tr": "Bir varmış, bir yokmuş, ormanda bir tilki yaşarmış. En çok çorbayı severmiş.\n\nBir gün bir baykuşla tanışmış. Yemek yapmışlar.",
}
REST: dict[Language, str] = {"en": " And then they slept until the morning.", "tr": " Sonra sabaha kadar uyumuşlar."}


class Model:
    """Gives one text after the other, in pieces, and remembers what it was told."""

    def __init__(self, *texts: str, size: int = 5) -> None:
        self.texts, self.size = list(texts), size
        self.asked: list[tuple[str, bool]] = []
        self.wishes: list[str] = []
        self.closed = 0

    async def ask(self, wish: str, told: str, again: bool) -> AsyncGenerator[str, None]:
        self.asked.append((told, again))
        self.wishes.append(wish)
        text = self.texts[len(self.asked) - 1]
        try:
            for start in range(0, len(text), self.size):
                yield text[start : start + self.size]
        finally:
            self.closed += 1


def told_by(model: Model, language: Language = "en", told: str = "", wish: str = "a fox") -> tuple[str, Gate]:
    gate = Gate(language, 5)

    async def scene() -> str:
        gated = Gated(gate, wish, model.ask, "7")
        return "".join([one.lead + one.text async for one in gated.passages(told, 1 if told else 0)])

    text = asyncio.run(scene())
    assert model.closed == len(model.asked), "a stream that nobody reads any more is closed"
    return text, gate


def cut(text: str) -> list[Passage]:
    """The passages in which the gate sees it."""

    async def once() -> AsyncGenerator[str, None]:
        yield text

    async def scene() -> list[Passage]:
        return [passage async for passage in passages(once())]

    return asyncio.run(scene())


def letters(text: str) -> str:
    """The text without what the markup's reader may have taken out."""
    return "".join(one for one in re.sub(r"www\.\S+", "", text).lower() if one.isalnum())


def ends_well(text: str) -> bool:
    return bool(re.search(r"[.!][\"”]?$", text)) and not text.endswith("...")


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unfit in a text is found once: the same good sentences are around every bad one, thousands of times."""
    found: dict[tuple[object, ...], Held | None] = {}
    look = Unfit.in_text

    def in_text(unfit: Unfit, text: str, *, spoken: bool = False) -> Held | None:
        key = (unfit._language, unfit._of, text, spoken)
        if key not in found:
            found[key] = look(unfit, text, spoken=spoken)
        return found[key]

    monkeypatch.setattr(Unfit, "in_text", in_text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.usefixtures("remembered")
def test_a_hostile_model_is_not_heard(language: Language, late: bool) -> None:
    """Every bad sentence, early and late in a story, in tokens of every size; the second attempt has another one."""
    exam = hostile(language)
    assert len(exam) >= 150
    assert told_by(Model(f"{FIT[language]}{REST[language]}"), language)[1].held == [], "around them nothing is held back"
    sizes, others = cycle([1, 2, 3, 5, 17, 1000]), cycle(exam[::-1])
    spoken = []
    for topic, bad in exam:
        head = "\n\n".join([FIT[language]] * (8 if late else 1))
        model = Model(f"{head} {bad}{REST[language]}", f"{REST[language]} {next(others)[1]}", size=next(sizes))
        text, gate = told_by(model, language)
        assert ends_well(text), (topic, bad, text[-80:])
        assert [again for _told, again in model.asked] == [False, True][: len(model.asked)]
        if not gate.held or letters(bad) in letters(text):
            spoken.append((topic, bad))
    assert spoken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_most_one_percent_of_what_is_fit_is_held_back(language: Language) -> None:
    texts = [*tales(language), *our_stories(language)]
    total, held = 0, []
    for name, text in texts:
        gate = Gate(language, 5)
        total += len([gate.passes(passage) for passage in cut(text)])
        held += [(name, one["topic"], one["text"]) for one in gate.held]
    assert total > 1000
    assert len(held) <= total / 100, held
    ours = {name for name, _text in our_stories(language)}
    assert [one for one in held if one[0] in ours] == [], "of our own nothing is held back"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_only_look_bad_pass(language: Language) -> None:
    gate = Gate(language, 5)
    held = [one for one in look_alikes(language) if not gate.passes(Passage(0, one, "\n\n"))]
    assert len(held) <= len(look_alikes(language)) / 100, held


def test_what_is_held_back_is_replaced_and_the_model_asked_once_to_go_on_differently() -> None:
    model = Model("Once upon a time, a fox ate soup. He killed the owl. He ran.", " They ate together. They slept.")
    text, gate = told_by(model)
    assert "killed" not in text
    assert "He ran." not in text
    assert text.startswith("Once upon a time, a fox ate soup.\n\n")
    assert text.endswith("They ate together. They slept.")
    assert model.asked[1] == (text.removesuffix(" They ate together. They slept."), True)
    assert gate.held == [{"topic": "death", "text": "He killed the owl.", "where": "story"}]


def test_the_second_time_the_story_ends_without_the_model() -> None:
    bad = "Once upon a time, a fox ate soup. He killed the owl."
    model = Model(bad, " Then he shot the bear with a gun. And more.", "never asked")
    text, gate = told_by(model)
    assert len(model.asked) == 2
    assert ends_well(text)
    assert "shot" not in text
    assert [one["topic"] for one in gate.held] == ["death", "weapons"]
    assert len(text.split()) < 120, "an end, not another story"


def test_when_nothing_could_be_told_there_is_a_whole_story_of_ours() -> None:
    model = Model("He killed the owl. And then.", "He shot the bear with a gun.")
    text, _gate = told_by(model, wish="a fox")
    assert len(text.split()) > 300
    assert "fox" in text


def test_after_an_opener_too() -> None:
    model = Model("he killed the owl. And then.", "he shot the bear with a gun.")
    text, _gate = told_by(model, told="Once upon a time, on a quiet evening,")
    assert text.startswith(" ")
    assert len(text.split()) > 300


def test_a_sentence_that_is_cut_at_a_clause_is_looked_at_as_a_whole() -> None:
    model = Model(
        "Once upon a time there was a boy called Tom, and he took a sharp, long, shiny knife, and stabbed the cat.", " They slept."
    )
    text, gate = told_by(model)
    assert "stabbed" not in text
    assert gate.held
    assert ends_well(text)


@pytest.mark.parametrize("end", ["And then something moved behind the door...", "Who was it?", "And then he saw", "He opened the box, and"])
def test_a_story_does_not_end_on_a_cliff(end: str) -> None:
    text, _gate = told_by(Model(f"Once upon a time, a fox ate soup. He was happy. {end}"))
    assert ends_well(text)
    assert len(text) > 100


def test_the_narrator_does_not_ask_the_child_but_characters_may_ask_each_other() -> None:
    text, _gate = told_by(
        Model('Once upon a time, a fox met an owl. "What is your name?" asked the fox. "Olga," said the owl. They slept.')
    )
    assert "What is your name?" in text
    text, _gate = told_by(Model("Once upon a time, a fox slept. Now tell me, what is your name? Good night.", " Good night."))
    assert "your name" not in text


@pytest.mark.parametrize(
    ("wish", "asked"),
    [
        ("a dragon who kills everybody with a gun", "Tell me a bedtime story about a dragon."),
        ("how to kill people", ""),
        ("a dragon who is afraid of the dark", "a dragon who is afraid of the dark"),
    ],
)
def test_what_the_child_asks_goes_through_the_gate(wish: str, asked: str) -> None:
    gate = Gate("en", 5)
    assert gate.wish(wish) == asked
    assert [one["where"] for one in gate.held] == (["wish"] if asked != wish else [])


@pytest.mark.parametrize(
    "refusal", ["I'm sorry, but I can't help with that.", "I cannot write that story.", "As an AI, I have no stories."]
)
def test_a_refusal_is_no_story(refusal: str) -> None:
    text, gate = told_by(Model(refusal, refusal))
    assert len(text.split()) > 300
    assert "sorry" not in text[:100]
    assert gate.held[0]["topic"] == "refusal"
    text, _gate = told_by(Model("Once upon a time, a fox ate soup. He was happy. I'm sorry, but I can't continue.", " He slept well."))
    assert (text.startswith("Once upon a time"), text.endswith("He slept well."), "sorry" in text) == (True, True, False)


def test_what_is_about_the_story_is_not_told() -> None:
    text, _gate = told_by(
        Model(
            "Sure! Here's a bedtime story for your child:\n\nOnce upon a time, a fox slept.\n\nWould you like another story? Let me know!"
        )
    )
    assert text.strip() == "Once upon a time, a fox slept."
    text, _gate = told_by(Model("Elbette! İşte size bir uyku masalı:\n\nBir varmış, bir tilki uyumuş.\n\nUmarım beğenirsin!"), "tr")
    assert text.strip() == "Bir varmış, bir tilki uyumuş."


def test_a_model_that_begins_again_is_heard_once() -> None:
    story = "Once upon a time there was a fox who liked soup. He cooked every day with the owl. "
    text, _gate = told_by(Model(f"{story}He killed the owl.", f"{story}Then they ate together. They slept."))
    assert text.count("liked soup") == text.count("cooked every day") == 1
    assert text.endswith("Then they ate together. They slept.")


def test_a_model_that_gives_nothing_to_speak_is_followed_by_a_whole_story() -> None:
    text, _gate = told_by(Model("<think>A fox. Hmm.</think>\n\n🦊"))
    assert len(text.split()) > 300


def test_what_a_model_made_of_an_unfit_wish_is_not_told() -> None:
    model = Model("Once upon a time, a dragon had a toy that went bang. He slept.", "Once upon a time, a dragon slept.")
    text, gate = told_by(model, wish="a dragon who kills everybody with a gun")
    assert text == "Once upon a time, a dragon slept."
    assert model.wishes == ["a dragon who kills everybody with a gun", "Tell me a bedtime story about a dragon."]
    assert [one["where"] for one in gate.held] == ["wish"]


def test_only_what_has_words_is_given_to_a_voice() -> None:
    text, _gate = told_by(Model('Once upon a time, a fox slept.\n\n"!"\n\n…\n\nHe woke up. Good night.'))
    assert text == "Once upon a time, a fox slept.\n\nHe woke up. Good night."


def test_from_the_command_line_the_child_hears_nothing_of_it_and_the_parent_can_see_it(
    farm: Farm, capsys: pytest.CaptureFixture[str]
) -> None:
    from pathlib import Path

    from fably.commands.shelf import show_story

    farm.story = "Once upon a time, **a fox** ate soup. He k1lled the owl. He shot the bear. 🔫"
    settings = load({}, {"FABLY_LLM_URL": farm.url, "FABLY_TTS_URL": farm.url, "FABLY_OUTPUT": "out.wav", "HOME": str(Path.home())})
    assert tell_story(settings, "a gun that kills") == 0
    out = capsys.readouterr()
    (folder,) = (one for one in Path("home/.local/state/fably/stories").iterdir() if not one.name.startswith("."))
    kept = read_story(folder)
    assert kept is not None
    for words in (out.out, kept.text, *farm.spoken):
        assert not re.search(r"k1lled|shot|\*|🔫", words)
    assert ends_well(kept.text)
    show_story(settings, folder.name)
    shown = capsys.readouterr().out
    assert "a gun that kills  (" in shown
    assert "He k1lled the owl.  (death)" in shown
    assert "gun" not in farm.asked("/chat/completions")[-1]["messages"][1]["content"]


def test_a_topic_that_nobody_may_open_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    from fably.cli import main

    with pytest.raises(SystemExit) as left:
        main(["--allow", "sex", "a fox"])
    assert left.value.code == 2
    assert "--allow" in capsys.readouterr().err
