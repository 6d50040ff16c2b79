"""Fetches one file, in as many pieces as it takes: what came is kept beside it, and only the rest is asked for again."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

from fably.cloud.errors import http_translated
from fably.cloud.reading import read
from fably.core.errors import ProviderError, ProviderUnavailable
from fably.voicebank.listing import VoiceFile
from fably.voicebank.part import Part, checksum
from fably.voicebank.place import Place

if TYPE_CHECKING:
    import httpx2

ATTEMPTS = 5
PAUSE = 1.0  # seconds before the second attempt, and one more before each further one
PATIENCE = 30.0  # seconds for LEAST bytes; a place that is slower has stopped, whatever it drips
LEAST = 32_000
LARGEST_LIST = 5_000_000  # bytes of voices.json, which has 250 kB


async def fetch_list(client: httpx2.AsyncClient, place: Place) -> bytes:
    """The place's voices.json. Raises `ProviderError`."""
    whole = bytearray()
    with http_translated(place.service):
        async with _timely(place), client.stream("GET", place.at("voices.json")) as answer:
            if answer.status_code in (404, 410):
                said = f"{place.service.place} has no list of Piper's voices; --from takes the address below which voices.json lies"
                raise ProviderUnavailable(said, retryable=False)
            _check(answer, place, "voices.json")
            async with aclosing(read(answer.aiter_raw(), answer.aclose)) as pieces:
                async for piece in pieces:
                    whole += piece
                    if len(whole) > LARGEST_LIST:
                        raise ProviderUnavailable(f"{place.service.place} gives a list without an end", retryable=False)
    return bytes(whole)


async def fetch(client: httpx2.AsyncClient, place: Place, file: VoiceFile, part: Part, at: Callable[[int], None]) -> None:
    """Fetch `file` into `part`, which may have the beginning of it already, and make sure of it; `at` is told how many bytes are there.

    Raises `ProviderError` and `OSError`; `part` stays for the next time, unless what is in it is wrong.
    """
    for older in (part.size > 0, False):
        try:
            await _whole(client, place, file, part, at)
        except _Changed:
            part.drop()
            raise
        if await asyncio.to_thread(checksum, part.path) == file.md5:
            return
        part.drop()
        if not older:  # an older beginning may be of another file, and then the whole of it is fetched once more
            said = f"what {place.service.place} gives as {file.name} does not have the checksum of its list, so it is not kept; try later"
            raise ProviderUnavailable(said, retryable=False)


async def _whole(client: httpx2.AsyncClient, place: Place, file: VoiceFile, part: Part, at: Callable[[int], None]) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await _rest(client, place, file, part, at)
        except ProviderError as fault:
            if not fault.retryable:
                raise
            if attempt == ATTEMPTS:
                raise ProviderUnavailable(f"{fault}; the same command goes on where it was") from fault
            await asyncio.sleep(PAUSE * attempt)
        else:
            return


async def _rest(client: httpx2.AsyncClient, place: Place, file: VoiceFile, part: Part, at: Callable[[int], None]) -> None:
    """One attempt at what is missing."""
    had = part.size
    if had > file.size:
        part.drop()
        had = 0
    at(had)
    if had == file.size:
        return
    with http_translated(place.service):
        async with (
            _timely(place) as deadline,
            client.stream("GET", place.at(file.path), headers={"Range": f"bytes={had}-"} if had else {}) as answer,
        ):
            if answer.status_code == 416:  # it does not have so much of it
                part.drop()
            _check(answer, place, file.name)
            count = _begins(answer, place, file, had)
            with part.opened(count) as out:
                async with aclosing(read(answer.aiter_raw(), answer.aclose)) as pieces:
                    fresh = 0
                    async for piece in pieces:
                        count, fresh = count + len(piece), fresh + len(piece)
                        if count > file.size:
                            raise _another_size(place, file, "more")
                        out.write(piece)
                        at(count)
                        if fresh >= LEAST:
                            fresh = 0
                            deadline.reschedule(asyncio.get_running_loop().time() + PATIENCE)
                out.flush()
                await asyncio.to_thread(os.fsync, out.fileno())
    if count < file.size:
        raise ProviderUnavailable(f"{place.service.place} broke off before {file.name} was whole")


@asynccontextmanager
async def _timely(place: Place) -> AsyncIterator[asyncio.Timeout]:
    """A deadline, to be put off as long as something comes."""
    try:
        async with asyncio.timeout(PATIENCE) as deadline:
            yield deadline
    except TimeoutError as error:
        raise ProviderUnavailable(f"{place.service.place} gives nothing any more") from error


def _check(answer: httpx2.Response, place: Place, name: str) -> None:
    """Raise what a status means that is none of success."""
    status, where = answer.status_code, place.service.place
    if status in (200, 206):
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise ProviderUnavailable(f"{where} sends {name} packed, though nobody asked for that", retryable=False)
        return
    if status in (404, 410):
        raise ProviderUnavailable(f"{where} does not have {name}, though it is in its list; choose another voice", retryable=False)
    raise ProviderUnavailable(f"{where} does not give {name}: status {status}", retryable=status in (408, 416, 425, 429) or status >= 500)


def _begins(answer: httpx2.Response, place: Place, file: VoiceFile, had: int) -> int:
    """The byte at which an answer begins: that which was asked for, or the first where the place cannot do that."""
    if answer.status_code == 206:
        range = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("content-range", ""))
        if not range or int(range[1]) != had:
            raise ProviderUnavailable(f"{place.service.place} gives another piece of {file.name} than was asked for", retryable=False)
        if range[2] not in ("*", str(file.size)):
            raise _another_size(place, file, range[2])
        return had
    length = answer.headers.get("content-length", "")
    if length.isdigit() and int(length) != file.size:
        raise _another_size(place, file, length)
    return 0


def _another_size(place: Place, file: VoiceFile, has: str) -> ProviderUnavailable:
    said = f"{place.service.place} gives {has} bytes of {file.name} where its list has {file.size}; try later"
    return _Changed(said, retryable=False)


class _Changed(ProviderUnavailable):
    """It is not the file that the list speaks of."""
