"""Whether the memory mode suits the machine."""

import pytest

from fably.doctor.memory import check_memory
from fably.memory.machine import machine_memory
from fably.settings.modes import InForce, ModeName, suggested

from .conftest import Doctor, only

MB = 10**6


@pytest.mark.parametrize(
    ("mode", "memory", "status"),
    [
        ("pi-zero", 448 * MB, "ok"),
        ("lite", 448 * MB, "warning"),
        ("standard", 448 * MB, "warning"),
        ("full", 448 * MB, "warning"),
        ("lite", 2000 * MB, "ok"),
        ("standard", 2000 * MB, "warning"),
        ("pi-zero", 8000 * MB, "ok"),
        ("full", 8000 * MB, "ok"),
        ("full", None, "ok"),
    ],
)
def test_a_mode_for_larger_machines_is_a_warning(mode: ModeName, memory: int | None, status: str) -> None:
    found = check_memory(InForce(mode, "--memory-mode"), memory, "en")
    assert found.status == status
    assert f"the memory mode {mode}" in found.detail
    assert bool(found.fix) is (status == "warning")
    assert status == "ok" or f"FABLY_MEMORY_MODE={suggested(memory)}" in found.fix


def test_the_figure_is_there_or_said_to_be_unknown() -> None:
    assert check_memory(InForce(), 448 * MB, "en").detail.startswith("0.45 GB of memory")
    assert "nothing is known" in check_memory(InForce(), None, "en").detail


def test_the_doctor_looks_at_the_mode_that_is_in_force(doctor: Doctor) -> None:
    found = only(doctor("--json", "--pi-zero-mode").of("memory"))
    assert (found["status"], "the memory mode pi-zero" in str(found["detail"])) == ("ok", True)
    found = only(doctor("--json", FABLY_MEMORY_MODE="auto").of("memory"))
    assert found["status"] == "ok"
    assert f"mode {suggested(machine_memory())}, taken for FABLY_MEMORY_MODE=auto" in str(found["detail"])
