"""Tells stories: new ones, those that are kept, and the rest of those that broke off. Here the story meets its backends."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fably.backends import Backends, Telling
from fably.core.bible import Bible
from fably.core.errors import FablyError, LibraryError
from fably.core.parts import sweep
from fably.core.protocols import Source, Speaker
from fably.core.types import AudioFormat, Language, Passage
from fably.faults import sentence
from fably.library.library import Library
from fably.library.names import name_for
from fably.library.record import Record
from fably.library.room import make_room
from fably.library.sound import Unpack
from fably.library.story import LEFT_AT, Story
from fably.memory.malloc import give_back
from fably.providers.choice import LOCAL
from fably.settings import Settings
from fably.story.evening import Evening
from fably.story.gate import Gate
from fably.story.gated import Gated
from fably.story.pipeline import Beginning, Outcome, tell
from fably.story.prompt import LONGER, Change, Prompt
from fably.story.straying import Judge, Straying
from fably.telling.again import Again
from fably.telling.evening import evening_of, left, paced
from fably.telling.exemplary import example_for
from fably.telling.following import Following, begun, changes_in, changes_of, held_in
from fably.telling.lines import LINES, Lines, sweep_lines
from fably.telling.told_by import told_as, told_by
from fably.texts import text

if TYPE_CHECKING:
    from fably.examples.example import Example

log = logging.getLogger(__name__)


@dataclass
class Storyteller:
    """Tells stories as the settings say. Made by `assembly.storyteller`."""

    settings: Settings
    backends: Backends
    library: Library
    prompt: Prompt
    unpack: Unpack
    speaker: Callable[[], Speaker]
    """Makes what a story is heard by."""
    notify: Callable[[str], None]
    """Takes the sentences that the listener's parent should read."""
    checkpoint: Callable[[str], None]
    """Takes the name of what begins now, for whoever looks at the memory."""
    straying: Straying = field(default_factory=Straying)
    """Remembers whether stories were too hard; shared by all that are `adapted` from this."""

    async def tell(self, wish: str, outcome: Outcome) -> AsyncGenerator[Passage, None]:
        """Tell the story of `wish`: the one that is kept, if there is one, or a new one.

        Each passage is given when it begins to be heard, and `outcome` is complete when the last has been. Raises `ProviderError` when
        no story can be had, `ConfigError` when a setting turns out to be wrong.
        """
        kept, example = None, await self._example(wish)
        wish = example.title if example else wish  # under which it is kept: whoever else wishes for the same hears the next that fits
        if wish and not self.settings.ignore_cache:  # who wishes for nothing in particular gets another one every time
            kept = await self.library.find(wish, self._told_by())
        async with aclosing(self.again(kept, outcome) if kept else self._new(wish, outcome, as_written=example is not None)) as story:
            async for passage in story:
                yield passage

    async def _example(self, wish: str) -> "Example | None":
        """The story of the shelf that is told for a wish, where the offline storyteller is to tell."""
        if self.backends.words.first != LOCAL["llm"]:
            return None
        try:
            return await example_for(wish, self.settings)
        except LibraryError as fault:
            self.notify(text(self.settings.language, "notice.no_examples", reason=sentence(self.settings.language, fault)))
            return None

    async def sequel(self, of: Story, outcome: Outcome) -> AsyncGenerator[Passage, None]:
        """Tell what happened next, in the language of the story: the rest of one that broke off, from the sentence that was heard last,
        or else a new story about the same. Raises what `tell` does."""
        teller = self if of.language == self.settings.language else self.adapted(language=of.language)
        at = of.goes_on_at
        story = teller._new(of.query, outcome, of) if at is None else teller.again(of, outcome, first=at)
        async with aclosing(story) as passages:
            async for passage in passages:
                yield passage

    async def change(self, kept: Story, heard: int, wish: str, outcome: Outcome) -> AsyncGenerator[Passage, None]:
        """Go on with a kept story from its passage `heard` on, and from the end of that in another way: with what is wished for now.

        One of which more is kept than was heard just now stays as it was, and another one begins as it did. Raises what `tell` does.
        """
        teller = self if kept.language == self.settings.language else self.adapted(language=kept.language)
        gate = teller._gate(kept.language)
        fit = await asyncio.to_thread(gate.change, wish)
        count = heard + 1
        more: dict[str, object] = {"changes": [*changes_in(kept.info, count), {"wish": fit, "passage": count}]}
        if gate.held:
            more["held"] = [*held_in(kept), *gate.held]
        story = kept
        if fit:
            change = self.library.copy if kept.complete or len(kept.passages) > count else self.library.cut
            story = await change(kept, count, more)
        elif gate.held:  # nobody is in it who could come, but a parent reads what was wished for
            try:
                story = await asyncio.to_thread(self.library.set_held, kept, [*held_in(kept), *gate.held])
            except LibraryError as fault:
                self._fault(fault)
        async with aclosing(teller.again(story, outcome, first=heard)) as passages:
            async for passage in passages:
                yield passage

    async def _new(
        self, wish: str, outcome: Outcome, of: Story | None = None, *, as_written: bool = False
    ) -> AsyncGenerator[Passage, None]:
        """A new story; one of the shelf, `as_written`, begins for itself, and has no opener before it; neither has one that follows the
        story `of`, and begins with a sentence of last night."""
        following = await asyncio.to_thread(Following.make, of) if of else None
        evening = evening_of(self.settings)
        openers = self.lines.openers() if following is None and not as_written else None
        opener = openers.choose() if openers and self.settings.output is None else None
        seed = secrets.randbits(32) if self.settings.seed is None else self.settings.seed
        telling = self.backends.telling(seed, opener.format if opener else None)
        gate = self._gate(self.settings.language)

        def info() -> dict[str, object]:
            return {
                "query": wish,
                "language": self.settings.language,
                "created": datetime.now().astimezone().isoformat(timespec="seconds"),
                "seed": seed,
                **telling.said_by(),
                **({"length": self.settings.length} if self.settings.length != "usual" else {}),
                **(following.info() if following else {}),
                **({"held": list(gate.held)} if gate.held else {}),
                **left(outcome),
                **paced(evening),
            }

        def name() -> str:
            told_by = self._told_by(telling.words_used, telling.voices_used)
            return name_for(wish, [*told_by, following.of] if following else told_by)  # nobody gets what came later for the same wish

        async def keeper(format: AudioFormat) -> Record:
            return await self.library.begin(name, info, format)

        if following:
            gated = self._gated(gate, telling, wish, seed, following.bible)
            words = begun(gate, gated, following.opening(seed))
        else:
            words = self._gated(gate, telling, wish, seed, as_written=as_written).passages(*((opener.text, 1) if opener else ()))
        beginning = Beginning(opener.format, opener.spoken()) if opener else None
        async with aclosing(self._told(words, telling, keeper, outcome, evening, beginning, 1 if opener else 0)) as story:
            async for passage in story:
                yield passage

    async def again(self, kept: Story, outcome: Outcome, *, first: int = 0, anew: bool = False) -> AsyncGenerator[Passage, None]:
        """Tell a kept story from its passage `first` on. What of it has no sound is spoken, and all of it where it is to be spoken
        `anew`; what is missing of it is made up.

        Raises what `tell` does.
        """
        teller, known, gate = self._as_begun(kept), kept.info.get("seed"), self._gate(kept.language)
        evening = evening_of(teller.settings, kept, first, anew=anew)
        seed = known if isinstance(known, int) else secrets.randbits(32)
        example = kept.info.get("example") is not None and not changes_of(kept)  # its rest is on the shelf, whoever else could tell
        telling = (teller.backends.offline() if example else teller.backends).telling(seed, kept.format)

        def info() -> dict[str, object]:
            held = held_in(kept)
            held = [*held, *(one for one in gate.held if one not in held)]
            rest = {key: value for key, value in kept.info.items() if key != LEFT_AT}
            return {**rest, **telling.said_by(kept.info), **({"held": held} if held else {}), **left(outcome), **paced(evening)}

        async def keeper(format: AudioFormat) -> Record:
            return await self.library.go_on(kept, info, format)

        before = Bible.read(kept.info.get("bible"))
        gated = teller._gated(gate, telling, kept.query, seed, before, changes_of(kept), as_written=example)
        again = Again(kept, gate, self.unpack, gated, self._unreadable)
        beginning = Beginning(kept.format, again.sound(first)) if kept.format and first < len(kept.clips) and not anew else None
        words = again.words(None if beginning else first)
        whole = kept.complete and len(kept.clips) == len(kept.passages)
        outcome.kept, outcome.again = kept.folder, kept.complete
        keep = None if whole else keeper
        async with aclosing(self._told(words, telling, keep, outcome, evening, beginning, len(kept.passages))) as story:
            async for passage in story:
                yield passage
        self.library.touch(kept)
        if whole:
            try:
                await asyncio.to_thread(self.library.leave, kept, outcome.left_at)
            except LibraryError as fault:
                self._fault(fault)

    async def _told(
        self,
        words: Source[Passage],
        telling: Telling,
        keeper: Callable[[AudioFormat], Awaitable[Record]] | None,
        outcome: Outcome,
        evening: Evening,
        beginning: Beginning | None,
        known: int,
    ) -> AsyncGenerator[Passage, None]:
        story = tell(
            words, telling.ready, self.speaker(), keeper, outcome,
            beginning=beginning, known=known, ahead=self.settings.sound_ahead, evening=evening, on_fault=self._fault,
        )  # fmt: skip
        self.checkpoint("thinking")
        begun = False
        try:
            async with aclosing(telling), aclosing(story):
                async for passage in story:
                    if not begun:
                        begun = True
                        self.checkpoint("telling")
                    yield passage
        finally:
            self.checkpoint("told")
            self.backends.shared.journal.note("buffers", **outcome.waited)
        outcome.voices = telling.voices_used
        give_back()

    def _gate(self, language: Language) -> Gate:
        return Gate(language, self.settings.age, self.settings.allowed)

    def _gated(
        self, gate: Gate, telling: Telling, wish: str, seed: int, before: Bible | None = None, changes: Sequence[Change] = (), *,
        as_written: bool = False,
    ) -> Gated:  # fmt: skip
        def ask(wish: str, told: str, differently: bool) -> AsyncGenerator[str, None]:
            stricter = self.straying.is_known(self.settings.language, self.settings.age)
            system = self.prompt.system(begun=bool(told), differently=differently, before=before, changed=bool(changes), stricter=stricter)
            return telling.model.stream(system, self.prompt.messages(wish, told or None, changes, before))

        as_it_is = as_written or self.prompt.own is not None or self.backends.words.first == LOCAL["llm"]
        judge = None if as_it_is else Judge(self.straying, self.settings.language, self.settings.age)
        return Gated(gate, wish, ask, str(seed), before, as_written, judge)

    def adapted(self, **changes: Any) -> "Storyteller":
        """The same with other settings, for one story or for all that follow: age, language, voice."""
        settings = replace(self.settings, **changes)
        return replace(
            self,
            settings=settings,
            backends=replace(self.backends, settings=settings),
            prompt=replace(self.prompt, language=settings.language, age=settings.age, length=settings.length),
        )

    def _as_begun(self, kept: Story) -> "Storyteller":
        """The same in the language and at the length of a story that is kept, whatever is set now."""
        length = next((one for one in LONGER if one == kept.info.get("length", "usual")), self.settings.length)
        if (kept.language, length) == (self.settings.language, self.settings.length):
            return self
        return self.adapted(language=kept.language, length=length)

    @property
    def lines(self) -> Lines:
        """What is made ready in the voice that tells stories."""
        return Lines(self.settings, self.backends, self.library.root / LINES)

    async def sweep(self) -> None:
        """Put away what a crash left behind: stories go to the shelf, and files that were not whole go. Nothing is raised."""
        await self.library.sweep()
        await asyncio.to_thread(sweep, self.settings.state)
        await asyncio.to_thread(sweep_lines, self.library.root / LINES)

    def make_room(self) -> None:
        """Keep the sound of the library below the size that the settings allow. What cannot be done is no matter now."""
        if self.settings.max_cache_size is not None:
            with suppress(OSError):
                make_room(self.library.root, self.settings.max_cache_size)

    def _told_by(self, words: Sequence[str] = (), voices: Sequence[str] = ()) -> list[str | None]:
        return told_by(self.settings, "+".join(words) or self.backends.words.first, "+".join(voices) or self.backends.voice.first)

    def told_as(self, kept: Story) -> str | None:
        """The name under which a kept story is looked for when the voice that was chosen is to tell it. None where nobody wished for it."""
        return told_as(self.settings, kept, self.backends.words.first, self.backends.voice.first)

    def _unreadable(self, fault: FablyError) -> None:
        self.notify(text(self.settings.language, "notice.spoken_anew", reason=sentence(self.settings.language, fault)))

    def _fault(self, fault: FablyError) -> None:
        key = "not_kept" if isinstance(fault, LibraryError) else "no_sound"
        self.notify(text(self.settings.language, f"notice.{key}", reason=sentence(self.settings.language, fault)))
