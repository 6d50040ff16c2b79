"""A service that answers as ElevenLabs does, and its voice."""

from collections.abc import Callable
from contextlib import aclosing

from rest_server import Answer, told

from fably.cloud import Cloud, Service
from fably.core.types import Language
from fably.tts.elevenlabs import ElevenLabsVoice

TEXT = "Once upon a time."
SOUND = b"\0\0\1\2" * 3_000
PCM = Answer(SOUND, "audio/pcm", piece=777)
VOICES = {
    "A1234567890123456789": "Alice",
    "B1234567890123456789": "George - Warm storyteller",
    "C1234567890123456789": "Dede Korkut",
    "D1234567890123456789": "Dede",
}
LISTED = told({"voices": [{"voice_id": one, "name": name, "category": "premade"} for one, name in VOICES.items()]})
OWN = "Zz345678901234567890"


def mouth(
    cloud: Cloud, service: Service, voice: str | None = OWN, model: str = "eleven_flash_v2_5", language: Language = "en"
) -> ElevenLabsVoice:
    return ElevenLabsVoice(cloud=cloud, service=service, model=model, voice=voice, language=language)


def calling(voice: str | None, model: str = "eleven_flash_v2_5") -> Callable[[Cloud, Service], ElevenLabsVoice]:
    return lambda cloud, service: mouth(cloud, service, voice, model)


async def speech(voice: ElevenLabsVoice, text: str = TEXT) -> bytes:
    async with aclosing(voice.synthesize(text)) as chunks:
        pieces = [pcm async for pcm in chunks]
    assert all(pieces)
    assert not any(len(pcm) % 2 for pcm in pieces)
    return b"".join(pieces)


def place(voice: str) -> str:
    return f"/text-to-speech/{voice}/stream"


def own(status: str, message: str = "no", http: int = 401, **more: str) -> Answer:
    """A refusal as ElevenLabs words it."""
    return told({"detail": {"status": status, "message": message, **more}}, http)
