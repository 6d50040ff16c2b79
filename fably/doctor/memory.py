"""The machine's memory, and whether the memory mode suits it."""

from fably.doctor.finding import Finding
from fably.settings.modes import AUTO, NAMES, InForce, suggested


def check_memory(mode: InForce, memory: int | None) -> Finding:
    """The finding on a mode, in a machine with `memory` bytes; None where that is not known."""
    suits = suggested(memory)
    has = "of the machine's memory nothing is known" if memory is None else f"{memory / 1e9:.2f} GB of memory"
    detail = f"{has}, and the memory mode {mode.name}" + f", taken for {mode.origin}={AUTO}" * mode.auto
    if max(NAMES.index(mode.name), NAMES.index("standard")) >= NAMES.index(suits):
        return Finding("memory", "the machine", "ok", detail)
    return Finding(
        "memory", "the machine", "warning", f"{detail}, which is for larger machines",
        f"set FABLY_MEMORY_MODE={suits} in the environment or in settings.env, or {AUTO}, which takes that by itself",
    )  # fmt: skip
