"""A provider is named, then imported: nothing of it is loaded before somebody asks for it by name."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, overload

from fably.cloud import Service
from fably.core.errors import ConfigError, MissingDependency
from fably.core.protocols import LanguageModel, Narrator, SpeechToText
from fably.providers.services import service_of
from fably.providers.shared import Shared
from fably.providers.vendors import VENDORS, Kind
from fably.settings import Settings

if TYPE_CHECKING:
    from fably.examples.shelf import Shelf


@dataclass(frozen=True)
class Order:
    """What a provider is made from."""

    settings: Settings
    shared: Shared
    service: Service
    model: str | None
    name: str


@dataclass(frozen=True)
class Entry:
    """Where a provider lives ("module:Class"), which of our extras it needs, and what of an order it is made from."""

    place: str
    arguments: Callable[[Order], dict[str, Any]]
    extra: str = ""
    engine: bool = False
    """Whether it is an engine that takes memory of this machine, which `external_services` refuses."""


def _words(order: Order) -> dict[str, Any]:
    s, vendor = order.settings, VENDORS[order.name]
    return {
        "cloud": order.shared.cloud, "service": order.service, "model": order.model, "temperature": s.temperature,
        "max_tokens": s.max_tokens, "limit": vendor.limit, "extra": vendor.extra,
    }  # fmt: skip


def _distant_voice(order: Order) -> dict[str, Any]:
    return {"cloud": order.shared.cloud, "service": order.service, "model": order.model, "voice": order.settings.tts_voice}


def _distant_ear(order: Order) -> dict[str, Any]:
    return {"cloud": order.shared.cloud, "service": order.service, "model": order.model, "language": order.settings.language}


def _wyoming(order: Order) -> dict[str, Any]:
    s = order.settings
    return {"address": order.service.url, "connect_seconds": s.connect_seconds, "language": s.language, "model": order.model}


def _piper(order: Order) -> dict[str, Any]:
    s = order.settings
    return {
        "folder": s.voices_path, "language": s.language, "voice": s.tts_voice or order.model, "quality": s.voice_quality,
        "pool": order.shared.pool, "speaker": s.tts_speaker, "length_scale": s.tts_length_scale, "threads": s.engine_threads,
    }  # fmt: skip


def _whisper(order: Order) -> dict[str, Any]:
    s = order.settings
    return {
        "folder": s.whisper_path, "language": s.language, "model": order.model, "pool": order.shared.pool, "threads": s.engine_threads,
    }  # fmt: skip


def _offline(order: Order) -> dict[str, Any]:
    def shelf() -> "Shelf | None":
        from fably.examples.opening import shelf  # 2 ms, and only where a story is told offline

        return shelf(order.settings)

    s = order.settings
    return {"language": s.language, "seed": s.seed, "shelf": shelf, "age": s.age, "length": s.length}


_MODEL = Entry("fably.llm.openai:OpenAIModel", _words)
_VOICE = Entry("fably.tts.openai:OpenAIVoice", _distant_voice)
_EAR = Entry("fably.stt.openai:OpenAITranscriber", _distant_ear)

PROVIDERS: dict[tuple[Kind, str], Entry] = {
    ("llm", "openai"): _MODEL,
    ("llm", "gemini"): _MODEL,
    ("llm", "deepseek"): _MODEL,
    ("llm", "ollama"): _MODEL,
    ("llm", "custom"): _MODEL,
    ("llm", "offline"): Entry("fably.llm.offline:OfflineStoryteller", _offline),
    ("tts", "openai"): _VOICE,
    ("tts", "custom"): _VOICE,
    ("tts", "elevenlabs"): Entry(
        "fably.tts.elevenlabs:ElevenLabsVoice", lambda order: {**_distant_voice(order), "language": order.settings.language}
    ),
    ("tts", "wyoming"): Entry(
        "fably.tts.wyoming:WyomingVoice", lambda order: {**_wyoming(order), "voice": order.settings.tts_voice}, extra="wyoming"
    ),
    ("tts", "piper"): Entry("fably.tts.piper:PiperVoice", _piper, extra="piper", engine=True),
    ("tts", "espeak"): Entry(
        "fably.tts.espeak:EspeakVoice",
        lambda order: {"language": order.settings.language, "voice": order.settings.tts_voice},
        extra="espeak",
    ),
    ("stt", "openai"): _EAR,
    ("stt", "custom"): _EAR,
    ("stt", "google"): Entry("fably.stt.google:GoogleTranscriber", _distant_ear),
    ("stt", "wyoming"): Entry("fably.stt.wyoming:WyomingTranscriber", _wyoming, extra="wyoming"),
    ("stt", "whisper"): Entry("fably.stt.whisper:WhisperTranscriber", _whisper, extra="whisper", engine=True),
    ("stt", "grammar"): Entry(
        "fably.stt.grammar:GrammarTranscriber", lambda order: {"language": order.settings.language}, extra="grammar", engine=True
    ),
}


class ProviderFactory:
    """Makes providers from their names, with the settings and what is shared in one event loop."""

    def __init__(self, settings: Settings, shared: Shared) -> None:
        self._settings, self._shared = settings, shared

    @overload
    def get_provider(self, kind: Literal["llm"], name: str, model: str | None = None) -> LanguageModel: ...

    @overload
    def get_provider(self, kind: Literal["tts"], name: str, model: str | None = None) -> Narrator: ...

    @overload
    def get_provider(self, kind: Literal["stt"], name: str, model: str | None = None) -> SpeechToText: ...

    def get_provider(self, kind: Kind, name: str, model: str | None = None) -> LanguageModel | Narrator | SpeechToText:
        """Import and make the provider `name`, to use `model`. Blocks for as long as the import takes: call it in a thread.

        Raises `ConfigError` for a name that is not known, `MissingDependency` where its package is not installed, and whatever
        `ProviderError` the provider itself finds.
        """
        entry = PROVIDERS.get((kind, name))
        if entry is None:
            known = ", ".join(one for of, one in PROVIDERS if of == kind)
            raise ConfigError(f"{name!r} is not a provider for {kind}; there are {known}")
        order = Order(self._settings, self._shared, service_of(self._settings, kind, name), model, name)
        try:
            made: LanguageModel | Narrator | SpeechToText = _class(entry.place)(**entry.arguments(order))
        except ModuleNotFoundError as error:
            package = f"'fably[{entry.extra}]'" if entry.extra else error.name
            raise MissingDependency(f"{name} needs the package {error.name}; install it with: pip install {package}") from error
        return made


def _class(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
