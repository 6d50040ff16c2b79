"""The way to the services in use: their names, a connection, and whether each is who it says, one after the other and with a deadline each.

A provider that fails says only that it cannot be reached; this says which of the three it is. Nothing of a key is sent.
"""

import asyncio
import ssl
import urllib.request
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from fably import causes
from fably.core.errors import ProviderUnavailable
from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.faults import sentence
from fably.providers.configured import Configured
from fably.settings import Settings

NAME, CONNECTION = 5.0, 8.0
"""Seconds for a name, and for a connection with what is said on it before the first request."""
SLOW = 1.0
"""Seconds from which a name, or a connection, makes a child wait who need not."""
_PORTS = {"https": 443, "http": 80}


async def check_network(ones: Iterable[Configured], patient: Patient, settings: Settings) -> list[Finding]:
    """A finding for each distant place, or one where there is no way out at all; none where everything is on this machine."""
    scribe = Scribe("network", settings.language)
    places = {place: one for one in ones if (place := _place(one)) is not None}
    if not places:
        return []
    if not _way_out(patient):
        return [scribe.failed("no_way_out")]
    proxies = urllib.request.getproxies()
    found = []
    for (scheme, name, port), one in places.items():
        if scheme in proxies and not urllib.request.proxy_bypass(name):
            found.append(scribe.ok("through_a_proxy", name))
        else:
            found.append(await _reached(scribe, one, scheme, name, port, settings))
    return found


def _place(one: Configured) -> tuple[str, str, int] | None:
    """Scheme, name and port of a service that is not on this machine."""
    parts = urlsplit(one.service.url or "")
    if not parts.hostname or parts.hostname == "localhost" or parts.scheme == "unix":
        return None
    try:
        if ip_address(parts.hostname).is_loopback:
            return None
    except ValueError:
        pass  # a name
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme, 10_200)


def _way_out(patient: Patient) -> bool:
    """Whether the kernel knows a way to other networks; yes where it does not tell."""
    routes = patient.read("/proc/net/route")
    if routes is None:
        return True
    four = any(line.split()[1:2] == ["00000000"] for line in routes.splitlines()[1:])
    six = any(
        line.startswith("0" * 32 + " 00 ") and not line.endswith(" lo")
        for line in (patient.read("/proc/net/ipv6_route") or "").splitlines()
    )
    return four or six or len(routes.splitlines()) > 1  # a box that only knows its own network may still have its services there


async def _reached(scribe: Scribe, one: Configured, scheme: str, name: str, port: int, settings: Settings) -> Finding:
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(NAME):
            await loop.getaddrinfo(name, port)
    except TimeoutError:
        return scribe.failed("names_late", name, seconds=f"{NAME:g}")
    except OSError:
        return scribe.failed("no_name", name)
    named = loop.time() - began
    try:
        async with asyncio.timeout(CONNECTION):
            context = ssl.create_default_context() if scheme == "https" else None
            _reader, writer = await asyncio.open_connection(name, port, ssl=context)
    except TimeoutError:
        return scribe.failed("connection_late", name, seconds=f"{CONNECTION:g}")
    except OSError as error:
        cause = causes.of_system(error) or causes.ELSEWHERE
        fault = ProviderUnavailable(f"{one.title()} {cause.clause}", place=one.title(settings.language), kind=cause.kind)
        what = "not_trusted" if isinstance(error, ssl.SSLCertVerificationError) else "no_connection"
        return scribe.failed(what, name, fault=sentence(settings.language, fault))
    writer.close()
    took = loop.time() - began
    if named >= SLOW:
        return scribe.warning("names_slow", name, seconds=f"{named:.1f}")
    if took >= 2 * SLOW:
        return scribe.warning("way_slow", name, seconds=f"{took:.1f}")
    return scribe.ok("reached" if scheme == "https" else "reached_openly", name, seconds=f"{took:.2f}")
