"""What each command of the control socket does: to the box, to the library, or to the settings."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from fably import __version__
from fably.box.preferences import Check, Preferences
from fably.box.remote import Began, Box, Changed, EndsIn, Louder, Manner, News, NotNow, Shelved, Status
from fably.control.connection import Answer
from fably.control.protocol import Refused, Request
from fably.core.errors import ConfigError, FablyError, LibraryError
from fably.examples.example import Example
from fably.faults import sentence
from fably.library.library import Library
from fably.library.story import Story
from fably.settings import Settings
from fably.story.prompt import cleaned
from fably.texts import text

log = logging.getLogger(__name__)
Event = Mapping[str, object]


class BoxOrders:
    """Puts requests to `box`, whose stories are in `library`."""

    def __init__(self, box: Box, library: Library, settings: Settings, check: Check = lambda _before, _then, _changed: None) -> None:
        self._box, self._library, self._chosen, self._language = box, library, settings, settings.language
        self._preferences = Preferences(settings, check)
        self._watching: list[Callable[[Event], None]] = []
        self._does: dict[str, Callable[[Mapping[str, Any]], Awaitable[Answer]]] = {
            "status": self._status, "watch": self._status, "press": self._press, "tell": self._tell, "continue": self._continue,
            "stop": self._at_once(box.stop), "pause": self._at_once(box.pause), "resume": self._at_once(box.resume),
            "again": self._at_once(box.again), "next_voice": self._at_once(box.next_voice), "volume": self._volume, "say": self._say,
            "preview": self._preview, "hear": self._hear, "room": self._room,
            "settings": self._settings, "set": self._set, "restart": self._restart,
            "favourite": self._favourite, "rename": self._rename, "delete": self._delete, "restore": self._restore,
        }  # fmt: skip

    async def answer(self, request: Request) -> Answer:
        """Do what is asked. Raises `Refused`."""
        try:
            return await self._does[request.do](request.given)
        except Refused:
            raise
        except NotNow as fault:
            raise Refused("busy", str(fault)) from fault  # which the box has said in its language
        except ConfigError as fault:
            raise Refused("bad_request", sentence(self._language, fault)) from fault
        except FablyError as fault:
            raise Refused("not_possible", sentence(self._language, fault)) from fault

    def watch(self, tell: Callable[[Event], None]) -> Callable[[], None]:
        """Have `tell` told of what happens to the box and to the library; what is given back ends that."""

        def listener(news: News) -> None:
            tell(self._event(news))

        def end() -> None:
            unwatch()
            self._watching.remove(tell)

        unwatch = self._box.watch(listener)
        self._watching.append(tell)
        return end

    def _event(self, news: News) -> Event:
        match news:
            case Changed():
                return {"event": "state", **_shown(self._box.status())}
            case Louder():
                return {"event": "volume", **asdict(self._box.status().volume)}
            case Began():
                passage = news.passage
                return {
                    "event": "passage", "story": asdict(news.story), "index": passage.index, "lead": passage.lead, "text": passage.text,
                }  # fmt: skip
            case Shelved():
                return {"event": "library", "story": news.name, "told": True}
            case EndsIn():
                return {"event": "ends_in", "seconds": news.seconds}

    # ---- the box ---------------------------------------------------------------------------------------------------------

    def _at_once(self, what: Callable[[], None]) -> Callable[[Mapping[str, Any]], Awaitable[Answer]]:
        async def do(_given: Mapping[str, Any]) -> Answer:
            what()
            return Answer()

        return do

    async def _status(self, _given: Mapping[str, Any]) -> Answer:
        return Answer(_shown(self._box.status()))

    async def _press(self, given: Mapping[str, Any]) -> Answer:
        self._box.press(given["kind"])
        return Answer()

    async def _tell(self, given: Mapping[str, Any]) -> Answer:
        manner = Manner(given.get("aloud", True), given.get("age"), given.get("language"), given.get("length"))
        if "story" not in given:
            if "first" in given:
                raise self._refused("bad_request", "missing", do="tell", name="story")
            self._box.tell(cleaned(given.get("wish", "")), manner)
            return Answer()
        if "wish" in given:
            raise self._refused("bad_request", "one_of", do="tell", one="wish", other="story")
        story, first = await self._meant(given["story"]), given.get("first", 0)
        if isinstance(story, Example):
            if first:
                raise self._refused("bad_request", "from_its_start", story=story.name)
            self._box.tell(story.title, replace(manner, language=story.language, shipped=True))
            return Answer()
        if first >= len(story.passages):
            raise self._refused("bad_request", "no_passage", story=story.name, first=first, count=len(story.passages))
        self._box.retell(story, first, manner)
        return Answer({"story": story.name})

    async def _continue(self, given: Mapping[str, Any]) -> Answer:
        story = await self._named(given["story"]) if "story" in given else await asyncio.to_thread(self._library.last)
        if story is None:
            raise self._refused("unknown_story", "no_story")
        self._box.sequel(story, Manner(given.get("aloud", True)))
        return Answer({"story": story.name})

    async def _volume(self, given: Mapping[str, Any]) -> Answer:
        if ("percent" in given) == ("by" in given):
            raise self._refused("bad_request", "one_of", do="volume", one="percent", other="by")
        wanted = given["percent"] if "percent" in given else self._box.status().volume.now + given["by"]
        return Answer({"now": self._box.volume(min(max(wanted, 0), 100))})

    async def _say(self, given: Mapping[str, Any]) -> Answer:
        digits = given["digits"]
        if not digits.isascii() or not digits.isdigit():
            raise self._refused("bad_request", "digits")
        self._box.say_digits(digits)
        return Answer()

    async def _preview(self, given: Mapping[str, Any]) -> Answer:
        self._box.preview(given["voice"], cleaned(given.get("text", "")) or None)
        return Answer()

    async def _hear(self, given: Mapping[str, Any]) -> Answer:
        heard = await self._box.hear(given["sound"], given.get("language"))
        return Answer({"wish": cleaned(heard.text), "sure": heard.sure})

    async def _room(self, _given: Mapping[str, Any]) -> Answer:
        await self._box.room()
        return Answer()

    # ---- the settings ----------------------------------------------------------------------------------------------------

    async def _settings(self, _given: Mapping[str, Any]) -> Answer:
        fields, complaints = await asyncio.to_thread(self._preferences.listed)
        return Answer({"fields": fields, "complaints": complaints})

    async def _set(self, given: Mapping[str, Any]) -> Answer:
        return Answer(asdict(await asyncio.to_thread(self._preferences.change, given["values"])))

    async def _restart(self, _given: Mapping[str, Any]) -> Answer:
        return Answer(after=self._box.restart)

    # ---- the library -----------------------------------------------------------------------------------------------------

    async def _favourite(self, given: Mapping[str, Any]) -> Answer:
        story = await self._found(given["story"])
        return await self._changed(story.name, lambda: self._library.set_favourite(story, given.get("on", True)))

    async def _rename(self, given: Mapping[str, Any]) -> Answer:
        story = await self._found(given["story"])
        return await self._changed(story.name, lambda: self._library.set_title(story, given["title"]))

    async def _delete(self, given: Mapping[str, Any]) -> Answer:
        story = await self._found(given["story"])
        gone = await asyncio.to_thread(self._library.delete, story.name)
        return await self._changed(gone, lambda: None)

    async def _restore(self, given: Mapping[str, Any]) -> Answer:
        try:
            back = await asyncio.to_thread(self._library.restore, given["story"])
        except LibraryError as fault:
            raise Refused("unknown_story", sentence(self._language, fault)) from fault
        return await self._changed(back.name, lambda: None)

    async def _meant(self, name: str) -> "Story | Example":
        """A story of the library or of those that came with Fably. One of these has the name that its story in the library begins with."""
        try:
            kept = await self._found(name)
        except Refused:
            example = await asyncio.to_thread(_shipped, self._chosen, name)
            if example is None:
                raise
            return example
        if kept.name == name:  # as programs ask for it: the examples are not even looked at
            return kept
        example = await asyncio.to_thread(_shipped, self._chosen, name)
        return example if example is not None and example.name == name else kept

    async def _named(self, name: str) -> Story:
        """A story that is to be gone on with, found as `--continue` finds it."""
        from fably.telling.named import story_named  # only now: it reads what the offline storyteller reads

        return await self._looked_up(lambda: story_named(self._library, name, self._chosen))

    async def _found(self, name: str) -> Story:
        return await self._looked_up(lambda: self._library.story(name))

    async def _looked_up(self, look: Callable[[], Story]) -> Story:
        try:
            return await asyncio.to_thread(look)
        except LibraryError as fault:
            raise Refused("unknown_story", sentence(self._language, fault)) from fault

    async def _changed(self, name: str, work: Callable[[], None]) -> Answer:
        await asyncio.to_thread(work)
        for tell in list(self._watching):
            tell({"event": "library", "story": name, "told": False})
        return Answer({"story": name})

    def _refused(self, word: str, key: str, **values: object) -> Refused:
        return Refused(word, text(self._language, f"control.{key}", **values))


def _shipped(settings: Settings, name: str) -> Example | None:
    """The story called so that came with Fably. None as well where there are none that can be read: they are not what was asked for."""
    from fably.examples.opening import shelf  # only now: it costs an idle box 2 ms and the index

    with suppress(LibraryError):
        found = shelf(settings)
        return found.called(name) if found else None
    return None


def _shown(status: Status) -> dict[str, object]:
    """A status as it goes over the socket."""
    return {**asdict(status), "state": status.state.value, "version": __version__}
