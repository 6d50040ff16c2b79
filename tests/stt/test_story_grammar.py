"""The grammar of a wish, and when a wish is sure. No recogniser is needed."""

import pytest

from fably.stt.recognising import Finding
from fably.stt.story_grammar import answer_grammar, dictionary, story_grammar, wish_in, words_of, yes_or_no
from fably.stt.sureness import is_sure, likely_wish

SUBJECTS = ("a bear", "a teddy bear", "the moon")
GOING_ON = ("what happened next", "go on")


@pytest.mark.parametrize(
    ("sentence", "wish"),
    [
        ("tell me a story about a teddy bear please", "a teddy bear"),
        ("tell me about a bear", "a bear"),
        ("the moon", "the moon"),
        ("please tell me a story", "a story"),
        ("tell me a story about the moon and a teddy bear please", "the moon and a teddy bear"),
        ("tell me a story about the moon and", None),
        ("tell me a story about a and a bear", None),
        ("tell me a story about a", None),
        ("can i have a", None),
        ("about honeymoon", None),
        ("", None),
    ],
)
def test_what_a_sentence_wishes_for(sentence: str, wish: str | None) -> None:
    assert wish_in(sentence, SUBJECTS) == wish


@pytest.mark.parametrize("sentence", ["go on", "please go on", "go on please", "what happened next", "please what happened next please"])
def test_a_sentence_may_ask_for_the_story_to_go_on(sentence: str) -> None:
    assert wish_in(sentence, SUBJECTS, GOING_ON) == "what happened next"
    assert wish_in("tell me about a bear", SUBJECTS, GOING_ON) == "a bear"
    assert "<more>" not in story_grammar(SUBJECTS)
    assert {"happened", "go"} <= set(words_of(story_grammar(SUBJECTS, (), GOING_ON)))


def test_that_the_story_is_to_go_on_is_sure_by_its_own_words() -> None:
    one = finding(guesses=["go on please"] * 3, check="go on please", words=[("go", 40, -20.0), ("on", 40, -20.0), ("please", 20, -5.0)])
    assert is_sure(one, SUBJECTS, GOING_ON)
    assert not is_sure(one, SUBJECTS)
    assert not is_sure({**one, "words": [("go", 40, -150.0), ("on", 40, -20.0), ("please", 20, 120.0)]}, SUBJECTS, GOING_ON)
    assert not is_sure({**one, "check": "about the moon"}, SUBJECTS, GOING_ON)
    assert likely_wish(one, SUBJECTS, GOING_ON) == "what happened next"
    assert likely_wish(finding(), SUBJECTS, GOING_ON) == "a story about the moon"


def test_the_words_of_a_grammar_are_those_that_are_spoken() -> None:
    words = words_of(story_grammar(SUBJECTS, ["a cup"]))
    assert {"bear", "teddy", "moon", "the", "cup", "please", "would"} <= set(words)
    assert not {"jsgf", "public", "request", "lead", "subject", "bare", "story grammar"} & set(words)
    assert words_of(answer_grammar()) == ["no", "nope", "please", "thank", "yeah", "yes", "you"]


def test_the_dictionary_is_trimmed_and_what_it_lacks_is_named() -> None:
    lines = ["a AH\n", "a(2) EY\n", "abbey AE B IY\n", "bear B EH R"]
    assert dictionary(["bear", "a", "yurt"], lines) == ("a AH\na(2) EY\nbear B EH R\n", ["yurt"])


def test_yes_and_no() -> None:
    assert (yes_or_no("yes please"), yes_or_no("no"), yes_or_no("yes no")) == (True, False, None)


def finding(**changes: object) -> Finding:
    sure = Finding(
        guesses=["tell me about the moon", "about the moon", "about the moon"],
        check="about the moon",
        pair="",
        words=[("about", 50, -40.0), ("the(2)", 10, -10.0), ("moon", 40, -20.0)],
        frames=100,
    )
    return {**sure, **changes}  # type: ignore[typeddict-item]


def test_a_wish_is_sure_when_everything_speaks_for_it() -> None:
    assert is_sure(finding(), SUBJECTS)


@pytest.mark.parametrize(
    "changes",
    [
        {"guesses": ["about the moon", "about a bear", "about the moon"]},
        {"guesses": ["tell me a story about a"] * 3, "check": "tell me a story about a"},
        {"check": "about a cup"},
        {"check": ""},
        {"frames": 200},
        {"words": [("about", 50, -180.0), ("the", 10, -10.0), ("moon", 40, -20.0)]},
        {"words": [("about", 50, 0.0), ("the", 10, -10.0), ("moon", 40, -110.0)]},
        {"words": []},
    ],
)
def test_one_doubt_is_enough(changes: dict[str, object]) -> None:
    assert not is_sure(finding(**changes), SUBJECTS)


def test_what_is_asked_back_is_a_whole_wish() -> None:
    assert likely_wish(finding(guesses=["about a bear", "about a", "a bear please"]), SUBJECTS) == "a story about a bear"
    assert likely_wish(finding(guesses=["tell me a", "", "i want"]), SUBJECTS) == "a story"


PAIR = {
    "guesses": ["about the moon", "about a bear", "about the moon"],
    "check": "",
    "pair": "about the moon and a bear",
    "words": [("about", 40, -30.0), ("the", 10, -10.0), ("moon", 40, -20.0), ("and", 10, -5.0), ("a(2)", 5, -5.0), ("bear", 40, -20.0)],
    "frames": 150,
}


def test_two_things_at_once() -> None:
    assert is_sure(finding(**PAIR), SUBJECTS)
    doubted = finding(**{**PAIR, "words": [("about", 40, 0.0), ("moon", 40, -70.0), ("and", 10, -5.0), ("bear", 40, -70.0)]})
    assert not is_sure(doubted, SUBJECTS)
    assert likely_wish(doubted, SUBJECTS) == "a story about the moon and a bear"
    unlikely = finding(**{**PAIR, "words": [("about", 40, 0.0), ("moon", 40, -120.0), ("and", 10, -5.0), ("bear", 40, -70.0)]})
    assert likely_wish(unlikely, SUBJECTS) == "a story about the moon"
    assert not is_sure(finding(**{**PAIR, "frames": 200}), SUBJECTS)
