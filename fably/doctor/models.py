"""Model mortality: which of the models in use their vendors turn off, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fably.cloud import Service
from fably.cloud.service import host
from fably.core.types import Language
from fably.doctor.finding import Finding
from fably.doctor.wording import phrase, worded
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
    language: Language = "en",
) -> list[Finding]:
    """A finding for each model that ends soon or has ended, or one for all that do not. Pure."""
    if not uses:
        return [Finding("models", phrase(language, "in_use"), "ok", phrase(language, "no_models"))]
    if today < BUILT:
        clock, says = worded(language, "subjects", "clock"), phrase(language, "no_clock", today=today)
        return [Finding("models", clock, "warning", says, phrase(language, "no_clock_mend"))]

    def ends(vendor: str, model: Model) -> date | None:
        return model.ends or endings.get(vendor, {}).get(model.name)

    found, lasting = [], []
    for use in uses:
        known = vendors[use.vendor].models.get(use.kind, ())
        one = next((model for model in known if model.name == use.model), Model(use.model))
        end = ends(use.vendor, one)
        if end is None or (end - today).days > WARNED:
            lasting.append(phrase(language, "until", model=use.model, day=end) if end else use.model)
            continue
        at = next((index for index, model in enumerate(known) if model.name == use.model), -1)
        others = [model for model in (*known[at + 1 :], *known[: max(at, 0)]) if (ends(use.vendor, model) or date.max) > end]
        found.append(_ending(use, vendors[use.vendor].title, end, today, others[0].name if others else None, language))
    if lasting:
        found.append(Finding("models", ", ".join(dict.fromkeys(lasting)), "ok", phrase(language, "no_end", days=WARNED)))
    return found


def _ending(use: Use, title: str, end: date, today: date, other: str | None, language: Language) -> Finding:
    days = (end - today).days
    when = phrase(language, "ended" if days <= 0 else "ends_tomorrow" if days == 1 else "ends", title=title, day=end, days=days)
    name = "newer_or" if use.setting else "newer"
    if other is not None:
        name = "other" if use.setting else "other_itself"
    fix = phrase(language, f"{name}_mend", other=other, setting=use.setting)
    return Finding("models", use.model, "warning" if days > 0 else "failed", when, fix)
