"""What is known of a story once it has been told: enough for another one about the same to fit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

LARGEST = 1200
"""Characters, all in all and as they are written down."""
_MOST: Mapping[str, tuple[int, int]] = {  # of each list: how many, and how long one may be
    "names": (8, 20), "places": (6, 30), "things": (4, 30), "promises": (3, 140), "ended": (4, 160), "plots": (12, 40),
}  # fmt: skip
_LONGEST = {"began": 200}
_USUAL = 40
_GIVEN_UP = ("ended", "promises", "plots", "things", "places", "names")
"""What is shortened first where all together is too long, from its oldest on."""


@dataclass(frozen=True, slots=True)
class Bible:
    """The story bible. What is not known is empty; the lists begin with what is oldest, or counts most."""

    name: str = ""
    """What the hero is called."""
    kind: str = ""
    """What the hero is: fox."""
    pronoun: str = ""
    friend: str = ""
    """What whoever goes along is."""
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    """Sentences in which somebody promised something, or spoke of tomorrow."""
    began: str = ""
    """The first sentence of all."""
    ended: tuple[str, ...] = ()
    """Of each story so far, its last words."""
    plots: tuple[str, ...] = ()
    """Those that the offline storyteller has told of it."""

    def bounded(self) -> Self:
        """The same with no more in it than `LARGEST` characters."""
        changes: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                changes[field.name] = _cut(value, _LONGEST.get(field.name, _USUAL))
            else:
                most, longest = _MOST[field.name]
                kept = value[-most:] if field.name in ("promises", "ended", "plots") else value[:most]
                changes[field.name] = tuple(_cut(one, longest) for one in kept)
        one = replace(self, **changes)
        while one.size > LARGEST:
            key = next(key for key in _GIVEN_UP if len(getattr(one, key)) > (key == "ended"))
            newest_last = key in ("ended", "promises", "plots")
            left = getattr(one, key)
            one = replace(one, **{key: left[1:] if newest_last else left[:-1]})
        return one

    @property
    def size(self) -> int:
        """Characters, as it is written down."""
        return len(str(self.info()))

    def info(self) -> dict[str, object]:
        """As info.yaml has it: without what is empty."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items() if value}

    @classmethod
    def read(cls, raw: object) -> Self | None:
        """The bible in what info.yaml holds; None where there is none. What makes no sense in it is left out."""
        if not isinstance(raw, dict):
            return None
        known: dict[str, Any] = {}
        for field in fields(cls):
            value = raw.get(field.name)
            if field.name in _MOST:
                known[field.name] = tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
            elif isinstance(value, str):
                known[field.name] = value
        return cls(**known).bounded()


def _cut(text: str, longest: int) -> str:
    """`text`, or as many of its words as fit."""
    if len(text) <= longest:
        return text
    return text[: longest - 2].rpartition(" ")[0] + " …" if " " in text[: longest - 2] else text[:longest]
