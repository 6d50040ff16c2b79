"""What a story that follows another one knows of it, and what was changed in one while it was told; as info.yaml has both."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Self

from fably.core.bible import Bible
from fably.core.types import Language, Passage
from fably.library.story import Story
from fably.story.gate import Gate
from fably.story.gated import Gated
from fably.story.prompt import Change
from fably.texts import text


@dataclass(frozen=True)
class Following:
    """One story that follows the one called `of`."""

    of: str
    language: Language
    bible: Bible
    part: int
    series: str
    """What all the parts are called together, as far as that is known."""

    @classmethod
    def make(cls, story: Story) -> Self:
        """What follows `story` must know. Reads the stock, which takes a while."""
        from fably.lore.recalling import bible, introduced

        before, part = Bible.read(story.info.get("bible")), story.info.get("part")
        if before is None and isinstance(hero := story.info.get("hero"), str):  # of one of the shelf, where names may be anybody's
            before = introduced(hero, story.language)
        known = bible(story.text, story.query, story.language, before, _plots(story, before))
        series = str(story.info.get("series") or story.title or known.name or known.kind)
        return cls(story.name, story.language, known, part + 1 if isinstance(part, int) else 2, series)

    def info(self) -> dict[str, object]:
        """What info.yaml has of it."""
        title = text(self.language, "story.part", title=self.series, number=self.part)
        named = {"title": title, "series": self.series} if self.series else {}
        return {**named, "sequel_of": self.of, "part": self.part, "bible": self.bible.info()}

    def opening(self, seed: int) -> Sequence[str]:
        """First sentences, best first: of last night, with the hero and without."""
        from fably.lore.telling import opening

        return [opening(one, self.language, str(seed)) for one in (self.bible, Bible())]


async def begun(gate: Gate, gated: Gated, first: Sequence[str]) -> AsyncGenerator[Passage, None]:
    """The story, behind the first of the sentences that passes the gate."""
    await asyncio.to_thread(gate.prepare)
    said = next((one for one in first if gate.passes(Passage(0, one))), first[-1])
    yield Passage(0, said)
    async with aclosing(gated.passages(said, 1)) as source:
        async for passage in source:
            yield passage


def changes_in(info: Mapping[str, Any], count: int) -> list[dict[str, Any]]:
    """What was wished for in the first `count` passages of a story, as its info.yaml has it. What makes no sense is left out."""
    raw = info.get("changes")
    return [
        one
        for one in (raw if isinstance(raw, list) else [])
        if isinstance(one, dict)
        and isinstance(one.get("wish"), str)
        and isinstance(one.get("passage"), int)
        and 0 < one["passage"] <= count
    ]


def changes_of(story: Story) -> Sequence[Change]:
    """The same of all of a story, as its tellers are told of it."""
    ends, at = [0], 0
    for one in story.passages:
        at += len(one.lead) + len(one.text)
        ends.append(at)
    found = changes_in(story.info, len(story.passages))
    return sorted((Change(ends[one["passage"]], one["wish"]) for one in found), key=lambda one: one.at)


def held_in(story: Story) -> list[Any]:
    """What was held back of a story before, as its info.yaml has it."""
    held = story.info.get("held")
    return held if isinstance(held, list) else []


def _plots(story: Story, before: Bible | None) -> tuple[str, ...]:
    """What the offline storyteller may have told it by: with an opener before it, or without."""
    seed = story.info.get("seed")
    if not isinstance(seed, int) or "example" in story.info or "offline" not in (story.info.get("llm_provider") or ()):
        return ()
    from fably.lore.telling import plot_of

    both = (plot_of(story.query, story.language, str(seed), begun=begins, before=before) for begins in (True, False))
    return tuple(dict.fromkeys(both))
