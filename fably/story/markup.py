"""Takes out of a model's text what is not to be spoken: Markdown, titles, lists, stage directions, links, emoji, a model's thoughts.

It works on the stream, wherever the tokens end, and holds text back only while it cannot know yet what that will be.
"""

import re
import unicodedata
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from fably.core.protocols import Source
from fably.core.types import Language
from fably.texts import lines, text

LONGEST = 160  # characters that are held back for the end of something that may have none
LONGEST_TITLE = 80

_RULE = re.compile(r"[ \t]*(?:[-*_=~•·|:][ \t]*){2,}(?=\n|$)")
_MARKER = re.compile(r"[ \t]*(?:[-*+•>][ \t]+|\d{1,2}[.)][ \t]+)+")
_HEADING = re.compile(r"[ \t]*#{1,6}[^\n]*")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)[^\n]*")
_BOLD_LINE = re.compile(r"[ \t]*(\*\*|__)(?=\S)[^\n]*?\1:?[ \t]*(?=\n)")
_MAY_BE_MARKER = re.compile(r"[ \t]*(?:[-*+•·|:>_=~`#\d.)][-*+•·|:>_=~`\d.) \t]*)?")
_BEFORE_TITLE_ENDS = re.compile(r"[^\n,;.!?…—–]*")
_ORDINARY = re.compile(r"[^\n<\[(*_`~&\\|#hw!{}:;]+")
_THOUGHT = re.compile(
    r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)|<\|channel\|>(?:analysis|commentary).*?(?:<\|end\|>|\Z)", re.DOTALL | re.IGNORECASE
)
_TOKEN = re.compile(r"<\|start\|>(?:assistant|(?!a))|<\|(?!channel\||start\|)[^|<>\n]{0,40}\|>|<\|channel\|>final")
_TAG = re.compile(r"</?(?!(?:think|thinking|reasoning)>)[a-zA-Z!][^<>]{0,100}>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_BRACKETS = re.compile(r"\[[^\]\n]*\](?!\([^)\n]{0,160}$)")
_ROUND = re.compile(r"\(([^()\n]*)\)")
_STARS = re.compile(r"\*(?!\*)([^*\n]+)\*(?!\*)")
_URL = re.compile(r"(?:https?://|www\.)\S*?([.,!?;:)\"”]*)(?!\S)")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_PICTURE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_BRACES = re.compile(r"\{[^{}\n]*\}")
_FACE = re.compile(r":[a-z_]{2,30}:|[:;]-?[)(DPp](?!\w)")
_HASHTAG = re.compile(r"#\w+")
_OPEN_ENDED = (_THOUGHT, _BRACKETS, _STARS, _URL, _TOKEN, _FACE, _HASHTAG)
"""What may turn out to be something else, or to be longer, when more comes."""
_UNFINISHED = {
    "<": re.compile(
        r"<(?:\|?/?[a-zA-Z!][^<>\n]{0,100})?>?$|<(?:think|thinking|reasoning)>|<\|channel\|>|<\|[^|<>\n]{0,40}(?:\|(?:>\w{0,9})?)?$",
        re.IGNORECASE,
    ),
    "!": re.compile(rf"!(?:\[[^\]\n]{{0,{LONGEST}}}(?:\](?:\([^)\n]{{0,{LONGEST}}})?)?)?$"),
    "{": re.compile(rf"\{{[^}}\n]{{0,{LONGEST}}}$"),
    ":": re.compile(r":(?:[\w-]{0,30}|-?[)(])$"),
    ";": re.compile(r";-?[)(DPp]?$"),
    "#": re.compile(r"#\w{0,40}$"),
    "[": re.compile(rf"\[[^\]\n]{{0,{LONGEST}}}(?:\](?:\([^)\n]{{0,{LONGEST}}})?)?$"),
    "(": re.compile(rf"\([^()\n]{{0,{LONGEST}}}$"),
    "*": re.compile(rf"\*+$|\*(?!\*)[^*\n]{{0,{LONGEST}}}\*?$"),
    "&": re.compile(r"&#?\w{0,8}$"),
    "_": re.compile(r"_$"),
    "h": re.compile(r"h(?:t(?:t(?:p(?:s?(?::(?:/(?:/\S*)?)?)?)?)?)?)?$"),
    "w": re.compile(r"w(?:w(?:w(?:\.\S*)?)?)?$"),
}
"""The beginning of such a thing, up to the end of what is there."""
_WORD = re.compile(r"[^\W\d_]+")


async def plain(source: Source[str], language: Language, *, begun: bool = False) -> AsyncGenerator[str, None]:
    """Give the text of `source` as it is to be spoken. `begun`: a story that goes on has no title."""
    reader = _Reader(language, begun=begun)
    async with aclosing(source) as tokens:
        async for token in tokens:
            if spoken := reader.feed(token):
                yield spoken
    if spoken := reader.finish():
        yield spoken


