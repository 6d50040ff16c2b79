"""What has no business in a small child's bedtime story. It stands in `en/unfit.toml` and `tr/unfit.toml`, and is explained there."""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from fably.core.types import Language
from fably.lore import english, turkish
from fably.lore.disguise import Plain, Word, bare
from fably.lore.stock import frozen
from fably.lore.verbs import is_form

MOST_BETWEEN = 3  # words that `…` stands for
SHORTEST_CUT = 6  # letters of a stem that is found in two words side by side: "we apon"


@dataclass(frozen=True)
class Held:
    """What was found: its topic, and the words as they stand in the text."""

    topic: str
    words: str


@dataclass(frozen=True)
class Group:
    """A block of the data: what belongs to one topic, for one age."""

    topic: str
    from_age: int = 99  # a child of this age may hear it
    gentle: bool = False  # heard when a parent allows the topic
    narrated: bool = False  # a character may say it: "What is your name?"
    stems: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Data:
    groups: tuple[Group, ...]
    may_be_allowed: tuple[str, ...]
    in_wishes: tuple[str, ...]


def topics(language: Language) -> Sequence[str]:
    """The names of all topics."""
    return tuple(dict.fromkeys(group.topic for group in _data(language).groups))


def allowable(language: Language) -> Sequence[str]:
    """The topics that a parent may allow, where they are told gently."""
    return _data(language).may_be_allowed


class Unfit:
    """Finds what a child of `age` should not hear. `allowed` are topics that its parents do not mind when they are told gently.

    Raises `ValueError` for a topic that there is not, or that nobody may allow.
    """

    def __init__(self, language: Language, age: int = 5, allowed: Collection[str] = ()) -> None:
        for topic in allowed:
            if topic not in topics(language):
                raise ValueError(f"there is no topic {topic!r}: only {', '.join(allowable(language))} may be allowed")
            if topic not in allowable(language):
                raise ValueError(f"{topic!r} is never for children: only {', '.join(allowable(language))} may be allowed")
        self._language = language
        self._of = (age, frozenset(allowed))

    def in_text(self, text: str, *, spoken: bool = False) -> Held | None:
        """The first thing in `text` that a child of this age should not hear. `spoken`: it began inside quotation marks."""
        return _matcher(self._language, *self._of).first(Plain(text, self._language, spoken=spoken))

    def in_wish(self, wish: str) -> Held | None:
        """The same for what a child asks for, which a story may turn into something good: "what is under my bed"."""
        return _matcher(self._language, *self._of).first(Plain(wish, self._language), wish=True)


def _data(language: Language) -> _Data:
    raw: dict[str, Any] = tomllib.loads((Path(__file__).parent / language / "unfit.toml").read_text(encoding="utf-8"))
    may_be_allowed, in_wishes = tuple(raw.pop("may_be_allowed")), tuple(raw.pop("in_wishes"))
    groups = [Group(topic, **frozen(about)) for topic, blocks in raw.items() for about in blocks]
    return _Data(tuple(groups), may_be_allowed, in_wishes)


@lru_cache(4)
def _matcher(language: Language, age: int, allowed: frozenset[str]) -> "_Matcher":
    known = _data(language)
    matcher = _Matcher(language, frozenset(known.in_wishes))
    for group in known.groups:
        matcher.enter(group, counts=age < group.from_age and not (group.gentle and group.topic in allowed))
    return matcher


