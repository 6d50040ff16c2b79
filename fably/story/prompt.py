"""From a wish to what a language model is told."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fably.core.bible import Bible
from fably.core.errors import ConfigError
from fably.core.types import Language, Length, Message
from fably.texts import text

LONGEST_WISH = 1000  # characters
GROUPS = (2, 5, 7, 9)
"""The ages, in years, from which on stories are told in another way."""
LONGER: dict[Length, float] = {"short": 0.6, "usual": 1.0, "long": 1.6}
"""How many times as many words."""


def group_of(age: int) -> int:
    """Which of the `GROUPS` a child of `age` belongs to."""
    return max(one for one in GROUPS if one <= max(age, GROUPS[0]))


def usual_words(language: Language, age: int, length: Length = "usual") -> int:
    """How many words are asked for, so that is about what comes: whole tens."""
    return round(int(text(language, f"age_{group_of(age)}.words")) * LONGER[length] / 10) * 10


@dataclass(frozen=True)
class Change:
    """What a child wished for in the middle of a story, and after how many characters of it."""

    at: int
    wish: str


@dataclass(frozen=True)
class Prompt:
    """How to tell, in the language of the story. `own` is a parent's text that takes the place of ours; `bedtime` asks for ever shorter
    sentences."""

    language: Language
    age: int
    own: str | None = None
    bedtime: bool = False
    length: Length = "usual"

    def system(
        self, *, begun: bool, differently: bool = False, before: Bible | None = None, changed: bool = False, stricter: bool = False
    ) -> str:
        """What the model is told about telling; `begun` when the first words have been spoken already, `differently` when what it
        gave was held back, `before` when the story follows another one, `changed` when the child has wished for something since,
        `stricter` when it has told too hard for the age."""
        more = [
            *[text(self.language, "prompt.bedtime")] * self.bedtime,
            *[self._of_age("prompt.stricter", "sentence")] * (stricter and self.own is None),
            *([text(self.language, "prompt.sequel", bible=written(before, self.language))] if before else []),
            *[text(self.language, "prompt.go_on")] * begun,
            *[text(self.language, "prompt.changed")] * changed,
            *[text(self.language, "gate.differently")] * differently,
        ]
        how = self._of_age("prompt.system", "how", "end") if self.own is None else self.own.replace("{age}", str(self.age))
        how = how.replace("{words}", str(usual_words(self.language, self.age, self.length)))
        return "\n\n".join(one.strip() for one in [how, *more])

    def _of_age(self, key: str, *slots: str) -> str:
        group = group_of(self.age)
        return text(self.language, key, age=self.age, **{one: text(self.language, f"age_{group}.{one}").strip() for one in slots})

    def messages(self, wish: str, told: str | None, changes: Sequence[Change] = (), before: Bible | None = None) -> Sequence[Message]:
        """The talk so far: the wish, what has been `told`, and in it, where they came, what the child wished for since."""
        talk = [Message("user", wish or text(self.language, "prompt.any_wish"), before)]
        told, at = told or "", 0
        for one in changes:
            talk += [Message("assistant", told[at : one.at])] if told[at : one.at].strip() else []
            talk.append(Message("user", text(self.language, "prompt.change", wish=one.wish), wish=one.wish))
            at = max(at, one.at)
        return [*talk, Message("assistant", told[at:])] if told[at:].strip() else talk


def written(bible: Bible, language: Language) -> str:
    """The story bible in words, a line for each thing that is known."""
    known = {key: ", ".join(value) if isinstance(value, list) else str(value) for key, value in bible.info().items()}
    for key in ("promises", "ended"):
        if key in known:
            known[key] = " / ".join(getattr(bible, key))
    lines_of = [text(language, f"bible.{key}", what=known[key]) for key in _TOLD if key in known]
    return "\n".join(lines_of)


_TOLD = ("name", "kind", "friend", "names", "places", "things", "promises", "began", "ended")
"""What of the bible a model is told."""


def own_prompt(path: Path | None) -> str | None:
    """The text of a parent's own prompt file. Raises `ConfigError`."""
    if path is None:
        return None
    try:
        own = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        fault = ConfigError(f"--prompt-file: {path} cannot be read: {error}")
        raise fault.of_kind("unreadable", origin="--prompt-file", file=path, reason=error) from error
    if not own:
        raise ConfigError(f"--prompt-file: {path} is empty")
    return own


def cleaned(wish: str) -> str:
    """The wish as one line of ordinary characters, at most `LONGEST_WISH` of them."""
    head = wish[: LONGEST_WISH * 4]  # a megabyte of wish is not worth normalising
    known = "".join(" " if unicodedata.category(one) in ("Cc", "Cs", "Cn", "Co") else one for one in unicodedata.normalize("NFC", head))
    return " ".join(known.split())[:LONGEST_WISH].strip()