class _Reader:
    def __init__(self, language: Language, *, begun: bool) -> None:
        self._and = text(language, "markup.and")
        self._stage = frozenset(lines(language, "markup.stage"))
        titles, speakers = (f"(?:{'|'.join(lines(language, f'markup.{kind}'))})" for kind in ("titles", "speakers"))
        self._title = re.compile(rf"[ \t*_]*{titles}[ \t*_]*(?:\d+[ \t*_]*)?:[^\n]*", re.IGNORECASE)
        self._speaker = re.compile(rf"[ \t*_]*{speakers}[ \t*_]*:[ \t*_]*", re.IGNORECASE)
        self._pending = ""
        self._line_begins = True
        self._titled = begun  # whether a title can come no more
        self._last = "" if not begun else "x"

    def feed(self, token: str) -> str:
        self._pending += token.replace("\r\n", "\n").replace("\r", "\n")
        return self._read(final=False)

    def finish(self) -> str:
        return self._read(final=True)

    def _read(self, *, final: bool) -> str:
        spoken: list[str] = []
        while self._pending:
            if self._line_begins:
                if not final and self._is_undecided():
                    break
                self._begin_line()
                continue
            taken, words = self._next(final)
            if not taken:
                break
            if self._pending[0] == "\n":
                self._line_begins = True
            self._pending = self._pending[taken:]
            spoken.append(self._joined(words))
        return "".join(spoken)

    # ---- the beginning of a line -----------------------------------------------------------------------------------------

    def _is_undecided(self) -> bool:
        line, newline, rest = self._pending.partition("\n")
        if newline or len(line) > LONGEST:
            return not (self._titled or rest.strip()) and bool(line.strip()) and len(rest) < LONGEST
        if _MAY_BE_MARKER.fullmatch(line) or line.lstrip().startswith(("#", "```", "~~~", "**", "__", "|")):
            return True
        if not self._titled and len(line) <= LONGEST_TITLE and _BEFORE_TITLE_ENDS.fullmatch(line):
            return True  # no clause has ended, so nobody waits for it: it may be a title
        # a label may come yet: "Title", "Narrator"
        return ":" not in line and len(line) < 24 and len(line.split()) < 3 and not line.endswith((",", ".", "!", "?"))

    def _begin_line(self) -> None:
        self._line_begins = False
        for pattern in (_RULE, _HEADING, _FENCE, self._title, _BOLD_LINE):
            found = pattern.match(self._pending)
            if found and not (pattern is _BOLD_LINE and re.search(r"[.!?…,][\"”]?[*_]+[ \t]*$", found.group())):
                self._pending = self._pending[found.end() :]
                return
        line = self._pending.partition("\n")[0]
        if not self._titled and line.strip() and self._is_title(line):
            self._pending = self._pending[len(line) :]
            return
        self._titled = self._titled or bool(line.strip())
        for pattern in (_MARKER, self._speaker):
            if found := pattern.match(self._pending):
                self._pending = self._pending[found.end() :]

    def _is_title(self, line: str) -> bool:
        """Whether the first line is a title: short, ended by nothing but the line, followed by a blank one and a new sentence."""
        first = line.strip().strip('"“”«»*_ ')[:1]
        after = self._pending[len(line) :]
        blank = after.startswith("\n\n") and not after.lstrip()[:1].islower()
        return blank and len(line) <= LONGEST_TITLE and bool(_BEFORE_TITLE_ENDS.fullmatch(line.strip())) and first.isupper()

    # ---- inside a line ---------------------------------------------------------------------------------------------------

    def _next(self, final: bool) -> tuple[int, str]:
        """How many characters are read, and what is spoken of them. None, when more must come first."""
        here = self._pending
        if ordinary := _ORDINARY.match(here):
            return ordinary.end(), _without_signs(ordinary.group())
        sign = here[0]
        for pattern, spoken in self._constructs(sign):
            if (found := pattern.match(here)) and (final or not (pattern in _OPEN_ENDED and found.end() == len(here))):
                return found.end(), spoken(found)
        if not final and (unfinished := _UNFINISHED.get(sign)) and unfinished.match(here):
            return 0, ""
        if sign == "*":
            return len(here) - len(here.lstrip("*")), ""
        if sign == "_":
            return 1, "_" if self._last.isalnum() and here[1:2].isalnum() else ""
        return 1, {"&": f" {self._and} ", "[": "", "<": "", "`": "", "~": "", "|": "", "\\": "", "#": "", "{": "", "}": ""}.get(sign, sign)

    def _constructs(self, sign: str) -> "list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]":
        nothing: Callable[[re.Match[str]], str] = lambda _found: ""  # noqa: E731
        if sign in "hw":
            return [] if self._last.isalnum() else [(_URL, lambda found: found[1])]
        return {
            "<": [(_THOUGHT, nothing), (_TOKEN, nothing), (_TAG, nothing)],
            "!": [(_PICTURE, nothing)],
            "{": [(_BRACES, nothing)],
            ":": [(_FACE, nothing)],
            ";": [(_FACE, nothing)],
            "#": [(_HASHTAG, nothing)],
            "[": [(_LINK, lambda found: _without_signs(found[1])), (_BRACKETS, nothing)],
            "(": [(_ROUND, lambda found: "" if self._is_stage(found[1]) else _without_signs(found.group()))],
            "*": [(_STARS, lambda found: "" if self._is_stage(found[1]) else _without_signs(found[1]))],
            "&": [(_ENTITY, self._entity)],
        }.get(sign, [])

    def _entity(self, found: re.Match[str]) -> str:
        from html import unescape  # two thousand entities, of which most stories have none

        return _without_signs(unescape(found.group()).replace("&", f" {self._and} "))

    def _is_stage(self, words: str) -> bool:
        """Whether what stands in brackets says how to speak, and is not spoken itself: (softly), *yawns*, (sound of rain)."""
        first = _WORD.search(words)
        return first is None or first.group().lower() in self._stage

    def _joined(self, words: str) -> str:
        """The words without the blanks that what was taken out leaves behind."""
        words = re.sub(r"[ \t\xa0]+", " ", words)
        if words.startswith(" ") and self._last in ("", " ", "\n"):
            words = words[1:]
        self._last = words[-1:] or self._last
        return words


def _without_signs(words: str) -> str:
    """The words without emoji, arrows and whatever else has no sound."""
    return "".join(one for one in words if one in "\n\t+<=>" or unicodedata.category(one) not in _SILENT)


_SILENT = frozenset(["So", "Sk", "Sm", "Cs", "Co", "Cn", "Cc", "Cf"])
