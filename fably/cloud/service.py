"""Where a service is, and with which key it lets us in."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

OPENAI_KEY = "OPENAI_API_KEY"


@dataclass(frozen=True)
class Service:
    """One service. A `key` of None is for those that want none, such as a server at home."""

    url: str
    """Empty for a provider on this machine."""
    name: str = ""
    """What it is called in messages; its host where it has no name."""
    key: str | None = field(default=None, repr=False)
    key_name: str = OPENAI_KEY
    """The setting that holds the key, for messages."""

    @property
    def place(self) -> str:
        """What it is called in messages: without path, user or password."""
        return self.name or host(self.url)


def host(url: str) -> str:
    """Host and port of an address, for messages."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
