"""Slips on the command line: what is nearly a command is no wish, for nobody wants to hear a story about the word "doctr"."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fably.core.errors import ConfigError

NEAR = 0.8
"""How like a command a word must be that stands alone (`difflib`: 1 is the same)."""
NEAR_WITH_MORE = 0.6
"""The same where one of the command's own words follows: "story list"."""
MOST = 3
"""Words of a command with its own and a name, such as `stories play a-dragon`. More of them are a wish."""


@dataclass(frozen=True)
class Known:
    """A command: the words that may follow it, and the first of them that wants a name. None where it has no such words."""

    below: tuple[str, ...] = ()
    named: str = ""


def slip(words: Sequence[str], commands: Mapping[str, Known]) -> ConfigError | None:
    """What is wrong with `words` that are nearly a command; None where they are a command or a wish."""
    from difflib import get_close_matches  # 2 ms

    first, *more = words
    meant = ""
    if first in commands:
        known = commands[first]
        if len(more) == 1 and known.named and " " not in more[0] and more[0] not in known.below:
            meant = shlex.join(["fably", first, known.named, *more])
    elif not more:
        meant = "".join(get_close_matches(first, commands, 1, NEAR))
    elif len(words) <= MOST:
        like = get_close_matches(first, commands, 1, NEAR_WITH_MORE)
        if like and more[0] in commands[like[0]].below:
            meant = shlex.join(["fably", *like, *more])
    if not meant:
        return None
    typed = shlex.join(words)
    colon = ":" if meant.startswith("fably ") else ""
    fault = ConfigError(f"{typed} is not a command; did you mean{colon} {meant}? A story about it: fably -- {typed}")
    return fault.of_kind("no_command", typed=typed, meant=meant)
