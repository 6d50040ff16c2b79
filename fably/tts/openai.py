"""Speech from any OpenAI-compatible service, as raw samples that can be played from the first byte on.

Two ways: `/audio/speech`, which home servers such as Kokoro-FastAPI, Speaches and LocalAI have; and an audio model of the chat
completions, for OpenAI itself, whose speech models end on 2027-01-06.
"""

import base64
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fably.cloud import Cloud, Service
from fably.cloud.errors import translated
from fably.cloud.events import events, read_out
from fably.cloud.models import any_model
from fably.cloud.reading import read
from fably.cloud.speech import check_kind, raw_speech
from fably.core.errors import ModelRetired, ProviderUnavailable
from fably.core.types import AudioFormat

VOICES = ("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse")
DEFAULT_VOICE = "fable"
NO_LIST = (404, 405, 501)
"""What a service answers that has no list of its voices."""
CHAT_VOICE = "sage"
DEAF_TO_SPEED = "-mini-tts"
"""How models are called that do not heed `speed`, as gpt-4o-mini-tts. Those that speak through chat have no such parameter."""
READER = "You read bedtime stories aloud, warmly and unhurried. Speak the user's text word for word, in its language, and nothing else."


class OpenAIVoice:
    """A `TextToSpeech`. A `model` of the gpt-audio family speaks through chat completions; with None the server is asked which one it
    has. The samples are 24 kHz, 16 bit, mono."""

    format = AudioFormat(24_000)
    at_once = 2  # a distant voice takes as long to begin as to speak: ask for the next passage meanwhile

    def __init__(self, cloud: Cloud, service: Service, *, model: str | None, voice: str | None) -> None:
        self._client = cloud.client(service)
        self._service = service
        self.model = model
        self._chat = bool(model and model.startswith("gpt") and "audio" in model)
        self.voice = voice or (CHAT_VOICE if self._chat else DEFAULT_VOICE)
        # imported here, in the thread that loads, not at the first word
        client: Any = self._client
        self._asks = (client.chat.completions if self._chat else client.audio.speech).with_streaming_response

    async def voices(self) -> list[str]:
        """The voices of the service, if it has a list of them; else those that OpenAI has. Raises `ProviderError`."""
        if self._service.name:  # OpenAI itself, which has no such place
            return list(VOICES)
        try:
            with translated(self._service, "/audio/voices"):
                answer = await self._client.get("/audio/voices", cast_to=object)
        except (ModelRetired, ProviderUnavailable) as fault:
            if getattr(fault.__cause__, "status_code", None) in NO_LIST:
                return list(VOICES)
            raise
        there = answer.get("voices") if isinstance(answer, dict) else None
        return [_name(one) for one in there] if isinstance(there, list) and there else list(VOICES)

    def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`; chunks come as the service sends them. Raises `ProviderError`, also when no sound comes at all."""
        return self.at_pace(text, 1.0)

    async def at_pace(self, text: str, pace: float) -> AsyncGenerator[bytes, None]:
        """Speak `text` at `pace` times the usual tempo, where the model can be told so. Raises `ProviderError`."""
        if self.model is None:
            self.model = await any_model(self._client, self._service, "tts")
        with translated(self._service, self.model):
            sound = self._by_chat(text) if self._chat else self._by_speech(text, pace)
            async with aclosing(raw_speech(sound, self._service, self.format, text)) as chunks:
                async for pcm in chunks:
                    yield pcm

    async def _by_speech(self, text: str, pace: float) -> AsyncGenerator[bytes, None]:
        slower = {"speed": round(pace, 3)} if pace != 1 and not str(self.model).endswith(DEAF_TO_SPEED) else {}
        asked = self._asks.create(model=self.model, voice=self.voice, input=text, response_format="pcm", **slower)
        async with asked as answer:
            check_kind(self._service, answer.headers.get("content-type", ""))
            async with aclosing(read(answer.iter_bytes(), answer.close)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def _by_chat(self, text: str) -> AsyncGenerator[bytes, None]:
        asked = self._asks.create(
            model=self.model,
            modalities=["text", "audio"],
            audio={"voice": self.voice, "format": "pcm16"},
            messages=[{"role": "system", "content": READER}, {"role": "user", "content": text}],
            stream=True,
        )
        async with asked as answer:
            async with aclosing(read(answer.iter_bytes(), answer.close)) as pieces, aclosing(events(pieces, self._service)) as chunks:
                async for chunk in chunks:
                    choice = (chunk.get("choices") or [{}])[0]
                    if data := ((choice.get("delta") or {}).get("audio") or {}).get("data"):
                        yield base64.b64decode(data)
                    if choice.get("finish_reason"):
                        break
                await read_out(pieces)


def _name(voice: object) -> str:
    """What a voice is asked for by: servers list bare names, or records."""
    return str(voice.get("id") or voice.get("name")) if isinstance(voice, dict) else str(voice)
