"""What a person sees while a story is told from the command line."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from fably import logs
from fably.assembly import storyteller
from fably.core.errors import ConfigError, FablyError
from fably.core.types import Passage, Utterance
from fably.library.story import Story
from fably.memory.malloc import tune
from fably.running import STOPPED, run, stop_on_signals
from fably.screen import Screen
from fably.settings import Settings
from fably.story.pipeline import Outcome
from fably.story.prompt import LONGEST_WISH, cleaned
from fably.telling.asking import wish_in
from fably.telling.storyteller import Storyteller
from fably.texts import text


def tell_story(settings: Settings, query: str) -> int:
    """Tell the story of `query`, or of what is said in --query-file, and give the exit code. Raises `FablyError`."""
    spoken = _spoken_query(settings, query)

    async def tell(teller: Storyteller, outcome: Outcome, screen: Screen) -> AsyncGenerator[Passage, None]:
        wish = query
        if spoken is not None:
            wish = await wish_in(spoken, teller.backends, screen.ask_back)
            await teller.backends.shared.pool.leave_idle("the only wish is understood")
            if wish:
                screen.say(text(settings.language, "asking.heard", wish=wish))
        if len(wish) > LONGEST_WISH:
            screen.say(text(settings.language, "status.long_wish", count=LONGEST_WISH))
        screen.waiting(teller)
        before = await asyncio.to_thread(_wanted, cleaned(wish), teller)
        async with aclosing(teller.sequel(before, outcome) if before else teller.tell(cleaned(wish), outcome)) as story:
            async for passage in story:
                yield passage

    return _run(settings, tell)


def continue_story(settings: Settings, name: str) -> int:
    """Tell what happened next in the story called `name`, or about that, or in the last one; give the exit code. Raises `FablyError`."""

    async def tell(teller: Storyteller, outcome: Outcome, screen: Screen) -> AsyncGenerator[Passage, None]:
        await teller.library.sweep()
        from fably.telling.named import story_named  # only now: it reads what the offline storyteller reads

        before = await asyncio.to_thread(story_named, teller.library, name, teller.settings)
        screen.waiting(teller)
        async with aclosing(teller.sequel(before, outcome)) as story:
            async for passage in story:
                yield passage

    return _run(settings, tell)


def _wanted(wish: str, teller: Storyteller) -> Story | None:
    from fably.lore.going_on import going_on

    if going_on(wish, teller.settings.language) is None:
        return None
    from fably.telling.recollecting import wanted  # only now: it reads what the offline storyteller reads

    return wanted(wish, teller.settings.language, teller.library)


def _spoken_query(settings: Settings, query: str) -> Utterance | None:
    if settings.query_file is None:
        return None
    if query:
        raise ConfigError("--query-file says what the story is about, and so do the words after it; leave one of them out")
    from fably.pcm.utterance import read_utterance

    try:
        return read_utterance(settings.query_file)
    except OSError as error:
        fault = ConfigError(f"--query-file: {settings.query_file} cannot be read: {error.strerror or error}")
        raise fault.of_kind("unreadable", origin="--query-file", file=settings.query_file, reason=error) from error
    except ValueError as error:
        raise ConfigError(f"--query-file: {settings.query_file} {error}") from error


def tell_again(settings: Settings, story: Story, first: int = 0) -> int:
    """Tell a kept story from its passage `first` on, and what is missing of it; give the exit code. Raises `FablyError`."""
    return _run(settings, lambda teller, outcome, _screen: teller.again(story, outcome, first=first))


def _run(settings: Settings, tell: Callable[[Storyteller, Outcome, Screen], AsyncGenerator[Passage, None]]) -> int:
    tune()
    if settings.debug:
        logs.start(settings)
    screen = Screen(settings)
    try:
        return run(_tell(settings, screen, tell))
    except (KeyboardInterrupt, asyncio.CancelledError):
        screen.end_line()
        screen.say(text(settings.language, "status.stopped"))
        return STOPPED
    except FablyError:
        screen.end_line()
        raise


async def _tell(settings: Settings, screen: Screen, tell: Callable[[Storyteller, Outcome, Screen], AsyncGenerator[Passage, None]]) -> int:
    stop_on_signals()
    outcome = Outcome()
    async with storyteller(settings, screen.warn) as teller:
        sweeping = asyncio.create_task(teller.sweep())  # what a crash left behind; nobody waits for it
        async with aclosing(tell(teller, outcome, screen)) as story:
            async for passage in story:
                screen.passage(passage)
        screen.told(outcome)
        await sweeping
        teller.make_room()
        await teller.lines.make_opener(outcome)
    return 0 if outcome.heard or outcome.kept else 1
