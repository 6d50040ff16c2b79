"""What can go wrong.

    FablyError
    ├── ConfigError (ValueError)                  a setting is wrong: which one, and what to do
    ├── ProviderError                             a model or a voice failed
    │   ├── MissingDependency (ImportError)       a package is not installed: the pip line is in the message
    │   ├── AuthenticationFailed                  the key is wrong or missing
    │   ├── ModelRetired                          the service does not have that model
    │   ├── VoiceUnknown                          the service does not have that voice
    │   ├── QuotaExceeded                         too many requests, or the account is empty
    │   ├── ProviderTimeout (TimeoutError)        nothing came before the deadline
    │   ├── ProviderUnavailable (ConnectionError) not reachable, broken, or its answer makes no sense
    │   │   └── StoryCutShort                     the story broke off in the middle
    │   ├── ProviderBroken                        it has a fault of its own that nobody thought of
    │   └── EngineError                           an engine on this machine cannot serve
    │       ├── EngineTooBig (MemoryError)        there is no room for it: it was not even tried
    │       ├── EngineTooSlow                     it cannot keep up on this machine
    │       └── EngineDied                        its process has ended by itself, or was killed
    ├── AudioError (OSError)                      no sound card, or it failed
    ├── LibraryError (OSError)                    a story cannot be kept
    └── NothingHeard                              somebody was listened to, and said nothing

Foreign exceptions are translated where they arise, `from` the cause. What a child hears is chosen by the class, never by the
text; the text is for a parent, is one sentence, and says what to do next.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self


class FablyError(Exception):
    """Anything that Fably raises on purpose. For those who say it in another language (`faults.py`): `wrong` is the name of the sentence in
    the locale, and `about` what fills it; an `OSError` there stands for the reason that the system gave."""

    wrong = ""
    about: Mapping[str, object] = MappingProxyType({})

    def of_kind(self, wrong: str, **about: object) -> Self:
        """The same, which can be said in another language."""
        self.wrong, self.about = wrong, about
        return self


class ConfigError(FablyError, ValueError):
    """A setting or an argument is wrong; the message names it."""


class ProviderError(FablyError):
    """A provider failed. `retryable` says whether the same request may well succeed a moment later; `after` is the least number of
    seconds that the service asks us to wait before it, if it says so.

    `unreachable` says that the place could not be reached at all: its name is not known, nobody listens there, no connection in time,
    or no way to it. For those who say it in another language (`faults.py`): `place` is what the service is called, `kind` is the name of
    the sentence in the locale where the class alone does not tell enough, and `detail` is what matters for mending it, such as the name of
    a key, a model or a status.
    """

    retryable = False
    after: float | None = None
    unreachable: bool = False

    def __init__(
        self,
        message: str,
        *,
        retryable: bool | None = None,
        after: float | None = None,
        unreachable: bool = False,
        place: str = "",
        kind: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(message)
        if retryable is not None:
            self.retryable = retryable
        self.after = after
        self.unreachable = unreachable
        self.place, self.kind, self.detail = place, kind, detail


class MissingDependency(ProviderError, ImportError):
    """A package that this provider needs is not installed."""


class AuthenticationFailed(ProviderError):
    """The service refused the key."""


class ModelRetired(ProviderError):
    """The service does not know the model that was asked for, or not any more."""


class VoiceUnknown(ProviderError):
    """The service does not know the voice that was asked for."""


class QuotaExceeded(ProviderError):
    """The service wants fewer requests, or more money."""

    retryable = True


class ProviderTimeout(ProviderError, TimeoutError):
    """The deadline passed and nothing came: there is no time left to try again in."""


class ProviderUnavailable(ProviderError, ConnectionError):
    """The service cannot be reached, or answers nonsense."""

    retryable = True


class StoryCutShort(ProviderUnavailable):
    """The story began and broke off: the next one goes on, nobody begins again."""

    retryable = False


class ProviderBroken(ProviderError):
    """The provider itself has a fault that nobody thought of: it raised what it should not."""


class EngineError(ProviderError):
    """An engine on this machine cannot serve, for a reason that a distant service does not have."""


class EngineTooBig(EngineError, MemoryError):
    """There is no room for the engine. It was not even tried."""


class EngineTooSlow(EngineError):
    """The engine cannot keep up on this machine: it takes longer to make sound than to hear it."""


class EngineDied(EngineError):
    """The engine's process has ended by itself, or was killed. It is started again for the next request."""

    retryable = True


class AudioError(FablyError, OSError):
    """The sound card is missing, busy, or failed."""


class LibraryError(FablyError, OSError):
    """A story cannot be written down."""


class NothingHeard(FablyError):
    """Somebody was listened to, and no word was in what was heard."""
