"""A provider is named, then imported: nothing of it is loaded before somebody asks for it by name."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, overload

from fably.cloud import Cloud
from fably.core.errors import ConfigError, MissingDependency
from fably.core.protocols import LanguageModel, TextToSpeech
from fably.settings import Settings

Kind = Literal["llm", "tts"]


@dataclass(frozen=True)
class Entry:
    """Where a provider lives ("module:Class") and what of the settings it is made from."""

    place: str
    arguments: Callable[[Settings, Cloud], dict[str, Any]]


PROVIDERS: dict[tuple[Kind, str], Entry] = {
    ("llm", "openai"): Entry(
        "fably.llm.openai:OpenAIModel",
        lambda s, cloud: {
            "cloud": cloud, "url": s.words_url, "key": s.words_key, "model": s.llm_model,
            "temperature": s.temperature, "max_tokens": s.max_tokens,
        },
    ),
    ("llm", "offline"): Entry("fably.llm.offline:OfflineStoryteller", lambda s, _cloud: {"language": s.language, "seed": s.seed}),
    ("tts", "openai"): Entry(
        "fably.tts.openai:OpenAIVoice",
        lambda s, cloud: {"cloud": cloud, "url": s.voice_url, "key": s.voice_key, "model": s.tts_model, "voice": s.tts_voice},
    ),
    ("tts", "espeak"): Entry("fably.tts.espeak:EspeakVoice", lambda s, _cloud: {"language": s.language, "voice": s.tts_voice}),
}  # fmt: skip


class ProviderFactory:
    """Makes providers from their names, with the settings and the connections of one event loop."""

    def __init__(self, settings: Settings, cloud: Cloud) -> None:
        self._settings, self._cloud = settings, cloud

    @overload
    def get_provider(self, kind: Literal["llm"], name: str) -> LanguageModel: ...

    @overload
    def get_provider(self, kind: Literal["tts"], name: str) -> TextToSpeech: ...

    def get_provider(self, kind: Kind, name: str) -> LanguageModel | TextToSpeech:
        """Import and make the provider `name`. Blocks for as long as the import takes: call it in a thread.

        Raises `ConfigError` for a name that is not known, `MissingDependency` where its package is not installed, and whatever
        `ProviderError` the provider itself finds.
        """
        entry = PROVIDERS.get((kind, name))
        if entry is None:
            known = ", ".join(one for of, one in PROVIDERS if of == kind)
            raise ConfigError(f"{name!r} is not a provider for {kind}; there are {known}")
        made: LanguageModel | TextToSpeech = _class(entry.place)(**entry.arguments(self._settings, self._cloud))
        return made


def _class(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    try:
        found: Callable[..., Any] = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        raise MissingDependency(f"{module} needs the package {error.name}; install it with: pip install {error.name}") from error
    return found


def provider_class(kind: Kind, name: str) -> Any:
    """The class of a provider, for what can be asked without making one, such as its voices."""
    return _class(PROVIDERS[kind, name].place)
