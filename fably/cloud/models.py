"""Which model a server at home has, where nobody named one."""

import re
from typing import TYPE_CHECKING

from fably.cloud.errors import translated
from fably.cloud.service import Service
from fably.core.errors import ModelRetired

if TYPE_CHECKING:
    from openai import AsyncOpenAI

SPEAKS = re.compile(r"tts|kokoro|piper|speech|orpheus|bark|vits|chatterbox", re.IGNORECASE)
HEARS = re.compile(r"whisper|transcri|asr|parakeet|canary|moonshine|stt|voxtral", re.IGNORECASE)
OTHERS = re.compile(r"embed|rerank|image|dall-e|moderation|diffusion|flux|vad|wespeaker|pyannote", re.IGNORECASE)


async def any_model(client: "AsyncOpenAI", service: Service, kind: str) -> str:
    """The first model on the server's list that seems made for `kind` ("llm", "tts", "stt"). Raises `ProviderError`."""
    with translated(service, "the list of its models"):
        there = [one.id async for one in client.models.list()]
    for name in there:
        can = {"tts": bool(SPEAKS.search(name)), "stt": bool(HEARS.search(name))}
        if not OTHERS.search(name) and can.get(kind, not any(can.values())):
            return name
    what = {"llm": "tells stories", "tts": "speaks", "stt": "understands speech"}[kind]
    place, flag = service.place, f"--{kind}-model"
    raise ModelRetired(f"{place} has no model that {what}; name one with {flag}", place=place, kind="no_model", detail=flag)
