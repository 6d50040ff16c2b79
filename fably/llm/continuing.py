"""How a story goes on from what has been told of it: from the next word if it is ours, else as well as can be."""

import re
from collections.abc import Callable, Iterator, Sequence

from fably.core.bible import Bible
from fably.core.types import Language, Length
from fably.lore.age import USUAL, kinds
from fably.lore.changing import worked_in
from fably.lore.stock import stock
from fably.lore.telling import ending, story
from fably.texts import lines

SHORT = 30
"""The most words of somebody else's story after which a whole one follows: it goes on from a mere beginning ("Once upon a time …"), and
a sentence or two were quite another story. After more, an end."""
LONG = 12
"""Words of one sentence that does more than say when it was."""

USUAL_LENGTH: Length = "usual"

_FULL_STOP = re.compile(r"[.!?][\"'”’»)]*$")
_SENTENCE = re.compile(r"(?<![.…])[.!?][\"'”’»)]*(?:\s|$)")
_GOES_ON = re.compile(r"[,;:…—–-]$|\.\.\.$")


def changed(told: Sequence[str], changes: Sequence[str], language: Language, seed: str, follow: Callable[[str], str]) -> str:
    """What follows on a story of which `told` is the first part, and then what came after each of the `changes`. `follow` gives what
    follows on a text without any."""
    known, *rest = told
    follows = follow(known)
    for change, since in zip(changes, rest, strict=True):
        follows = worked_in(change, known, follows, language, seed)
        known += since if since[:1].isspace() or known[-1:].isspace() else f" {since}"
        if since:  # what has been told since is ours, or somebody else's
            ours = after(follows, since)
            follows = follow(known) if ours is None else ours
    return follows


def following(
    wish: str,
    told: str,
    language: Language,
    seed: str,
    before: Bible | None = None,
    age: int = USUAL,
    length: Length = "usual",
) -> str:
    """What follows on `told`, of which the story of `wish` and `seed` may be the source. It begins with the white space it needs.

    `before` is what is known of the story that it follows; then its first sentence says so. The child's `age` is in years.
    """
    # A story that was begun for a younger child, or an older one, is gone on with as it began; and so is one that was begun when
    # all our own were equally long.
    ours = next(
        (
            rest
            for long in dict.fromkeys((length, USUAL_LENGTH))
            for years in kinds(age)
            for rest in _rests(wish, told, language, seed, before, years, long)
        ),
        None,
    )
    if ours is not None:
        return ours
    told_text = told.rstrip()
    whole = bool(_FULL_STOP.search(told_text)) and not told_text.endswith("...")
    if len(told_text.split()) > SHORT:
        return _end(wish, told, language, seed, whole=whole)
    if _has_begun(told_text):
        turn = ["", lines(language, "gate.turns")[0]] if whole else [stock(language).words.correction]
        return "\n\n".join([*turn, *story(wish, language, seed, begun=False, mid_sentence=False, before=before, age=age, length=length)])
    goes_on = bool(_GOES_ON.search(told_text))
    paragraphs = [*story(wish, language, seed, begun=True, mid_sentence=goes_on, before=before, age=age, length=length)]
    if not whole and not goes_on:  # it stopped in mid-sentence: "Once upon a time, a fox who had"
        paragraphs.insert(0, stock(language).words.correction)
    return "\n\n".join(paragraphs)


def _has_begun(told: str) -> bool:
    """Whether somebody lives in it already, though too little has happened for an end: more than one sentence, or a long one."""
    first, *rest = _SENTENCE.split(told, maxsplit=1)
    return bool(rest) and (len(rest[0].split()) > 1 or len(first.split()) > LONG)


def _rests(wish: str, told: str, language: Language, seed: str, before: Bible | None, age: int, length: Length) -> Iterator[str]:
    """The rest of the story of `wish` and `seed` when it is what was told: by itself, or behind one of the known openers; one that
    follows another, behind its first sentence."""
    end = _SENTENCE.search(told)
    for opener in ("", *lines(language, "opener.lines")) if before is None else (told[: end.end()] if end else "",):
        begun = after(told, opener)
        if begun is not None:
            mid_sentence = bool(_GOES_ON.search(opener))
            paragraphs = story(wish, language, seed, begun=bool(opener), mid_sentence=mid_sentence, before=before, age=age, length=length)
            rest = after("\n\n".join(paragraphs), begun)
            if rest is not None:
                yield rest


def after(text: str, beginning: str) -> str | None:
    """What of `text` comes after the words of `beginning`, less the white space that ends it. None when `text` begins otherwise."""
    words = beginning.split()
    if text.split()[: len(words)] != words:
        return None
    if not words:
        return text
    *_, last = zip(words, re.finditer(r"\S+", text), strict=False)
    rest = text[last[1].end() :]
    gap, given = rest[: len(rest) - len(rest.lstrip())], beginning[len(beginning.rstrip()) :]
    if given:  # what is missing of a paragraph's end is made good
        gap = "\n" * (gap.count("\n") - given.count("\n"))
    return gap + rest.lstrip()


def _end(wish: str, told: str, language: Language, seed: str, *, whole: bool) -> str:
    """The end of a story that broke off, after whatever punctuation makes that bearable."""
    last = told.rpartition("\n\n")[2]
    if whole:
        return "\n\n" + ending(wish, told, language, seed, mid_sentence=False)
    if last.count('"') % 2 or last.count("“") > last.count("”"):  # somebody was speaking
        return ("…” " if "“" in last else '…" ') + ending(wish, told, language, seed, mid_sentence=False)
    return ("— " if told[-1:].isspace() else "… ") + ending(wish, told, language, seed, mid_sentence=True)
