"""Versions that are known to have trouble, from `troubles.toml`."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings


@cache
def known() -> dict[str, Any]:
    """What is known of versions and of signs in logs."""
    return tomllib.loads(Path(__file__).with_name("troubles.toml").read_text(encoding="utf-8"))


def check_versions(patient: Patient, settings: Settings) -> list[Finding]:
    """A finding for each package that is in a version with trouble; none where there is none."""
    scribe, found = Scribe("versions", settings.language), []
    for one in known()["versions"]:
        version = patient.kernel if one["package"] == "linux" else patient.version(one["package"])
        if version is not None and _numbers(one.get("from", "0")) <= _numbers(version) < _numbers(one["below"]):
            values = {"package": one["package"], "version": version, "below": one["below"]}
            found.append(scribe.warning(one["what"], f"{one['package']} {version}", **values))
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", version.partition("+")[0].partition("-")[0])[:4])
