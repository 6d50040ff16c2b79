"""What the process of every engine needs: it answers Wyoming events on its standard input and output, or at an address.

It talks to its parent and to nobody else, dies with it, and is the first to go when memory is short. Standard output carries events
alone: what a library prints goes to standard error. What goes wrong is one sentence there.
"""

import asyncio
import contextlib
import os
import resource
import stat
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.streams import FlowControlMixin
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn

from wyoming.error import Error
from wyoming.event import Event, async_write_event

from fably.core.errors import ProviderUnavailable
from fably.memory.children import die_with_parent
from fably.wyoming import LONGEST_LINE, address_of, next_event

REFUSED = 78
"""The exit code of an engine that cannot work with what it was given: trying again is of no use."""
DATA = "FABLY_ENGINE_DATA"
"""The variable that says how many bytes an engine may ask the system for: what runs away fails, and takes nobody along."""
LONGEST_SENTENCE = 300  # characters of what is said of a fault
_NICE = 5  # behind the process that plays, before what can wait


class Refused(Exception):
    """An engine cannot work with what it was given; the text is the sentence for a parent."""


Answer = Callable[[Event], AsyncGenerator[Event, None]]
"""The events that follow one of a client's: none for one that is not known. What it raises is sent as an error event."""


class Program(NamedTuple):
    """An engine that is loaded."""

    info: Event
    """What it says of itself when it is asked to describe itself."""
    meet: Callable[[], Answer]
    """Called for each client. What is kept between its events, such as the sound that it sends piece by piece, belongs to the answer."""


def serve(load: Callable[[], Program], uri: str | None) -> NoReturn:
    """Load an engine and let it answer until its client is gone; at `uri`, tcp://host:port or unix:///path, until it is stopped."""
    die_with_parent()
    _step_back()
    try:
        pipes = _events_alone() if uri is None else None
        program = load()
        asyncio.run(_over_pipes(program, *pipes) if pipes else _at(uri or "", program))
    except KeyboardInterrupt:
        sys.exit(130)
    except Refused as error:
        _refuse(str(error))
    except Exception as error:  # this is the whole process, and its only way to say what happened
        print(sentence(error), file=sys.stderr)
        sys.exit(1)
    sys.exit(0)


def sentence(error: BaseException) -> str:
    """What happened, in one line."""
    said = " ".join(str(getattr(error, "strerror", None) or error).split())
    return (said or type(error).__name__)[:LONGEST_SENTENCE]


def _refuse(said: str) -> NoReturn:
    print(" ".join(said.split())[:LONGEST_SENTENCE], file=sys.stderr)
    sys.exit(REFUSED)


def _step_back() -> None:
    """What is not granted is not needed."""
    if data := os.environ.get(DATA):
        _soft, most = resource.getrlimit(resource.RLIMIT_DATA)
        bound = int(data) if most == resource.RLIM_INFINITY else min(int(data), most)  # somebody may have bounded us already
        resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")


def _events_alone() -> tuple[int, int]:
    """Standard input and output under other numbers; under their own nothing is to be read, and what is printed goes to standard error.
    Raises `Refused`."""
    inward, outward = os.dup(0), os.dup(1)
    if not all(stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) for mode in (os.fstat(inward).st_mode, os.fstat(outward).st_mode)):
        raise Refused("an engine is started by Fably, over pipes; with --uri tcp://127.0.0.1:10200 it is a server of its own")
    sys.stdout = sys.stderr  # or it would be printed at the end, behind what we have to say
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return inward, outward


async def _over_pipes(program: Program, inward: int, outward: int) -> None:
    loop = asyncio.get_running_loop()
    reader = StreamReader(LONGEST_LINE)
    source, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(inward, "rb", 0))
    sink, flow = await loop.connect_write_pipe(FlowControlMixin, os.fdopen(outward, "wb", 0))
    writer = StreamWriter(sink, flow, None, loop)  # kept to the end: one that nobody has any more closes the pipe by itself
    try:
        await _converse(program, reader, writer)
    finally:
        source.close()
        sink.abort()


async def _at(uri: str, program: Program) -> None:
    try:
        address = address_of(uri)
    except ProviderUnavailable as error:
        raise Refused(str(error)) from error
    meet = partial(_meet, program)
    if address.path:
        server = await asyncio.start_unix_server(meet, address.path, limit=LONGEST_LINE)
    else:
        server = await asyncio.start_server(meet, address.host, address.port, limit=LONGEST_LINE)
    async with server:
        await server.serve_forever()


async def _meet(program: Program, reader: StreamReader, writer: StreamWriter) -> None:
    try:
        with contextlib.suppress(ValueError, RecursionError, asyncio.LimitOverrunError):  # who talks nonsense is left
            await _converse(program, reader, writer)
    finally:
        writer.transport.abort()


async def _converse(program: Program, reader: StreamReader, writer: StreamWriter) -> None:
    """Answer one client until it is gone. Raises what `next_event` does for nonsense."""
    answer = program.meet()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            event = await next_event(reader)
            async with aclosing(_answers(program, answer, event)) as answers:
                async for one in answers:
                    await async_write_event(one, writer)


async def _answers(program: Program, answer: Answer, event: Event) -> AsyncGenerator[Event, None]:
    if event.type == "describe":
        yield program.info
        return
    try:
        async with aclosing(answer(event)) as answers:
            async for one in answers:
                yield one
    except Exception as error:  # whatever a native library raises: the next request may fare better
        yield Error(sentence(error)).event()
