"""Speech from ElevenLabs, as raw samples that can be played from the first byte on, over the plain HTTP that is there anyway."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

from fably.cloud import Cloud, Service
from fably.cloud.errors import http_translated, reason, refused
from fably.cloud.reading import read
from fably.cloud.speech import check_kind, raw_speech
from fably.core.errors import ProviderError, VoiceUnknown
from fably.core.types import AudioFormat, Language

if TYPE_CHECKING:
    import httpx2

NARRATOR = "JBFqnCBsd6RMkjVDRZzb"  # George, a calm storyteller that every account has
_ID = re.compile(r"[A-Za-z0-9]{20}")
_TAKES_LANGUAGE = re.compile(r"_v(?:2_5|3)(?:_|$)")  # the others refuse the whole request for it
_VOICE_GONE = {"voice_not_found", "voice_does_not_exist"}
_STATUS = {
    "invalid_api_key": 401,
    "missing_permissions": 403,
    "detected_unusual_activity": 403,
    "quota_exceeded": 402,
    "model_not_found": 404,
    "model_does_not_exist": 404,
    "invalid_uid": 404,
    "system_busy": 429,
    "too_many_concurrent_requests": 429,
}
"""The HTTP status that each of its own should have come with: ElevenLabs says 400 or 401 to many things."""


class ElevenLabsVoice:
    """A `TextToSpeech`. `voice` is an id or a name; without one a calm narrator speaks. The samples are 24 kHz, 16 bit, mono."""

    format = AudioFormat(24_000)
    at_once = 2  # a distant voice takes as long to begin as to speak: ask for the next passage meanwhile

    def __init__(self, *, cloud: Cloud, service: Service, model: str, voice: str | None, language: Language) -> None:
        self._http = cloud.http(service)
        self._service = service
        self._language = language
        self._url = service.url.rstrip("/")
        self._one_asks = asyncio.Lock()
        self._there: dict[str, str] | None = None
        self.model = model
        self.voice = voice
        self._id = voice if voice and _ID.fullmatch(voice) else None if voice else NARRATOR

    @property
    def _headers(self) -> dict[str, str]:
        """Made for each request: what is kept may be shown."""
        return {"xi-api-key": self._service.key} if self._service.key else {}

    async def voices(self) -> list[str]:
        """The voices of the account, each with its id behind it in brackets. Raises `ProviderError`."""
        return [f"{name} ({one})" for one, name in (await self._listed()).items()]

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`; chunks come as the service sends them. Raises `ProviderError`, also when no sound comes at all."""
        with http_translated(self._service):
            async with self._asked(text) as answer:
                check_kind(self._service, answer.headers.get("content-type", ""))
                sound = read(answer.aiter_bytes(), answer.aclose)
                async with aclosing(raw_speech(sound, self._service, self.format, text)) as chunks:
                    async for pcm in chunks:
                        yield pcm

    @asynccontextmanager
    async def _asked(self, text: str) -> AsyncGenerator[httpx2.Response, None]:
        """The answer, still to be read. Where the account does not have our narrator, its first voice speaks."""
        body = {"text": text, "model_id": self.model}
        if _TAKES_LANGUAGE.search(self.model):
            body["language_code"] = self._language
        while True:
            voice = self._id = self._id or await self._find(self.voice or "")
            address = f"{self._url}/text-to-speech/{voice}/stream?output_format=pcm_{self.format.rate}"
            # another host would be sent the key as well: no redirects
            async with self._http.stream("POST", address, json=body, headers=self._headers, follow_redirects=False) as answer:
                if answer.status_code < 300:
                    yield answer
                    return
                fault = self._refused(answer.status_code, await answer.aread(), answer.headers, voice)
            if self.voice or voice != NARRATOR or not isinstance(fault, VoiceUnknown):
                raise fault
            self._id = await self._first()

    async def _find(self, wished: str) -> str:
        """The id of the voice that is called `wished`: by its whole name, by what stands before its dash, or by its first word."""
        there = await self._listed()
        for known in (str, lambda name: name.partition(" - ")[0], lambda name: (name.split() or [""])[0]):
            for one, name in there.items():
                if known(name).strip().casefold() == wished.strip().casefold():
                    return one
        raise self._unknown(wished)

    async def _first(self) -> str:
        for one in await self._listed():
            return one
        place = self._service.place
        raise VoiceUnknown(f"{place} has no voice for this account; add one to it, or name one with --tts-voice", place=place)

    async def _listed(self) -> dict[str, str]:
        """The names of the account's voices by their ids, asked for once. Raises `ProviderError`."""
        async with self._one_asks:
            if self._there is None:
                with http_translated(self._service):
                    answer = await self._http.get(f"{self._url}/voices", headers=self._headers, follow_redirects=False)
                    if answer.status_code >= 300:
                        raise self._refused(answer.status_code, answer.content, answer.headers, "its voices")
                    self._there = {str(one["voice_id"]): str(one["name"]) for one in answer.json()["voices"]}
            return self._there

    def _unknown(self, voice: str) -> VoiceUnknown:
        place = self._service.place
        return VoiceUnknown(
            f"{place} has no voice {voice!r}; `fably voices` lists those it has", place=place, kind="voice_gone", detail=voice
        )

    def _refused(self, status: int, body: bytes, headers: Mapping[str, str], voice: str) -> ProviderError:
        """The error for an answer. What is said in the body goes before the `status` of HTTP."""
        words = _own_status(body)
        if words & _VOICE_GONE or ("invalid_uid" in words and voice in reason(body)):
            return self._unknown(voice)
        status = next((_STATUS[one] for one in words if one in _STATUS), status)
        return refused(self._service, self.model, status, body, headers)


def _own_status(body: bytes) -> set[str]:
    """The words for programs that an error has."""
    try:
        detail: Any = json.loads(body)["detail"]
        return {str(detail.get(name)) for name in ("status", "code")}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return set()
