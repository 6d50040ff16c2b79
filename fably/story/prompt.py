"""From a wish to what a language model is told."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fably.core.errors import ConfigError
from fably.core.types import Language, Message
from fably.texts import text

LONGEST_WISH = 1000  # characters


@dataclass(frozen=True)
class Prompt:
    """How to tell, in the language of the story. `own` is a parent's text that takes the place of ours."""

    language: Language
    age: int
    own: str | None = None

    def system(self, *, begun: bool, differently: bool = False) -> str:
        """What the model is told about telling; `begun` when the first words have been spoken already, `differently` when what it
        gave was held back."""
        how = self.own.replace("{age}", str(self.age)) if self.own else text(self.language, "prompt.system", age=self.age)
        more = [text(self.language, "prompt.go_on")] * begun + [text(self.language, "gate.differently")] * differently
        return "\n\n".join(one.strip() for one in [how, *more])

    def messages(self, wish: str, opener: str | None) -> Sequence[Message]:
        asked = Message("user", wish or text(self.language, "prompt.any_wish"))
        return [asked, Message("assistant", opener)] if opener else [asked]


def own_prompt(path: Path | None) -> str | None:
    """The text of a parent's own prompt file. Raises `ConfigError`."""
    if path is None:
        return None
    try:
        own = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ConfigError(f"--prompt-file: {path} cannot be read: {error}") from error
    if not own:
        raise ConfigError(f"--prompt-file: {path} is empty")
    return own


def cleaned(wish: str) -> str:
    """The wish as one line of ordinary characters, at most `LONGEST_WISH` of them."""
    head = wish[: LONGEST_WISH * 4]  # a megabyte of wish is not worth normalising
    known = "".join(" " if unicodedata.category(one) in ("Cc", "Cs", "Cn", "Co") else one for one in unicodedata.normalize("NFC", head))
    return " ".join(known.split())[:LONGEST_WISH].strip()
