"""From the settings to a service: its address, and the key that opens it."""

from dataclasses import replace
from typing import Any

from fably.cloud import Service
from fably.providers.vendors import VENDORS, Kind, Vendor
from fably.settings import Settings, fields_of

OWN = ("url", "model", "api_key")
"""What is set for a kind ("llm_url", …) and is meant for the first provider of that kind alone."""


def service_of(settings: Settings, kind: Kind, name: str) -> Service:
    """The service that `name` is reached at. Its url is empty where the settings give none."""
    vendor = VENDORS.get(name, Vendor())
    url = address(settings, kind) if name in ("openai", "custom") else getattr(settings, f"{kind}_url")
    own_key = getattr(settings, f"{kind}_api_key")
    key = vendor.key or "openai_api_key" * (name == "custom")
    known = own_key or (getattr(settings, key) if key else None)
    key_name = f"{kind}_api_key" if own_key or not key else key
    title = vendor.title if url is None or url == vendor.url else ""
    return Service(url or vendor.url or "", title, known, env_of(key_name))


def address(settings: Settings, kind: Kind) -> str | None:
    """The address that is set for a kind."""
    return getattr(settings, f"{kind}_url") or settings.openai_base_url


def for_another(settings: Settings, kind: Kind) -> Settings:
    """The settings for a provider that takes over: what was set for the first means nothing to another vendor."""
    names = ["openai_base_url", *(f"{kind}_{one}" for one in OWN), *["tts_voice", "tts_speaker"] * (kind == "tts")]
    nothing: dict[str, Any] = dict.fromkeys(names)
    return replace(settings, **nothing)


def called(settings: Settings, name: str) -> str:
    """A setting as whoever chose it knows it: its flag, if it was given on the command line, else its name in the environment."""
    return f"--{name.replace('_', '-')}" if name in settings.flags else env_of(name)


def env_of(name: str) -> str:
    """The name of a setting in the environment."""
    return next(field.env for field in fields_of(Settings) if field.name == name)
