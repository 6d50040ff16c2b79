"""Which settings may be changed from afar: those with which a box can begin, and which give away nothing."""

from collections.abc import Collection
from urllib.parse import urlsplit

from fably.cloud import Service
from fably.core.errors import ConfigError
from fably.providers.choice import choose
from fably.providers.services import env_of, for_another, service_of
from fably.providers.vendors import Kind
from fably.settings import Settings

KINDS: tuple[Kind, ...] = ("llm", "tts", "stt")


def fits(before: Settings, then: Settings, changed: Collection[str]) -> None:
    """Raise `ConfigError` where no box could begin with the settings `then`, or where a key that was set before would be sent to another
    address: whoever may change an address need not know the key, and could have it sent to himself."""
    named = {env_of(name) for name in changed}
    for kind in KINDS:
        for name, new in _services(then, kind).items():
            old = service_of(before, kind, name)
            if new.key and urlsplit(new.url).netloc != urlsplit(old.url).netloc and new.key_name not in named:
                was = old.place or "another service"
                raise ConfigError(f"{new.key_name} is for {was}; set it anew together with the address of {new.place}")


def _services(settings: Settings, kind: Kind) -> dict[str, Service]:
    """Those that may be asked, by the name of their provider. Raises `ConfigError`."""
    names = [one.provider for one in choose(settings, kind).candidates]
    return {
        name: service_of(settings if at == 0 else for_another(settings, kind), kind, name) for at, name in enumerate(dict.fromkeys(names))
    }
