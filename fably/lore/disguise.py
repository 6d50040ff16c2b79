"""Sees through disguised words: k.i.l.l, k1ll, kíll, killl, ｋｉｌｌ, we apon. Gives the words of a text in plain small letters."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from fably.core.types import Language
from fably.lore import turkish

_TURKISH = "çğıöşü"
_BARE = str.maketrans("çğıöşü", "cgiosu")
_LOOKS_LIKE = str.maketrans(
    "авсԁеɡһіјкӏмпоրԛгѕтυѵԝхуʐьнαβεηικμνορτχγωɪʀɴʟᴀʙᴄᴅᴇɢʜᴊᴋᴍᴏᴘᴛᴜᴠᴡʏᴢøłđħŧƒ¡",
    "abcdeghijklmnopqrstuvwxyzbhabenikmvoptxywirnlabcdeghjkmoptuvwyzoldhtf!",
)
_SIGNS = str.maketrans("0134578@$!|29", "oieastbasilzg")
_SIGN = re.compile(r"[\d@$!|]")
_SIGNED = re.compile(r"[\w@$!|]*[\w@$|]")  # an exclamation mark at the end is one
_ONE = re.compile(r"[1!|]")
_UNUSUAL = re.compile(r"[^\x00-\x7fçğıöşüÇĞİÖŞÜ“”‘’«»…–—]")
_PART = re.compile(
    r"""(?P<word>[^\W_]+(?:['’`][^\W_]+)*)
    |(?P<end>[.!?…]+(?=["”’»')]*(?:\s|$)))
    |(?P<mark>["“”„«»]|(?<![\w.,!?…])['‘](?=\w)|(?<=[.,!?…])['’]|(?:^|\n)\s*[-–—]|\n)""",
    re.VERBOSE,
)
_SPELLED = re.compile(r"(?<!\w)[^\W_](?:[\W_]{1,3}[^\W_](?!\w)){2,}")
_CUT = re.compile(r"[^\W_]+(?:[^\w\s'’\"“”,;:!?…]+|_+)[^\W_]+(?:(?:[^\w\s'’\"“”,;:!?…]+|_+)[^\W_]+)*")
_MASKED = re.compile(r"(?<!\w)(?![*#]*\w+[*#]*(?!\S))[^\W\d_]+[*#]{1,4}(?=[^\W\d_])\w+|(?<!\w)[^\W\d_][*#]{2,}")
_CONTRACTED = re.compile(r"['’`](?:s|t|d|m|n|ll|re|ve)$")
_RUN = re.compile(r"(\w)\1+")
_ALONE: dict[Language, str] = {"en": "ai", "tr": "o"}  # letters that are words


class Word(NamedTuple):
    """A word of a text in plain small letters, without apostrophes, and where it stands.

    `others` is what it may be as well: he'll is "hell" in a phrase, and never by itself.
    """

    text: str
    start: int
    end: int
    spoken: bool = False
    sentence: int = 0
    others: tuple[str, ...] = ()
    contracted: bool = False


class Plain:
    """A text without its disguises: its `words`, and `hidden`, which only show when letters are put together."""

    def __init__(self, text: str, language: Language, *, spoken: bool = False) -> None:
        self.text = unicodedata.normalize("NFC", text)
        self._language = language
        self._at: list[int] | None = None
        self._capital_i = language == "tr" and "I" in self.text and "İ" not in self.text  # typed without Turkish letters: SILAH
        small = self._small()
        self._raw = small
        self._plain = _SIGNED.sub(_without_signs, small) if _SIGN.search(small) else small
        self.words = list(self._words(spoken))

    def between(self, start: int, end: int) -> str:
        """The piece of the text as it was written."""
        return self.text[self._at[start] : self._at[end - 1] + 1] if self._at else self.text[start:end]

    def _small(self) -> str:
        if not _UNUSUAL.search(self.text) and (self._language == "tr" or self.text.isascii()):
            return turkish.lower(self.text) if self._language == "tr" else self.text.lower()
        letters = [_letter(one, self._language) for one in self.text]
        self._at = [at for at, letter in enumerate(letters) for _ in letter]
        return "".join(letters)

    def _words(self, spoken: bool) -> Iterator[Word]:
        sentence = 0
        for part in _PART.finditer(self._plain):
            if part["end"]:
                sentence += 1
            elif part["mark"]:
                mark = part["mark"].strip()
                spoken = not spoken if mark == '"' else mark in "“„«'‘-–—" and not (mark == "'" and spoken)
            else:
                start, end = part.span()
                word = part[0]
                text = re.sub("['’`]", "", word) if not word.isalnum() else word
                contracted = text != word and self._language == "en" and _CONTRACTED.search(word) is not None
                yield Word(text, start, end, spoken, sentence, tuple(self._others(word, text, start, end)), contracted)

    def _others(self, word: str, text: str, start: int, end: int) -> Iterator[str]:
        """What else `word` may be: without what follows its apostrophe, with l for 1, without doubled letters, with i for I."""
        if text != word:
            yield re.split("['’`]", word)[0]
        raw = self._raw[start:end]
        if raw != word and _ONE.search(raw):
            pieces = _ONE.split(raw)[:5]
            for signs in product("ilu" if self._language == "tr" else "il", repeat=len(pieces) - 1):
                yield "".join(map("".join, zip(pieces, (*signs, ""), strict=True))).translate(_SIGNS)
        yield from undoubled(text)
        if self._capital_i and "ı" in text and "I" in self.between(start, end):
            yield text.replace("ı", "i")

    def spelled(self) -> Iterator[Word]:
        """Words that are spelled or cut: k i l l, k-n-i-f-e, kn.ife."""
        for pattern in (_SPELLED, _CUT):
            for found in pattern.finditer(self._raw):
                letters = re.sub(r"[\W_]+", "", found[0]).translate(_SIGNS)
                for text in {letters, letters.strip(_ALONE[self._language]) if pattern is _SPELLED else letters}:
                    yield Word(text, *found.span(), others=tuple(undoubled(text)))

    def unspelled(self) -> str | None:
        """The text with its spelled words whole, for a phrase may begin or end with one; None when there are none."""
        joined = _SPELLED.sub(lambda found: " " + re.sub(r"[\W_]+", "", found[0]) + " ", self._raw)
        return joined if joined != self._raw and not _SPELLED.search(joined) else None

    def masked(self) -> Iterator[Word]:
        """Words with stars in place of letters: nobody masks what is fit to be heard."""
        if "*" in self._raw or "#" in self._raw:
            for found in _MASKED.finditer(self._raw):
                yield Word(found[0], *found.span())

    def pairs(self) -> Iterator[tuple[int, Word]]:
        """Each two words side by side as one, and which word is the first of them: we apon."""
        for at, (one, next) in enumerate(pairwise(self.words)):
            if next.sentence == one.sentence and next.start - one.end == 1:
                yield at, Word(one.text + next.text, one.start, next.end, others=(one.text, next.text))


def bare(text: str) -> str:
    """Turkish as it is typed without its letters."""
    return text if text.isascii() else text.translate(_BARE)  # which is asked millions of times, and most words have none


def undoubled(word: str) -> Iterator[str]:
    """`word` with its doubled letters once or twice: killl gives kil and kill."""
    runs = list(_RUN.finditer(word))[:4]
    if not runs:
        return
    for lengths in product((1, 2), repeat=len(runs)):
        text, at = "", 0
        for run, length in zip(runs, lengths, strict=True):
            text += word[at : run.start()] + run[1] * length
            at = run.end()
        if text + word[at:] != word:
            yield text + word[at:]


def _without_signs(found: re.Match[str]) -> str:
    """Letters for digits and signs, in a word that has letters."""
    word = found[0]
    return word.translate(_SIGNS) if any(map(str.isalpha, word)) and not word.isalpha() else word


@lru_cache(300)
def _letter(one: str, language: Language) -> str:
    """The plain small letters of a character; nothing for one that is not seen."""
    small = turkish.lower(one) if language == "tr" else one.lower()
    if language == "tr" and small in _TURKISH:
        return small
    letters = unicodedata.normalize("NFKD", small).replace("ı", "i").replace("ß", "ss").replace("æ", "ae")
    shown = "".join(letter for letter in letters if unicodedata.category(letter) not in ("Mn", "Cf", "Me"))
    return shown.lower().translate(_LOOKS_LIKE)
