"""Speech from any OpenAI-compatible service, as raw samples that can be played from the first byte on.

Two ways: `/audio/speech`, which home servers such as Kokoro-FastAPI, Speaches and LocalAI have; and an audio model of the chat
completions, for OpenAI itself, whose speech models end on 2027-01-06.
"""

import base64
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.cloud import Cloud, is_openai, place, read, translated
from fably.core.errors import ProviderUnavailable
from fably.core.types import AudioFormat

SPEECH_MODEL = "tts-1"  # what compatible servers answer to, whatever they really run
CHAT_MODEL = "gpt-audio-1.5"
VOICES = ("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse")
DEFAULT_VOICE = "fable"
CHAT_VOICE = "sage"
READER = "You read bedtime stories aloud, warmly and unhurried. Speak the user's text word for word, in its language, and nothing else."


class OpenAIVoice:
    """A `TextToSpeech`. `url` None is OpenAI itself. The protocol's samples are 24 kHz, 16 bit, mono."""

    format = AudioFormat(24_000)
    at_once = 2  # a distant voice takes as long to begin as to speak: ask for the next passage meanwhile

    def __init__(self, cloud: Cloud, *, url: str | None, key: str | None, model: str | None, voice: str | None) -> None:
        self._client = cloud.client(url, key)
        self._place = place(url)
        self.model = model or (CHAT_MODEL if is_openai(url) else SPEECH_MODEL)
        self._chat = "audio" in self.model and self.model.startswith("gpt")
        self.voice = voice or (CHAT_VOICE if self._chat else DEFAULT_VOICE)
        if not self._chat:
            _ = self._client.audio.speech.with_streaming_response  # imported here, in the thread that loads, not at the first word

    @staticmethod
    def voices() -> list[str]:
        """The voices that OpenAI has. A compatible server may have others."""
        return list(VOICES)

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`; chunks come as the service sends them. Raises `ProviderError`, also when no sound comes at all."""
        carry, heard = b"", False
        with translated(self._place, self.model):
            async with aclosing(self._by_chat(text) if self._chat else self._by_speech(text)) as chunks:
                async for chunk in chunks:
                    if not heard and chunk.startswith((b"RIFF", b"ID3", b"OggS", b"fLaC")):
                        raise ProviderUnavailable(f"{self._place} sends {chunk[:4]!r} where raw PCM was asked for")
                    chunk = carry + chunk
                    whole = len(chunk) - len(chunk) % self.format.frame
                    chunk, carry = chunk[:whole], chunk[whole:]
                    if chunk:
                        heard = True
                        yield chunk
        if not heard:
            raise ProviderUnavailable(f"{self._place} gave no sound for {text[:40]!r}")

    async def _by_speech(self, text: str) -> AsyncGenerator[bytes, None]:
        speech = self._client.audio.speech.with_streaming_response
        async with speech.create(model=self.model, voice=self.voice, input=text, response_format="pcm") as answer:
            async with aclosing(read(answer.iter_bytes(), answer.close)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def _by_chat(self, text: str) -> AsyncGenerator[bytes, None]:
        answer = await self._client.chat.completions.create(
            model=self.model,
            modalities=["text", "audio"],
            audio={"voice": self.voice, "format": "pcm16"},
            messages=[{"role": "system", "content": READER}, {"role": "user", "content": text}],
            stream=True,
        )
        async with aclosing(read(answer, answer.close)) as chunks:
            async for chunk in chunks:
                audio = chunk.choices[0].delta.audio if chunk.choices else None
                if audio is not None and audio.data:
                    yield base64.b64decode(audio.data)
