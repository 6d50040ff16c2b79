"""One door to everything that is reached over HTTP: shared connections, bounded answers, and foreign errors in our words."""

from fably.cloud.connections import Cloud
from fably.cloud.service import Service

__all__ = ["Cloud", "Service"]
