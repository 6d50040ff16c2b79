"""Who sells or serves what: addresses, keys, and the models that Fably asks for, with the day on which each is known to end.

Read in November 2026: OpenAI's dates from the deprecation notes inside the `openai` package (a test reads them again), Google's and
DeepSeek's from their documentation. The first model of a list is the default; the others take over when the vendor does not have it
any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal["llm", "tts", "stt"]


@dataclass(frozen=True)
class Model:
    """A model, and the day its maker turns it off, if that is known."""

    name: str
    ends: date | None = None


@dataclass(frozen=True)
class Vendor:
    """One vendor, or one kind of server at home."""

    title: str = ""
    """Its name for people; a server at home goes by its host."""
    url: str | None = None
    """Where it is when no address is set; None for one that must be told."""
    key: str | None = None
    """The setting that holds its key; None for those that want none."""
    models: Mapping[Kind, tuple[Model, ...]] = field(default_factory=dict)
    limit: str = "max_tokens"
    """What the request calls the upper bound of an answer."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What its models must be told to begin at once: a child waits while a model thinks to itself."""


VENDORS: Mapping[str, Vendor] = {
    "openai": Vendor(
        "OpenAI",
        "https://api.openai.com/v1",
        "openai_api_key",
        {
            "llm": (Model("gpt-5.4-mini"), Model("gpt-6-luna"), Model("gpt-5.5")),
            "tts": (Model("gpt-audio-1.5"),),
            "stt": (Model("gpt-transcribe"),),
        },
        limit="max_completion_tokens",
    ),
    "gemini": Vendor(
        "Gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "gemini_api_key",
        {"llm": (Model("gemini-3.5-flash-lite"), Model("gemini-3.8-flash"), Model("gemini-flash-latest"))},
        extra={"reasoning_effort": "minimal"},
    ),
    "deepseek": Vendor(
        "DeepSeek",
        "https://api.deepseek.com",
        "deepseek_api_key",
        {"llm": (Model("deepseek-flash"), Model("deepseek-v4-flash"))},
        extra={"thinking": {"type": "disabled"}},
    ),
    "elevenlabs": Vendor(
        "ElevenLabs",
        "https://api.elevenlabs.io/v1",
        "elevenlabs_api_key",
        {"tts": (Model("eleven_flash_v2_5"), Model("eleven_multilingual_v2"))},
    ),
    "google": Vendor("Google", "https://speech.googleapis.com/v1", "google_api_key"),
    # Servers at home. One that has a single model often gives that, whatever it is asked for; the others are asked what they have.
    "ollama": Vendor(url="http://localhost:11434/v1"),
    "custom": Vendor(models={"llm": (Model("gpt-5.4-mini"),), "tts": (Model("tts-1"),), "stt": (Model("whisper-1"),)}),
    "wyoming": Vendor(),
}