@dataclass(frozen=True, slots=True)
class _Like:
    """One word of a phrase: a few words, or a few beginnings, that it may be. Without any, it may be every word."""

    words: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()

    def fits(self, word: str) -> bool:
        if not (self.words or self.stems or self.verbs):
            return True
        return word in self.words or word.startswith(self.stems) or any(is_form(word, verb) for verb in self.verbs)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase behind its first word. It is taken apart when a text begins like it: all of them would be two megabytes."""

    group: Group | None
    rest: str  # what comes after its first word, as it stands in the data


@dataclass
class _Matcher:
    """The data as it is looked up. Where one entry is longer than another, it is right: oldur- is one for öldür-, oldu is none."""

    language: Language
    in_wishes: frozenset[str]
    _whole: dict[str, list[tuple[str, Group | None]]] = field(default_factory=dict)
    _stems: dict[str, list[tuple[str, Group | None]]] = field(default_factory=dict)
    _nouns: dict[str, list[tuple[str, Group]]] = field(default_factory=dict)
    _forms: dict[str, dict[str, list[tuple[str, Group | None]]]] = field(default_factory=dict)
    _phrases: dict[str, list[_Phrase]] = field(default_factory=dict)

    def enter(self, group: Group, *, counts: bool) -> None:
        """Take in a block of the data; what is fine in it always, the rest when it `counts`."""
        for entry in group.fine:
            self._enter(entry, None)
        if not counts:
            return
        light = Group(group.topic, narrated=group.narrated)  # without the lists, which would be there twice
        for stem in group.stems:
            self._enter(f"{stem}*", light)
        for entry in (*group.words, *group.phrases):
            self._enter(entry, light)
        for noun in group.nouns:
            self._nouns.setdefault(bare(noun[:2]), []).append((noun, light))

    def _enter(self, entry: str, group: Group | None) -> None:
        first, _space, rest = entry.replace("'", "").partition(" ")
        if not rest:
            index = self._stems if first.endswith("*") else self._whole
            word = first.rstrip("*")
            index.setdefault(bare(word), []).append((word, group))
            return
        phrase = _Phrase(group, rest)
        for start in first.split("|"):
            for written in {start, bare(start)}:
                self._phrases.setdefault(written, []).append(phrase)

    def first(self, text: Plain, *, wish: bool = False) -> Held | None:
        """The first of the text, in the order in which it was written; of a `wish`, only of the topics that count there."""
        words = text.words
        starting = [list(self._starting(word.text)) for word in words]
        letters = [bare(word.text[:2]) for word in words]
        fine: list[tuple[int, int]] = []
        for at, phrases in enumerate(starting):
            ends = [_ending(phrase, words, letters, at + 1) for phrase in phrases if not phrase.group]
            fine += [(at, end) for end in ends if end]
        for at, word in enumerate(words):
            if not _within(at, at + 1, fine) and (group := self._single(word)) and self._counts(group, wish):
                return Held(group.topic, text.between(word.start, word.end))
            for phrase in starting[at]:
                group = phrase.group
                if not group or not self._counts(group, wish) or (group.narrated and word.spoken):
                    continue
                end = _ending(phrase, words, letters, at + 1)
                if end and not _within(at, end, fine):
                    return Held(group.topic, text.between(word.start, words[end - 1].end))
        return self._hidden(text, fine, wish=wish)

    def _counts(self, group: Group, wish: bool) -> bool:
        return not wish or group.topic in self.in_wishes

    def _hidden(self, text: Plain, fine: Sequence[tuple[int, int]], *, wish: bool) -> Held | None:
        for at, word in text.pairs():
            if not _within(at, at + 2, fine) and (group := self._cut(word)) and self._counts(group, wish):
                return Held(group.topic, text.between(word.start, word.end))
        for word in text.spelled():
            if (group := self._single(word)) and self._counts(group, wish):
                return Held(group.topic, text.between(word.start, word.end))
        if (joined := text.unspelled()) and (held := self.first(Plain(joined, self.language), wish=wish)):
            return held
        for word in text.masked():
            return Held("abuse", text.between(word.start, word.end))
        return None

    def _single(self, word: Word) -> Group | None:
        if not word.contracted and (found := self._known(word.text)):
            return found[1]
        for other in word.others:
            found = self._known(other)
            if found and found[1]:
                return found[1]
        return None

    def _known(self, word: str) -> tuple[str, Group | None] | None:
        """The longest entry that `word` is, or begins with; with None for a group when it is a fine one."""
        key = bare(word)
        if found := _best(word, self._whole.get(key, ())) or _best(word, self._inflected(key[:2]).get(key, ())):
            return found
        return self._beginning(word)

    def _beginning(self, word: str) -> tuple[str, Group | None] | None:
        key = bare(word)
        for length in range(len(key), 1, -1):
            if (entries := self._stems.get(key[:length])) and (found := _best(word, entries)):
                return found
        return None

    def _inflected(self, start: str) -> Mapping[str, list[tuple[str, Group | None]]]:
        """Every form of the nouns that begin so. They are made when a text has a word like them: all would take a Pi too long."""
        if start not in self._forms:
            forms = self._forms[start] = {}
            for noun, group in self._nouns.get(start, ()):
                for form in turkish.forms(noun) if self.language == "tr" else english.forms(noun):
                    forms.setdefault(bare(form), []).append((form, group))
        return self._forms[start]

    def _starting(self, word: str) -> Iterator[_Phrase]:
        if not self._phrases:
            return
        yield from self._phrases.get(word, ())
        for length in range(len(word), 0, -1):
            yield from self._phrases.get(word[:length] + "*", ())

    def _cut(self, word: Word) -> Group | None:
        """What two words are together. They must be no words by themselves, as far as one can tell: the stem goes over both."""
        alone = any(len(piece) == 1 and piece not in "aioe" for piece in word.others)
        found = self._known(word.text) if alone else self._beginning(word.text)
        if found is None or found[1] is None or len(found[0]) <= len(word.others[0]):
            return None
        return found[1] if alone or len(found[0]) >= SHORTEST_CUT else None


def _like(text: str) -> _Like:
    """A part of a phrase. It is made when a text has what comes before it, and not kept: all would take too much room on a Pi, and some,
    that come and go, leave holes in the memory which grow to half a megabyte over a hundred stories."""
    if text == "_":
        return _Like()
    words: list[str] = []
    stems: list[str] = []
    verbs: list[str] = []
    for one in text.split("|"):
        kind, entry = (stems, one[:-1]) if one.endswith("*") else (verbs, one[:-1]) if one.endswith("-") else (words, one)
        kind += {entry, bare(entry)}
    return _Like(tuple(words), tuple(stems), tuple(verbs))


def _ending(phrase: _Phrase, words: Sequence[Word], letters: Sequence[str], at: int) -> int | None:
    """Where a phrase ends whose first word is before the word `at`. Most end there: one look at the first `letters` of the words saves
    taking them apart."""
    second = phrase.rest.partition(" ")[0]
    if second not in "…_" and (at >= len(words) or letters[at] not in bare(second)):
        return None
    return _end(phrase.rest, words, at, words[at - 1].sentence)


def _end(rest: str, words: Sequence[Word], at: int, sentence: int, between: int = 0) -> int | None:
    """Where the `rest` of a phrase ends that begins with the word `at`, or up to so many `between` later, or None when the words are
    others. It stays in its `sentence`."""
    if not rest:
        return at
    part, _space, others = rest.partition(" ")
    if part == "…" and not others:  # as far as it may go
        return at + sum(word.sentence == sentence for word in words[at : at + MOST_BETWEEN])
    if part == "…":
        return _end(others, words, at, sentence, MOST_BETWEEN)
    here = [one for one in range(at, min(at + between + 1, len(words))) if words[one].sentence == sentence]
    like = _like(part) if here else _Like()
    ends = (_end(others, words, one + 1, sentence) for one in here if like.fits(words[one].text))
    return next(filter(None, ends), None)


def _within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _best(word: str, entries: Sequence[tuple[str, Group | None]]) -> tuple[str, Group | None] | None:
    """Of entries that are alike without Turkish letters the one that `word` is, or may be when it was typed without them."""
    for entry in entries:
        if word.startswith(entry[0]):
            return entry
    for entry in entries:
        if all(typed in (letter, bare(letter)) for typed, letter in zip(word, entry[0], strict=False)):
            return entry
    return None
