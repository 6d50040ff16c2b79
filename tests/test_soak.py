"""Soaks: what must hold for months. Run by ./tools/test --long."""

import json
import os
import subprocess
import sys

import pytest
from farm import Farm

STORIES = 500

# In a process of its own, so that nobody else's memory is counted.
SCRIPT = """
import asyncio, gc, json, os, threading
from fably.assembly import storyteller
from fably.memory.malloc import tune
from fably.settings import load
from fably.story.pipeline import Outcome

def seen():
    gc.collect()
    # our own pages: how much of a shared library counts as ours depends on who else is running it at the moment
    with open("/proc/self/smaps_rollup") as rollup:
        pss = int(next(line for line in rollup if line.startswith("Pss_Anon:")).split()[1]) / 1024
    threads = [one.name for one in threading.enumerate() if not one.name.startswith("asyncio_")]  # a pool of at most a few
    return pss, len(threads), len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))

async def main():
    found = {}
    for number in range(1, STORIES + 1):
        async with storyteller(load({}), print) as teller:
            async for passage in teller.tell(f"a fox and {number % 400} friends", Outcome()):
                pass
        if number in (5, STORIES):
            await asyncio.sleep(0.1)
            found[number] = seen()
    print(json.dumps(list(found.values())))

tune()
asyncio.run(main())
"""


@pytest.mark.long
@pytest.mark.parametrize("who", ["cloud", "offline"])
def test_memory_does_not_grow_over_five_hundred_stories(farm: Farm, who: str) -> None:
    """Within 2 MB of what it was after the fifth; and no thread, task or file more. The last hundred are told again from the shelf."""
    environ = {**os.environ, "FABLY_OUTPUT": "story.wav", "FABLY_OPENER": "no"}
    if who == "cloud":
        environ |= {"FABLY_LLM_URL": farm.url, "FABLY_TTS_URL": farm.url}
    script = SCRIPT.replace("STORIES", str(STORIES))
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, timeout=3000, check=False)
    assert done.returncode == 0, done.stderr
    (before, *counts_before), (after, *counts_after) = json.loads(done.stdout)
    assert counts_after == counts_before
    assert after - before < 2.0, f"{before:.1f} MB after five, {after:.1f} after {STORIES}"
