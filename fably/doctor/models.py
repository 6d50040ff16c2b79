"""Model mortality: which of the models in use their vendors turn off, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fably.cloud import Service
from fably.cloud.service import host
from fably.doctor.finding import Finding
from fably.providers.configured import Configured
from fably.providers.endings import ENDINGS
from fably.providers.vendors import VENDORS, Kind, Model, Vendor

WARNED = 90
"""Days before its end from which on a model is spoken of."""
BUILT = date(2026, 1, 1)
"""No clock that is right shows an earlier day; a Pi without a network begins in the past."""


@dataclass(frozen=True)
class Use:
    """A model in use. `setting` is what chooses it in the environment; empty where nothing does, for it only takes over."""

    kind: Kind
    vendor: str
    model: str
    setting: str = ""


def in_use(ones: Iterable[Configured]) -> list[Use]:
    """The models that are asked for first, of services that belong to a vendor; a server at home keeps its own as long as it likes."""
    return [
        Use(one.kind, vendor, model, one.env("model") if one.first else "")
        for one in ones
        if (model := one.models[0]) is not None and (vendor := _vendor_at(one.service)) is not None
    ]


def _vendor_at(service: Service) -> str | None:
    place = host(service.url)
    return next((name for name, one in VENDORS.items() if one.key and one.url and host(one.url) == place), None)


def mortality(
    uses: Sequence[Use],
    today: date,
    vendors: Mapping[str, Vendor] = VENDORS,
    endings: Mapping[str, Mapping[str, date]] = ENDINGS,
) -> list[Finding]:
    """A finding for each model that ends soon or has ended, or one for all that do not. Pure."""
    if not uses:
        return [Finding("models", "in use", "ok", "no model of a cloud service is used, so none can be taken out of service")]
    if today < BUILT:
        says = f"the clock of this machine says {today}, so it is not set: whether a model ends soon cannot be told"
        return [Finding("models", "the clock", "warning", says, "connect it to a network, which sets the clock (timedatectl shows it)")]

    def ends(vendor: str, model: Model) -> date | None:
        return model.ends or endings.get(vendor, {}).get(model.name)

    found, lasting = [], []
    for use in uses:
        known = vendors[use.vendor].models.get(use.kind, ())
        one = next((model for model in known if model.name == use.model), Model(use.model))
        end = ends(use.vendor, one)
        if end is None or (end - today).days > WARNED:
            lasting.append(f"{use.model} (until {end})" if end else use.model)
            continue
        at = next((index for index, model in enumerate(known) if model.name == use.model), -1)
        others = [model for model in (*known[at + 1 :], *known[: max(at, 0)]) if (ends(use.vendor, model) or date.max) > end]
        found.append(_ending(use, vendors[use.vendor].title, end, today, others[0].name if others else None))
    if lasting:
        found.append(Finding("models", ", ".join(dict.fromkeys(lasting)), "ok", f"no end within {WARNED} days is known"))
    return found


def _ending(use: Use, title: str, end: date, today: date, other: str | None) -> Finding:
    days = (end - today).days
    when = f"{title} turned it off on {end}" if days <= 0 else f"{title} turns it off on {end}, in {days} day{'s' * (days != 1)}"
    if other is None:
        fix = "update Fably, which may know a newer one" + f", or choose another with {use.setting}" * bool(use.setting)
    elif use.setting:
        fix = f"use {other} in its place: {use.setting}={other}"
    else:
        fix = f"update Fably; until then {other} takes its place by itself"
    return Finding("models", use.model, "warning" if days > 0 else "failed", when, fix)
