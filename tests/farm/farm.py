"""The farm: what it is told to do, what it was asked, and its two ports."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from farm import faults
from farm.handler import Handler
from farm.serving import Refusing, Server
from farm.stories import STORY
from farm.wyoming_port import Conversation


@dataclass
class Farm:
    """Set what it should do, then ask it. `requests` holds what it was asked."""

    story: str = STORY
    goes_on: bool = False
    """Whether, told how the story began, it gives the rest of it only: a model that does as it is told."""
    said: str = "tell me a story about a dragon"
    """What every recogniser understands."""
    pause: float = 0.0
    """Seconds between two pieces of the story, or between two bytes of what trickles."""
    piece: int = 4
    """Characters of the story that are sent at once."""
    rate: int = 22_050
    """Hz of the voice that is reached over Wyoming."""

    chat: str = "ok"
    """A name of `faults.CHAT`; so are the next ones of SPEECH, LISTENING, LISTING, and WYOMING_SPEECH or WYOMING_LISTENING."""
    speech: str = "ok"
    listening: str = "ok"
    listing: str = "ok"
    wyoming: str = "ok"
    script: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """For "chat", "speech", "listening", "listing", "wyoming": what happens to the next requests, one after the other."""
    cut_after: int | None = None
    """How many pieces come before a cut or a silence in the middle; half of them, if it is None."""
    retry_after: str | None = None
    """The header Retry-After of every refusal: seconds, or a date."""
    speech_fails_from: int = 10**9
    """The number of the passage, counted from 1, from which on speech fails with status 500."""
    heard: threading.Event = field(default_factory=threading.Event)
    """With speech held, what comes after the first bytes waits for this."""

    key: str | None = None
    """The key that opens it; None lets everybody in. Who has another is refused with 401, and is told which he sent."""
    models: tuple[str, ...] = ()
    """The models it has; when there are some, it knows no other."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """The voices it has, name by id; when there are some, it knows no other."""

    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Path or type, and body, of what was asked. Files are bytes; the sound that was sent over Wyoming is under "pcm"."""
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of each request, with names in small letters; none where it came over Wyoming."""
    queries: list[dict[str, str]] = field(default_factory=list)
    """Of each request, what stood behind the question mark."""

    def __enter__(self) -> Self:
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._http = Server(lambda connection: void(Handler(self, connection)))
        self._wyoming = Server(lambda connection: Conversation(self, connection).serve())
        self._refusing = Refusing()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.ended.set()  # whoever is silent may go
        self._http.close()
        self._wyoming.close()
        self._refusing.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.port}/v1"

    @property
    def tcp(self) -> str:
        """Where Wyoming is spoken."""
        return f"tcp://127.0.0.1:{self._wyoming.port}"

    @property
    def refused_url(self) -> str:
        """An address where nobody listens."""
        return f"http://127.0.0.1:{self._refusing.port}/v1"

    @property
    def refused_tcp(self) -> str:
        return f"tcp://127.0.0.1:{self._refusing.port}"

    @property
    def open_connections(self) -> int:
        """How many clients have not hung up, as far as the farm knows."""
        return self._http.open_connections + self._wyoming.open_connections

    @property
    def connections(self) -> int:
        """How many clients have connected so far, over HTTP."""
        return self._http.connections

    def took(self, path: str, body: dict[str, Any], headers: Mapping[str, str], query: Mapping[str, str]) -> None:
        """Write down a request."""
        with self._lock:
            self.requests.append((path, body))
            self.headers.append(dict(headers))
            self.queries.append(dict(query))

    def next(self, kind: str) -> str:
        """What happens to this request, by the name in `faults`. Raises `ValueError` for a name that is not there."""
        with self._lock:
            name = self.script[kind].pop(0) if self.script[kind] else getattr(self, kind)
        if kind == "speech" and len(self.spoken) >= self.speech_fails_from:
            name = "500"
        return known(kind, name)

    def coming(self, kind: str) -> str:
        """The same, for one who only wants to know."""
        with self._lock:
            return known(kind, next(iter(self.script[kind]), getattr(self, kind)))

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The bodies of the requests to `path`, in order."""
        return [body for where, body in self.requests if where.endswith(path)]

    @property
    def spoken(self) -> list[str]:
        """The texts that were sent to be spoken, in whichever protocol."""
        return [str(body["input" if "input" in body else "text"]) for where, body in self.requests if where.endswith(_SPEAKING)]


_SPEAKING = ("/audio/speech", "/stream", "synthesize")


def known(kind: str, name: str) -> str:
    """The fault `name` by its right name."""
    name = faults.ALIASES.get(name, name)
    if name not in faults.KINDS[kind] and not name.isdigit():
        raise ValueError(f"the farm knows no {kind} fault {name!r}")
    return name


def void(_: object) -> None:
    """Nothing: the handler has done its work when it is made."""
