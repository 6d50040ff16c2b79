"""Which providers tell a story, by the settings alone: the first is used, the next ones take over when it fails."""

from dataclasses import dataclass
from typing import Literal

from fably.core.errors import ConfigError
from fably.settings import Settings

Why = Literal["named", "url", "key", "nothing"]


@dataclass(frozen=True)
class Choice:
    """Names in the order in which they are tried, and why the first one was taken.

    `named`: the user asked for this one, so it fails clearly when it cannot even begin. Half-way, a story is never given up.
    """

    names: tuple[str, ...]
    why: Why

    @property
    def named(self) -> bool:
        return self.why == "named"


def choose_words(settings: Settings) -> Choice:
    """The language models. Raises `ConfigError` when the one that was named cannot work as it is set."""
    return _choose(settings.llm_provider, settings.words_url, settings.words_key, "llm", "offline")


def choose_voice(settings: Settings) -> Choice:
    """The voices. Raises `ConfigError`."""
    return _choose(settings.tts_provider, settings.voice_url, settings.voice_key, "tts", "espeak")


def _choose(provider: str, url: str | None, key: str | None, kind: str, local: str) -> Choice:
    if provider == "openai" and not (url or key):
        raise ConfigError(f"--{kind}-provider openai needs the key OPENAI_API_KEY, or the address of a service in --{kind}-url")
    if provider != "auto":
        return Choice((provider,) if provider == local else (provider, local), "named")
    if url or key:
        return Choice(("openai", local), "url" if url else "key")
    return Choice((local,), "nothing")
