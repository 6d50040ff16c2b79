"""Whether a wish was really heard. A recogniser that knows a few wishes hears one of them in everything; a wrong wish that is taken for
sure is the worst it can do, so four things must come together. Pure functions; the bounds were chosen by `tools/bench/grammar`."""

from collections.abc import Collection, Sequence

from fably.stt.recognising import Finding
from fably.stt.story_grammar import ANY_STORY, wish_in

LEAST_COVERED = 0.8  # of what sounds like speech must be words of the wish
WORST_WHOLE = -1.4  # how much worse than a free chain of phonemes the wish may fit: logarithm of the likelihoods' ratio for 10 ms
WORST_SUBJECT = -2.0  # the same for what the story is to be about
# Four thousand pairs leave more room for a mistake, but none that is heard alike three times fits so well.
WORST_PAIR = -1.6  # the same for a wish for two things, all of it and those two
UNLIKELY_PAIR = -2.0  # below that, two things are not even asked back


def is_sure(finding: Finding, subjects: Collection[str], going_on: Sequence[str] = ()) -> bool:
    """Whether the pair in `finding`, or without one the first guess, may be taken for what was said, without asking back."""
    said = finding["pair"] or finding["guesses"][0]
    wish = wish_in(said, subjects, going_on)
    words = finding["words"]
    if wish is None or sum(frames for _word, frames, _ratio in words) < LEAST_COVERED * finding["frames"]:
        return False
    whole = _fit(words)
    about = _fit(_about(finding, wish if wish not in going_on else said))
    if finding["pair"]:
        return min(whole, about) >= WORST_PAIR
    heard = (*finding["guesses"][1:], finding["check"])
    if any(wish_in(one, subjects, going_on) != wish for one in heard):  # at another speed, or among other words, it is another
        return False
    return whole >= WORST_WHOLE and about >= WORST_SUBJECT


def likely_wish(finding: Finding, subjects: Collection[str], going_on: Sequence[str] = ()) -> str:
    """The wish that most guesses share, or else the pair, as a sentence to be asked back: "a story about a dragon", "what happened
    next"; any story where there is none."""
    if (pair := wish_in(finding["pair"], subjects)) and _fit(_about(finding, pair)) >= UNLIKELY_PAIR:
        return f"{ANY_STORY} about {pair}"
    wishes = [wish for one in finding["guesses"] if (wish := wish_in(one, subjects, going_on)) not in (None, ANY_STORY)]
    if not wishes:
        return ANY_STORY
    wish = max(wishes, key=wishes.count)
    return wish if wish in going_on else f"{ANY_STORY} about {wish}"


def _about(finding: Finding, wish: str) -> list[tuple[str, int, float]]:
    """The words that say what is wished for: not its first article, and no pleasantry."""
    says = {*wish.removeprefix("a ").removeprefix("the ").removeprefix("an ").removeprefix("my ").split()} - {"please"}
    return [one for one in finding["words"] if _spelling(one[0]) in says]


def _fit(words: list[tuple[str, int, float]]) -> float:
    """How well `words` fit, for 10 ms of them."""
    frames = sum(one[1] for one in words)
    return sum(one[2] for one in words) / frames if frames else float("-inf")


def _spelling(word: str) -> str:
    """A word of the recogniser's without the number of its pronunciation: "a(2)"."""
    return word.partition("(")[0]
