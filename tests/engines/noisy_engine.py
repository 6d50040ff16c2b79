"""An engine for tests: it prints while it loads and answers, and does as it is told by the type of an event."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncGenerator

from wyoming.event import Event

from fably.engines.serving import Program, Refused, serve

taken: list[bytes] = []


async def answer(event: Event) -> AsyncGenerator[Event, None]:
    print("a library prints")
    os.write(1, b"and another, without Python\n")
    if event.type == "raise":
        raise RuntimeError("first line\nsecond line")
    if event.type == "leave":
        print("it was time", file=sys.stderr)
        os._exit(7)
    if event.type == "wait":
        await asyncio.sleep(600)
    if event.type == "take":
        taken.append(b"\1" * event.data["bytes"])
        yield Event("taken")
    if event.type == "call":
        with socket.create_connection(("127.0.0.1", event.data["port"])):
            await asyncio.sleep(600)
    if event.type == "say":
        yield Event("said", {"text": event.data["text"], "input": sys.stdin.read()})


def load() -> Program:
    print("a library prints")
    os.write(1, b"and another, without Python\n")
    if sys.argv[1:] == ["refuse"]:
        raise Refused("this is no\nvoice")
    if sys.argv[1:] == ["fall"]:
        raise MemoryError
    return Program(Event("info", {}), lambda: answer)


if __name__ == "__main__":
    serve(load, None)
