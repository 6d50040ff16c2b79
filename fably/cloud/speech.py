"""Raw samples from a service that speaks: told from what only looks like them, and cut at whole frames."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.cloud.service import Service
from fably.core.errors import ProviderUnavailable
from fably.core.types import AudioFormat
from fably.pcm.bounded import bounded
from fably.pcm.kinds import kind_of

_TEXT = re.compile(r"[^;]*(?:json|html|xml)\b", re.IGNORECASE)
# Other formats (the fifth is MP3 without a tag: a layer III frame of a rate that there is), and what is all letters.
_FOREIGN = re.compile(rb"RIFF|ID3|OggS|fLaC|\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xeb]|\xef\xbb\xbf|[\t\n\r -~]+\Z")
LOOK = 16
"""Bytes that are looked at before any are handed on; services may send them one by one."""


def check_kind(service: Service, kind: str) -> None:
    """Raise `ProviderUnavailable` for an answer whose content type `kind` says that it is a text: it would be heard as a noise."""
    if _TEXT.match(kind):
        raise _no_speech(service, kind.split(";")[0].strip(), "sound")


async def raw_speech(source: AsyncGenerator[bytes, None], service: Service, format: AudioFormat, text: str) -> AsyncGenerator[bytes, None]:
    """Give the speech of `text` in whole frames, as it comes from `source`, which sends bytes cut anywhere.

    Raises `ProviderUnavailable` for what is no raw PCM, for no sound at all, and for speech that does not end.
    """
    heard = False
    async with aclosing(bounded(_frames(source, service, format), format, text, service.place)) as chunks:
        async for pcm in chunks:
            heard = True
            yield pcm
    if not heard:
        raise ProviderUnavailable(f"{service.place} gave no sound", place=service.place, kind="no_sound")


async def _frames(source: AsyncGenerator[bytes, None], service: Service, format: AudioFormat) -> AsyncGenerator[bytes, None]:
    """The same bytes, cut at whole frames; half a frame at the end is dropped."""
    carry, looked = b"", False
    async with aclosing(source) as chunks:
        async for chunk in chunks:
            chunk = carry + chunk
            if not looked and len(chunk) < LOOK:
                carry = chunk
                continue
            if not looked:
                _look(service, chunk)
                looked = True
            whole = len(chunk) - len(chunk) % format.frame
            chunk, carry = chunk[:whole], chunk[whole:]
            if chunk:
                yield chunk
    if not looked and len(carry) >= format.frame:  # a sound of less than a millisecond, or a very short text
        _look(service, carry)
        yield carry[: len(carry) - len(carry) % format.frame]


def _look(service: Service, begin: bytes) -> None:
    if _FOREIGN.match(begin[:LOOK]):
        raise _no_speech(service, kind_of(begin) or "a text", "raw PCM")


def _no_speech(service: Service, what: str, asked: str) -> ProviderUnavailable:
    said = f"{service.place} sends {what} where {asked} was asked for"
    return ProviderUnavailable(said, retryable=False, place=service.place, kind="no_speech", detail=what)
