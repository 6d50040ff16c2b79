"""The child that packs and unpacks: how it lives and dies."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest
from packing import child, children, left, parts, speech, unpacked, until, wav

from fably.audio.compact import Compactor
from fably.core.errors import AudioError
from fably.core.types import AudioFormat

CHILD = [sys.executable, "-P", "-m", "fably.audio.compacting"]


def test_killed_at_any_moment_it_never_leaves_a_broken_file(tmp_path: Path) -> None:
    source, opus = wav(tmp_path / "story.wav", speech(16_000, 20), AudioFormat(16_000)), tmp_path / "story.opus"
    before = source.read_bytes()
    begun = time.monotonic()
    subprocess.run([*CHILD, "pack", source, opus], check=True)
    takes = time.monotonic() - begun
    dice = random.Random(20)  # noqa: S311
    for _ in range(20):
        opus.unlink(missing_ok=True)
        with subprocess.Popen([*CHILD, "pack", source, opus]) as process:
            time.sleep(dice.uniform(0.2, 1.05) * takes)
            process.kill()
        torn = {part.name for part in parts(tmp_path)}
        assert len(torn) <= 1
        assert left(tmp_path) - torn <= {"story.wav", "story.opus"}
        if opus.exists():
            assert len(asyncio.run(unpacked(opus, 16_000))) == len(before) - 44
    assert source.read_bytes() == before
    asyncio.run(Compactor().pack(source, opus))
    assert left(tmp_path) == {"story.wav", "story.opus"}


def test_a_child_that_falls_is_told(story: Path) -> None:
    async def scene() -> None:
        packing = asyncio.create_task(Compactor().pack(story, story.with_suffix(".opus")))
        (await child()).kill()
        await packing

    with pytest.raises(AudioError, match=r"^story\.wav: the process for packed sound ended with code -9\.$"):
        asyncio.run(scene())
    assert left(story.parent) == {"story.wav"}


@pytest.mark.parametrize("moment", ["at once", "started", "writing"])
def test_a_cancelled_packing_leaves_nothing(story: Path, moment: str) -> None:
    async def scene() -> None:
        packing = asyncio.create_task(Compactor().pack(story, story.with_suffix(".opus")))
        await asyncio.sleep(0)
        if moment != "at once":
            await child()
        if moment == "writing":
            await until(lambda: parts(story.parent))
        packing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await packing
        assert packing.cancelled()
        assert children() == []
        assert left(story.parent) == {"story.wav"}

    asyncio.run(scene())


def test_packing_steps_back_and_unpacking_does_not(story: Path, packed: Path) -> None:
    async def scene() -> None:
        packing = asyncio.create_task(Compactor().pack(story, story.with_suffix(".opus")))
        one = await child()
        await until(lambda: parts(story.parent))
        assert os.sched_getscheduler(one.pid) == os.SCHED_IDLE
        assert one.nice() == min(os.nice(0) + 10, 19)
        assert Path(f"/proc/{one.pid}/oom_score_adj").read_text(encoding="ascii").strip() == "900"  # noqa: ASYNC240
        assert one.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE
        packing.cancel()
        await asyncio.gather(packing, return_exceptions=True)
        async with started(packed):
            assert os.sched_getscheduler((await child()).pid) == os.SCHED_OTHER

    asyncio.run(scene())


@contextlib.asynccontextmanager
async def started(file: Path) -> AsyncGenerator[AsyncGenerator[bytes, None], None]:
    """A sound whose first piece has come."""
    async with aclosing(Compactor().unpack(file, AudioFormat(22_050))) as pieces:
        assert await anext(pieces)
        yield pieces


def test_nobody_listens_any_more(packed: Path) -> None:
    async def scene() -> None:
        async with started(packed):
            assert len(children()) == 1
        assert children() == []
        async with started(packed) as pieces:
            rest = asyncio.create_task(anext(pieces))
            rest.cancel()
            await asyncio.gather(rest, return_exceptions=True)
        assert children() == []
        listening = asyncio.create_task(unpacked(packed, 22_050))
        await child()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        assert children() == []

    asyncio.run(scene())


def test_what_is_not_asked_for_is_not_unpacked(packed: Path) -> None:
    async def scene() -> None:
        async with started(packed):
            one = await child()
            await asyncio.sleep(1)  # long enough for all of it
            assert one.status() == psutil.STATUS_SLEEPING
            assert one.io_counters().write_chars < 200_000

    asyncio.run(scene())


ORPHAN = """
import asyncio, os, signal
from pathlib import Path
import psutil
from fably.audio.compact import Compactor

async def scene():
    packing = asyncio.create_task(Compactor().pack(Path("story.wav"), Path("story.opus")))
    while not list(Path().glob(".fably-*")):
        await asyncio.sleep(0.005)
    print(psutil.Process().children()[0].pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(scene())
"""


def test_a_child_dies_with_its_parent(story: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ORPHAN], cwd=story.parent, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with contextlib.suppress(psutil.NoSuchProcess):
        orphan = psutil.Process(int(done.stdout))
        while orphan.status() != psutil.STATUS_ZOMBIE:  # it ends anyway; the question is what it has left
            time.sleep(0.005)
    assert len(parts(story.parent)) == 1
    assert not story.with_suffix(".opus").exists()


def test_without_a_child_it_says_so(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(AudioError, match="no process for packed sound can be started: No such file or directory"):
        asyncio.run(Compactor().pack(story, story.with_suffix(".opus")))


WHOLE = """
import asyncio, sys
from pathlib import Path
from fably.audio.compact import Compactor
from fably.core.types import AudioFormat

async def scene():
    await Compactor().pack(Path("story.wav"), Path("story.opus"))
    return [pcm async for pcm in Compactor().unpack(Path("story.opus"), AudioFormat(22050))]

assert asyncio.run(scene())
assert not {name for name in sys.modules if name.split(".")[0] in ("av", "numpy", "audioop")}
"""


def test_the_parent_never_loads_pyav(story: Path) -> None:
    (story.parent / "av.py").write_text("raise SystemExit('this is not PyAV')", encoding="utf-8")
    subprocess.run([sys.executable, "-P", "-c", WHOLE], cwd=story.parent, check=True)


LIGHT = "import sys; sys.argv = ['']; import fably.audio.compacting; print(*sys.modules)"


def test_a_child_loads_no_more_than_it_needs() -> None:
    loaded = set(subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"asyncio", "click", "openai", "yaml", "av", "subprocess", "dataclasses"}
