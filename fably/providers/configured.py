"""The providers that are set up, as a story would meet them: in order, with their models, and with the settings that are meant for them."""

from dataclasses import dataclass
from functools import cached_property

from fably.cloud import Service
from fably.core.errors import ConfigError
from fably.core.types import Language
from fably.providers.choice import LOCAL, choose
from fably.providers.factory import PROVIDERS
from fably.providers.services import env_of, for_another, service_of
from fably.providers.vendors import Kind
from fably.settings import Settings
from fably.texts import text


@dataclass(frozen=True)
class Configured:
    """One provider of a kind."""

    kind: Kind
    name: str
    models: tuple[str | None, ...]
    """In the order in which they are tried; None lets the service choose, or is for those that have none."""
    settings: Settings
    """Those that are meant for it."""
    first: bool
    """Whether it is the one that was chosen, to which --…-model and --…-url apply."""
    strict: bool
    """Whether no other takes over from it when it cannot begin."""

    @cached_property
    def service(self) -> Service:
        return service_of(self.settings, self.kind, self.name)

    @property
    def local(self) -> bool:
        """Whether it works on this machine."""
        return self.name == LOCAL[self.kind] or PROVIDERS[self.kind, self.name].engine

    def title(self, language: Language = "en") -> str:
        """Its name for people."""
        return self.service.place or text(language, f"name.{self.name}")

    def env(self, what: str) -> str:
        """The setting of its kind that is called `what`, such as "model", as the environment has it."""
        return env_of(f"{self.kind}_{what}")


def configured(settings: Settings, kind: Kind) -> list[Configured]:
    """Every provider that a story could use. None where the settings do not add up, which is a finding of its own (`settings.py`)."""
    try:
        choice = choose(settings, kind)
    except ConfigError:
        return []
    found = []
    for name in dict.fromkeys(one.provider for one in choice.candidates):
        first = name == choice.first
        models = tuple(dict.fromkeys(one.model for one in choice.candidates if one.provider == name))
        own = settings if first else for_another(settings, kind)
        found.append(Configured(kind, name, models, own, first, first and choice.strict))
    return found
