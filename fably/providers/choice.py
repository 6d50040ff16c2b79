"""Which providers tell a story, by the settings alone: the first is used, the next ones take over when it fails."""

from dataclasses import dataclass
from itertools import chain
from typing import Literal, NamedTuple

from fably.cloud.service import host
from fably.core.errors import ConfigError
from fably.providers.factory import PROVIDERS
from fably.providers.services import address, called, env_of, service_of
from fably.providers.vendors import VENDORS, Kind
from fably.settings import Settings

Why = Literal["named", "url", "key", "nothing"]
LOCAL: dict[Kind, str] = {"llm": "offline", "tts": "espeak", "stt": "grammar"}
AT_HOME = ("ollama", "custom", "wyoming")
"""Servers of the family: where one was chosen, what is said at home is not sent to a vendor when it fails."""
ASKED = ("ollama", "custom")
"""Servers that tell which models they have."""

OPENAI = host(VENDORS["openai"].url or "")


class Candidate(NamedTuple):
    """A provider with one of its models. Without a model it asks for its own, or has none."""

    provider: str
    model: str | None = None
    usual: bool = False
    """Whether it speaks with its usual voice, for it does not have the one that is set."""


@dataclass(frozen=True)
class Choice:
    """Those that are tried, in order, and why the first one was taken."""

    candidates: tuple[Candidate, ...]
    why: Why
    strict: bool = False
    """Whether the first fails clearly when it cannot even begin, for the user asked for it on the command line. Half-way, a story is
    never given up."""

    @property
    def first(self) -> str:
        """The name of the provider that was chosen. Raises `IndexError` where there is none."""
        return self.candidates[0].provider

    @property
    def own(self) -> tuple[Candidate, ...]:
        """That provider alone, with each of its models, as it is set."""
        return tuple(one for one in self.candidates if one.provider == self.first and not one.usual)


def choose(settings: Settings, kind: Kind) -> Choice:
    """The providers of a kind. None at all can only be for `stt`. Raises `ConfigError` when the one that was named cannot work."""
    first, why = _named(settings, kind) or _found(settings, kind)
    if why == "named":
        _check(settings, kind, first)
    at_home = first in AT_HOME or first == LOCAL[kind] or PROVIDERS[kind, first].engine
    others = [] if at_home else [name for name in _keyed(settings, kind) if name != first]
    names = [one for one in [first, *others, LOCAL[kind]] if not _bar(settings, kind, one) and not _speaks_english_only(settings, one)]
    candidates = [one for name in dict.fromkeys(names) for one in _models(settings, kind, name, own=name == first)]
    if kind == "tts" and (settings.tts_voice is not None or settings.tts_speaker is not None):
        usual = [one._replace(usual=one.provider == first) for one in candidates]
        candidates = list(dict.fromkeys(chain.from_iterable(zip(candidates, usual, strict=True))))
    if smaller := _smaller(settings, first):
        last_of_its = max(at for at, one in enumerate(candidates) if one.provider == first)
        candidates.insert(last_of_its + 1, Candidate(first, smaller, usual=kind == "tts"))
    return Choice(tuple(candidates), why, strict=f"{kind}_provider" in settings.flags or "single_provider" in settings.flags)


def _named(settings: Settings, kind: Kind) -> tuple[str, Why] | None:
    name: str | None = getattr(settings, f"{kind}_provider")
    if name == "auto":
        name = LOCAL[kind] if settings.single_provider == "offline" else settings.single_provider
    if name == "openai" and host(address(settings, kind) or "") not in ("", OPENAI):
        name = "custom"  # it speaks OpenAI's protocol, and has models of its own
    return None if name is None else (name, "named")


def _check(settings: Settings, kind: Kind, name: str) -> None:
    single = getattr(settings, f"{kind}_provider") == "auto"
    who = f"{called(settings, 'single_provider' if single else f'{kind}_provider')}: {name}"
    where = "OPENAI_BASE_URL" if single else f"--{kind}-url"
    service = service_of(settings, kind, name)
    if name in ("custom", "wyoming") and not service.url:
        like = "tcp://homeserver:10200" if name == "wyoming" else "http://homeserver:8080/v1"
        raise ConfigError(f"{who} needs the address of the server; set {where}, such as {like}")
    if service.url.startswith("tcp:") != (name == "wyoming") and service.url:
        raise ConfigError(f"--{kind}-url: {service.url} is not for {name}; a tcp:// address belongs to wyoming, and http:// to the others")
    vendor = VENDORS.get(name)
    if vendor and vendor.key and not service.key and service.url == vendor.url:
        raise ConfigError(f"{who} needs the key {env_of(vendor.key)}, or the address of a service in {where}")
    if _speaks_english_only(settings, name):
        raise ConfigError(f"{who} understands English only; use a service, or leave the language at en")
    if bar := _bar(settings, kind, name):
        raise ConfigError(f"{who} is an engine on this machine, which {called(settings, bar)} refuses; leave one of them out")


def _found(settings: Settings, kind: Kind) -> tuple[str, Why]:
    url = address(settings, kind)
    if url:
        return ("wyoming" if url.startswith("tcp:") else "custom"), "url"
    keyed = _keyed(settings, kind)
    return (keyed[0], "key") if keyed else (LOCAL[kind], "nothing")


def _keyed(settings: Settings, kind: Kind) -> list[str]:
    """The vendors whose key is set. One that is for the server at OPENAI_BASE_URL is not shown to OpenAI."""
    elsewhere = "openai" if host(settings.openai_base_url or "") not in ("", OPENAI) else ""
    keyed = [name for name, vendor in VENDORS.items() if vendor.key and getattr(settings, vendor.key) and (kind, name) in PROVIDERS]
    return [name for name in keyed if name != elsewhere]


def _bar(settings: Settings, kind: Kind, name: str) -> str:
    """The setting that forbids this provider, if there is one."""
    if not PROVIDERS[kind, name].engine:
        return ""
    return "external_services" if settings.external_services else "external_tts" if settings.external_tts and kind == "tts" else ""


def _speaks_english_only(settings: Settings, name: str) -> bool:
    return name == "grammar" and settings.language != "en"


def _smaller(settings: Settings, name: str) -> str:
    """The model of an engine that takes over where the one that was chosen does not fit; empty where there is none."""
    if name == "whisper":
        return "tiny" if settings.stt_model not in (None, "tiny") and (settings.whisper_path / "tiny").is_dir() else ""
    if name == "piper":
        from fably.engines.voices import smaller  # 1 ms, and only for those who have chosen Piper

        return smaller(settings.tts_voice, settings.language, settings.voices_path, settings.voice_quality)
    return ""


def _models(settings: Settings, kind: Kind, name: str, *, own: bool) -> list[Candidate]:
    """A provider with each of its models: the one that was asked for, those of the table, and whichever a server at home has."""
    vendor = VENDORS.get(name)
    known = [one.name for one in vendor.models.get(kind, ())] if vendor else []
    asked = getattr(settings, f"{kind}_model") if own else None
    if name in AT_HOME and asked:
        known = []
    models: list[str | None] = list(dict.fromkeys(([asked] if asked else []) + known))
    if name in ASKED and not asked:
        models.append(None)
    return [Candidate(name, model) for model in models or [None]]
