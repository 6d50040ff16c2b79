"""Standard output gets the story, standard error all the rest."""

import asyncio
import os
import sys
from typing import TextIO

from fably.core.types import Passage
from fably.library.story import read_info, sound_file
from fably.settings import Settings
from fably.story.pipeline import Outcome
from fably.telling.storyteller import Storyteller
from fably.texts import lines, text


class Screen:
    """What a person sees. With sound on standard output, the story is shown on standard error."""

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

        backends = teller.backends
        words, voice = backends.taken("llm"), backends.taken("tts")
        self.say(
            text(language, "status.taken", words=words, why_words=why(backends.words.why), voice=voice, why_voice=why(backends.voice.why))
        )
        if sys.stderr is not None and sys.stderr.isatty() and not self._settings.quiet:
            self._status = text(language, "status.thinking") + " …"
            show(self._status, sys.stderr)

    async def ask_back(self, wish: str) -> str | None:
        """Ask whether this was wished for, and give what was: the same, another wish that is typed instead, or None for none of them.
        Where nobody can answer it was not."""
        if sys.stdin is None or not sys.stdin.isatty():
            return None
        self.warn(text(self._settings.language, "asking.back", wish=wish))
        line = await _line_typed()
        typed = " ".join(line.split()).strip(".!?")
        yes, no = (lines(self._settings.language, f"asking.{one}") for one in ("yes", "no"))
        if not line:  # the end of the input, which is no answer
            return None
        if not typed or typed.lower() in yes:
            return wish
        first, _comma, rest = typed.partition(",")
        other = rest.strip() if first.lower() in no else typed
        return None if other.lower() in ("", *no) else other

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
        if outcome.left_at is not None and kept is not None:
            self.say(text(self._settings.language, "status.asleep", name=kept.name))
        if not outcome.heard and kept is not None:
            self.warn(text(self._settings.language, "status.in_file", path=sound_file(kept, read_info(kept))))
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


async def _line_typed() -> str:
    """The next line from a terminal. Not read in a thread, which nobody could stop."""
    loop = asyncio.get_running_loop()
    typed = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    return sys.stdin.readline()


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
