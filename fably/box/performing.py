"""The stories of the box: told, gone on with, told again. Here the place is kept."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from fably.audio.file import WavFile
from fably.box.countdown import Countdown
from fably.box.next_voice import next_voice
from fably.box.place import Place
from fably.box.remote import Began, EndsIn, Manner, News, Shelved
from fably.box.saying import Voice
from fably.core.errors import LibraryError
from fably.core.types import Language, Passage, State
from fably.library.library import Library
from fably.library.story import Story, read_story
from fably.settings import Duration
from fably.story.pipeline import Outcome
from fably.story.prompt import usual_words
from fably.telling.storyteller import Storyteller

Tell = Callable[[Storyteller, Outcome], AsyncGenerator[Passage, None]]


class Performance:
    """Tells stories, each as a scene: it may be cancelled at any moment. `gone` waits until whoever told before has put the story away."""

    def __init__(
        self,
        teller: Storyteller,
        voice: Voice,
        enter: Callable[[State], None],
        news: Callable[[News], None],
        gone: Callable[[], Awaitable[None]],
    ) -> None:
        self.teller = teller
        self._voice, self._enter, self._news, self._gone = voice, enter, news, gone
        self.place: Place | None = None
        """The story that is being told, or was the last."""
        self.told: Outcome | None = None
        """What came of the last one that was told to its end."""

    async def tell(self, wish: str, manner: Manner) -> None:
        """Tell the story of `wish`, or what happened next in one that it wants to go on. Raises `FablyError`."""
        language = manner.language or self.teller.settings.language
        about, story = None if manner.shipped else await asyncio.to_thread(_going_on, wish, language), None
        if about is not None:
            self._enter(State.THINKING)
            await self._gone()  # the last story is there only when whoever told it has put it away
            story = await asyncio.to_thread(_meant, self.teller.library, about)
        if story is not None:
            await self.sequel(story, manner)
        elif about == "":
            self._enter(State.IDLE)
            await self._voice.say("no_story")
        else:
            await self._new(wish, manner)

    async def _new(self, wish: str, manner: Manner) -> None:
        await self._perform(Place(wish, manner), lambda teller, outcome: teller.tell(wish, outcome))

    async def retell(self, story: Story, manner: Manner, first: int = 0, *, anew: bool = False) -> None:
        """Tell a kept story from its passage `first` on, with its sound or `anew`. Raises `FablyError`."""
        place = Place(story.query, manner, story, passage=first)
        await self._perform(place, lambda teller, outcome: teller.again(story, outcome, first=first, anew=anew))

    async def go_on(self, *, first: int | None = None, anew: bool = False) -> None:
        """Go on with the story that was silenced, from the start of the sentence that was being heard, or of passage `first`."""
        place = self.place
        if place is None:
            await self.last()
            return
        self._enter(State.THINKING)
        await self._gone()
        kept = await asyncio.to_thread(_kept, place)
        if kept is None and place.of is not None:  # silenced before anything of it was heard
            await self.sequel(place.of, place.manner)
        elif kept is None:
            await self._new(place.wish, place.manner)
        else:
            await self.retell(kept, place.manner, min(place.passage if first is None else first, len(kept.passages) - 1), anew=anew)

    async def last(self, *, from_the_start: bool = False) -> None:
        """Tell the last story again, or go on with it where it was cut short."""
        self._enter(State.THINKING)
        await self._gone()
        await self.teller.library.sweep()  # what a crash left behind is the last story too, however soon after the start this is
        kept = await asyncio.to_thread(self.teller.library.last)
        if kept is None:
            self._enter(State.IDLE)
            await self._voice.say("no_story")
        else:
            await self.retell(kept, Manner(), 0 if from_the_start else kept.goes_on_at or 0)

    async def sequel(self, story: Story, manner: Manner) -> None:
        """Tell what happened next: the rest of a story that was cut short, or another about the same."""
        if story.goes_on_at is not None:
            await self.retell(story, manner, story.goes_on_at)
        else:
            place = Place(story.query, manner, of=story)
            await self._perform(place, lambda teller, outcome: teller.sequel(story, outcome))

    async def change(self, wish: str) -> None:
        """Go on with the story that was silenced, from the start of the sentence that was being heard, and then with `wish` worked in.

        Who says nothing, or "go on", hears the story as it was; who wants another one gets that. Raises `FablyError`.
        """
        place, language = self.place, self.teller.settings.language
        about = await asyncio.to_thread(_going_on, wish, language)
        if place is None or about or await asyncio.to_thread(_wants_another, wish, language):
            await self.tell(wish, Manner())
            return
        if not wish or about == "":
            await self.go_on()
            return
        self._enter(State.THINKING)
        await self._gone()
        kept = await asyncio.to_thread(_kept, place)
        if kept is None:  # nothing of it was heard
            await self._new(wish, place.manner)
        else:
            heard = min(place.passage, len(kept.passages) - 1)
            now = Place(kept.query, place.manner, of=kept, passage=heard, outcome=Outcome(kept=kept.folder))
            await self._perform(now, lambda teller, outcome: teller.change(kept, heard, wish, outcome))

    async def next_voice(self) -> None:
        """Go on in the next voice, from the same sentence; where there is no other, in this one."""
        self._enter(State.THINKING)
        voice = await next_voice(self.teller.backends)
        if voice is not None:
            self.teller = self.teller.adapted(tts_voice=voice)
        await self.go_on(anew=voice is not None)

    async def _perform(self, place: Place, tell: Tell) -> None:
        self.place = place
        self._enter(State.THINKING)
        await self._gone()
        teller = self._teller_for(place.manner)
        place.usual = usual_words(teller.settings.language, teller.settings.age, teller.settings.length)
        countdown = Countdown(place.kept, place.usual, teller.settings.sleep_timer)
        try:
            async with aclosing(tell(teller, place.outcome)) as story:
                async for passage in story:
                    place.hears(passage)
                    self._enter(State.TELLING)
                    self._news(Began(place.told(), passage))
                    for seconds in countdown.at(passage, place.outcome.seconds) if place.manner.aloud else ():
                        self._news(EndsIn(seconds))
        except asyncio.CancelledError:
            if place.kept is not None and place.begun and place.manner.aloud:  # a new one is cut short there, and says so itself
                await asyncio.to_thread(_leave, teller.library, place.kept, place.passage)
            raise
        finally:
            if place.outcome.kept is not None:  # also of one that was silenced, or broke off
                self._news(Shelved(place.outcome.kept.name))
        if place.outcome.left_at is not None:  # from where the child may have heard it
            place.passage = place.outcome.left_at
        self.told = place.outcome

    def _teller_for(self, manner: Manner) -> Storyteller:
        changes: dict[str, Any] = {key: value for key in ("age", "language", "length") if (value := getattr(manner, key)) is not None}
        if not manner.aloud:  # nobody falls asleep over it
            changes["sleep_timer"] = Duration(0)
        teller = self.teller.adapted(**changes) if changes else self.teller
        if manner.shipped:
            teller = replace(teller, backends=teller.backends.offline())
        return teller if manner.aloud else replace(teller, speaker=partial(WavFile, os.devnull))


def _leave(library: Library, story: Story, passage: int) -> None:
    """Note that a story that was kept before was silenced there: on another evening it goes on with that."""
    with suppress(LibraryError):
        library.leave(story, passage)


def _kept(place: Place) -> Story | None:
    return read_story(place.outcome.kept) if place.outcome.kept is not None else None


# What is understood of a wish is imported when there is one: an idle box need not hold it. These are for a thread.


def _going_on(wish: str, language: Language) -> str | None:
    from fably.lore.going_on import going_on

    return going_on(wish, language)


def _wants_another(wish: str, language: Language) -> bool:
    from fably.lore.going_on import wants_another

    return wants_another(wish, language)


def _meant(library: Library, about: str) -> Story | None:
    from fably.telling.recollecting import meant

    return meant(library, about)
