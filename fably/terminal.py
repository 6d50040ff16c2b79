"""What a person sees while a story is told from the command line."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TextIO

from fably.assembly import storyteller
from fably.core.errors import FablyError, MissingDependency
from fably.core.types import Passage
from fably.library.story import WAV, Story
from fably.memory.malloc import tune
from fably.providers.factory import PROVIDERS, provider_class
from fably.settings import Settings
from fably.story.pipeline import Outcome
from fably.story.prompt import LONGEST_WISH, cleaned
from fably.storyteller import Storyteller
from fably.texts import text

STOPPED = 130  # what a shell says of a program that was stopped by Ctrl-C


def tell_story(settings: Settings, query: str) -> int:
    """Tell the story of `query` and give the exit code. Raises `FablyError`."""
    wish = cleaned(query)

    def tell(teller: Storyteller, outcome: Outcome, screen: "Screen") -> AsyncGenerator[Passage, None]:
        if len(query) > LONGEST_WISH:
            screen.say(text(settings.language, "status.long_wish", count=LONGEST_WISH))
        screen.waiting(teller)
        return teller.tell(wish, outcome)

    return _run(settings, tell)


def tell_again(settings: Settings, story: Story, first: int = 0) -> int:
    """Tell a kept story from its passage `first` on, and what is missing of it; give the exit code. Raises `FablyError`."""
    return _run(settings, lambda teller, outcome, _screen: teller.again(story, outcome, first=first))


def _run(settings: Settings, tell: "Callable[[Storyteller, Outcome, Screen], AsyncGenerator[Passage, None]]") -> int:
    tune()
    if settings.debug:
        logging.basicConfig(format="%(relativeCreated)7.0f ms  %(name)s: %(message)s", stream=sys.stderr)
        logging.getLogger("fably").setLevel(logging.DEBUG)
    screen = Screen(settings)
    try:
        return asyncio.run(_tell(settings, screen, tell))
    except (KeyboardInterrupt, asyncio.CancelledError):
        screen.end_line()
        screen.say(text(settings.language, "status.stopped"))
        return STOPPED
    except FablyError:
        screen.end_line()
        raise


async def _tell(
    settings: Settings, screen: "Screen", tell: "Callable[[Storyteller, Outcome, Screen], AsyncGenerator[Passage, None]]"
) -> int:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - this is a coroutine, so there is one
    for number in (signal.SIGTERM, signal.SIGHUP):  # asyncio.run itself does the same for SIGINT
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    outcome = Outcome()
    async with storyteller(settings, screen.warn) as teller:
        sweeping = asyncio.create_task(teller.library.sweep())  # what a crash left behind; nobody waits for it
        async with aclosing(tell(teller, outcome, screen)) as story:
            async for passage in story:
                screen.passage(passage)
        screen.told(outcome)
        await sweeping
        teller.make_room()
        await teller.make_opener(outcome)
    return 0 if outcome.heard or outcome.kept else 1


class Screen:
    """Standard output gets the story, standard error all the rest. With sound on standard output, the story is shown on the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._out = sys.stderr if settings.output == "-" else sys.stdout
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that has no ş must not end the story
        self._status = ""
        self._open_line = False

    def say(self, sentence: str) -> None:
        """Show a sentence that --quiet leaves out."""
        if not self._settings.quiet:
            self.warn(sentence)

    def warn(self, sentence: str) -> None:
        """Show a sentence that must be read, on a line of its own."""
        self._clear()
        if self._out is not None and self._out.isatty():
            self.end_line()
        show(sentence + "\n", sys.stderr)

    def waiting(self, teller: Storyteller) -> None:
        """Say who is going to tell and why, and that it takes a moment."""
        language = self._settings.language

        def why(reason: str) -> str:
            return text(language, f"why.{reason}")

        words, voice = teller.backends.words, teller.backends.voice
        self.say(
            text(
                language, "status.taken", words=words.names[0], why_words=why(words.why), voice=voice.names[0], why_voice=why(voice.why)
            )
        )  # fmt: skip
        if sys.stderr is not None and sys.stderr.isatty() and not self._settings.quiet:
            self._status = text(language, "status.thinking") + " …"
            show(self._status, sys.stderr)

    def passage(self, passage: Passage) -> None:
        """Show what begins to be heard."""
        self._clear()
        if self._settings.quiet:
            return
        # a model's escape codes are not for the terminal
        lead = passage.lead if self._open_line else ""
        plain = "".join(one for one in lead + passage.text if one.isprintable() or one == "\n")
        self._open_line = True
        show(plain, self._out)

    def end_line(self) -> None:
        """End a line of the story that has begun."""
        self._clear()
        if self._open_line:
            self._open_line = False
            show("\n", self._out)

    def told(self, outcome: Outcome) -> None:
        """End the story's text and say where it is."""
        self.end_line()
        kept, output = outcome.kept, self._settings.output
        if not outcome.heard and kept is not None:
            self.warn(text(self._settings.language, "status.in_file", path=kept / WAV))
        elif output and output != "-":
            self.say(text(self._settings.language, "status.in_file", path=output))
        elif outcome.again and kept is not None:
            self.say(text(self._settings.language, "status.again", name=kept.name))
        elif kept is not None:
            self.say(text(self._settings.language, "status.kept", path=kept))

    def _clear(self) -> None:
        if self._status:
            show("\r\x1b[K", sys.stderr)
            self._status = ""


def show(words: str, stream: TextIO | None) -> None:
    """Write to a standard stream. One that is closed, full or read by nobody any more is left alone: the story is told all the same."""
    if stream is None:
        return
    try:
        stream.write(words)
        stream.flush()
    except (OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # what is left in its buffer would fail again when the process ends
        os.close(nowhere)


def list_voices(settings: Settings) -> None:
    """Show the voices of every backend that is installed."""
    for kind, name in PROVIDERS:
        if kind != "tts" or settings.tts_provider not in ("auto", name):
            continue
        try:
            voices = provider_class(kind, name).voices()
        except MissingDependency as error:
            show(f"{name}: {error}\n", sys.stderr)
        else:
            show("\n".join([f"{name}:", *(f"  {voice}" for voice in voices), ""]), sys.stdout)
