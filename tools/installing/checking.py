"""Whether a version that was built works, asked of `fably doctor`; it need be no better than the one in force."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installing.accounts import STATE
from installing.faults import InstallError
from installing.programs import Programs

SECONDS = 600.0
"""For a doctor on a slow machine with a slow network."""


@dataclass(frozen=True)
class Health:
    """What the doctor says: whether a story could be told, and each thing that fails, with what mends it."""

    ok: bool
    failed: tuple[tuple[str, str], ...]
    """The name of the check, and what is wrong."""


def health(programs: Programs, version: Path, user: str | None) -> Health:
    """How `version` is, asked as `user` will ask, or as we are. Raises `InstallError` when it cannot even say that."""
    environ = (f"PATH={version}/bin:/usr/bin:/bin", f"FABLY_STATE_PATH={STATE}", f"HOME={STATE}", "GPIOZERO_PIN_FACTORY=lgpio")
    as_user = ("runuser", "-u", user, "--") if user else ()
    code, said = programs.tried(*as_user, "env", "-i", *environ, version / "bin/fably", "doctor", "--json", seconds=SECONDS)
    # its warnings come by the same way, and its answer is the last line
    for line in reversed(said.splitlines()):
        try:
            found = json.loads(line)
            failed = tuple(
                (one["check"], f"{one['subject']}: {one['detail']}" + (f"; {one['fix']}" if one["fix"] else ""))
                for one in found["findings"]
                if one["status"] == "failed"
            )
            return Health(bool(found["ok"]), failed)
        except (ValueError, TypeError, KeyError):
            continue
    last = " ".join(said.strip().splitlines()[-3:])
    raise InstallError(f"{version.name} does not run: fably doctor ended with exit code {code} and said: {last}")


def worse(new: Health, old: Health) -> Sequence[str]:
    """What fails now and did not before; none where a story can be told, or where nothing more than before is wrong."""
    if new.ok:
        return ()
    before = {check for check, _ in old.failed}
    return tuple(what for check, what in new.failed if check not in before)
