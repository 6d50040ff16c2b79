"""A small story that is kept, and what it is made of."""

import asyncio
from pathlib import Path

from fably.core.types import AudioFormat, Passage
from fably.library.library import Library

FORMAT = AudioFormat(16_000)
PASSAGES = [
    Passage(0, "Once upon a time,"),
    Passage(1, "a fox.", " "),
    Passage(2, "He slept.\n\nSo did I.", "\n\n"),
    Passage(4, "Good night.", " "),
]


def keep(root: Path, wish: str = "a fox", *, complete: bool = True, passages: list[Passage] = PASSAGES, size: int = 800) -> Path | None:
    async def scene() -> Path | None:
        record = await Library(root).begin(lambda: wish.replace(" ", "-"), lambda: {"query": wish, "language": "tr", "ş": "ı"}, FORMAT)
        for passage in passages:
            record.passage(passage)
            record.sound(b"\1\2" * (size // 2))
        return await record.finish(complete=complete)

    return asyncio.run(scene())
