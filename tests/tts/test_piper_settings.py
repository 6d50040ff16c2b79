"""What the settings make of Piper: which voice it takes of its own, and what its process is given."""

import asyncio
import json
import os
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest
from next_door import a_voice, needs_piper, nothing_is_left

from fably.cloud import Cloud
from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.engines.voices import QUALITIES
from fably.memory.journal import Journal
from fably.providers.factory import ProviderFactory
from fably.providers.shared import Shared
from fably.settings import Settings, fields_of, load
from fably.tts.piper import PiperVoice

pytestmark = needs_piper


def shelved(folder: Path, *names: str) -> Path:
    """A folder with voices of these names. Nobody speaks with them."""
    for name in names:
        (folder / f"{name}.onnx").touch()
        (folder / f"{name}.onnx.json").write_text(json.dumps({"audio": {"sample_rate": 16_000}}), encoding="utf-8")
    return folder


ALL = ("en_GB-bea-high", "en_GB-cori-medium", "en_US-amy-low", "en_US-dan-x_low", "en_US-own", "tr_TR-fahrettin-medium")


@pytest.mark.parametrize(
    ("quality", "taken"),
    [("x_low", "en_US-dan-x_low"), ("low", "en_US-amy-low"), ("medium", "en_GB-cori-medium"), ("high", "en_GB-bea-high")],
)
def test_the_best_voice_up_to_the_quality_is_taken(tmp_path: Path, quality: str, taken: str) -> None:
    assert a_voice(shelved(tmp_path, *ALL), quality=quality).voice == taken


def test_without_a_bound_it_is_the_first_of_all(tmp_path: Path) -> None:
    assert a_voice(shelved(tmp_path, *reversed(ALL))).voice == ALL[0]


def test_of_two_that_may_speak_it_is_the_better_one(tmp_path: Path) -> None:
    shelved(tmp_path, "en_US-a-x_low", "en_US-b-medium", "en_US-c-medium", "en_US-d-high")
    assert a_voice(tmp_path, quality="medium").voice == "en_US-b-medium"


def test_where_all_are_better_the_smallest_speaks(tmp_path: Path) -> None:
    shelved(tmp_path, "en_US-a", "en_US-b-high", "en_US-c-medium", "en_US-d-medium")
    assert a_voice(tmp_path, quality="x_low").voice == "en_US-c-medium"


def test_a_voice_that_is_named_is_taken_whatever_its_quality(tmp_path: Path) -> None:
    assert a_voice(shelved(tmp_path, *ALL), voice="en_GB-bea-high", quality="x_low").voice == "en_GB-bea-high"


def piper(settings: Settings) -> PiperVoice:
    shared = Shared(Cloud(1), Pool(Rules(idle_seconds=0, malloc=settings.engine_malloc)), Journal(None))
    made = ProviderFactory(settings, shared).get_provider("tts", "piper")
    assert isinstance(made, PiperVoice)
    return made


def settings_with(folder: Path, flags: dict[str, str | bool | None]) -> Settings:
    """Settings of a machine whose state directory has `folder` for its voices."""
    state = Path("state")
    state.mkdir()
    (state / "voices").symlink_to(folder)
    return load(flags, {"FABLY_STATE_PATH": str(state.absolute())}, state)


@pytest.mark.parametrize(
    ("flags", "threads", "tuned"), [({}, "2", True), ({"memory_mode": "full"}, "4", False), ({"engine_threads": "1"}, "1", True)]
)
def test_the_process_has_the_threads_and_the_memory_handling_of_the_settings(
    folder: Path, flags: dict[str, str | bool | None], threads: str, tuned: bool
) -> None:
    async def scene() -> tuple[list[str], dict[str, str]]:
        async with aclosing(piper(settings_with(folder, flags))) as one:
            await one.open()
            (child,) = psutil.Process().children()
            return child.cmdline(), child.environ()

    command, environ = asyncio.run(scene())
    assert command[command.index("--threads") + 1] == threads
    assert [name for name in environ if name.startswith("MALLOC_")] == (
        ["MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"] if tuned else []
    )
    assert nothing_is_left()


def test_a_pi_zero_takes_the_smallest_voice(tmp_path: Path) -> None:
    assert piper(settings_with(shelved(tmp_path, *ALL), {"pi_zero_mode": True})).voice == "en_US-dan-x_low"


def test_it_has_no_more_threads_than_there_are_cores(folder: Path) -> None:
    async def counted(threads: int) -> int:
        silent = Pool(Rules(idle_seconds=0), live=False)  # nobody asks how fast it is, so it has said nothing yet
        async with aclosing(a_voice(folder, threads=threads, pool=silent)) as one:
            await one.open()
            (child,) = psutil.Process().children()
            return child.num_threads()

    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # of this thread, and so of the processes that it starts
    try:
        assert asyncio.run(counted(8)) < 8, "the main one, and some that wait"
    finally:
        os.sched_setaffinity(0, cores)


def test_the_qualities_of_the_setting_are_those_of_the_voices() -> None:
    assert next(field.choices for field in fields_of(Settings) if field.name == "voice_quality") == QUALITIES
