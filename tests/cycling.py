"""Loads and unloads engines in turn, in a process of its own:   cycling.py CYCLES STATE < THE ENGINES

Standard input has the engines, a list of the fields of `Wanted`, as JSON. Standard output gets what was seen before each load and after
its unload, a line of JSON for each: so the memory is that of Fably, and not of pytest.
"""

import asyncio
import json
import os
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from errands import run_errand

from fably.engines.learned import Learned
from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.engines.table import Wanted
from fably.memory.malloc import tune
from fably.memory.measured import tree, tree_pss, usage


@dataclass(frozen=True)
class Seen:
    """What there is while no engine is loaded."""

    rss: int
    """Bytes of this process; no other belongs to it. Other than the PSS it does not depend on who else is running on the machine."""
    pss: int
    processes: int
    """In our tree: those that are dead and not buried are among them."""
    threads: int
    """Without those in which asyncio blocks, which are a few and stay."""
    tasks: int
    files: int
    sockets: int


def seen() -> Seen:
    now = usage(os.getpid())
    assert now
    for one in threading.enumerate():
        if "waitpid-" in one.name:  # Python 3.11 waits for a process in a thread, called so, which is about to end when it has told
            one.join()
    names = [one.name for one in threading.enumerate() if not one.name.startswith("asyncio_")]
    found = [_target(one) for one in Path("/proc/self/fd").iterdir()]
    sockets = sum(one.startswith("socket:") for one in found)
    return Seen(now.rss, tree_pss(), len(tree()), len(names), len(asyncio.all_tasks()), len(found), sockets)


def _target(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:  # the one by which the folder was read
        return ""


async def cycle(pool: Pool, wanted: Wanted) -> dict[str, object]:
    before = seen()
    async with pool.use(wanted) as child:
        await run_errand(wanted.engine, child)
    await pool.unload(wanted)
    return {"who": str(wanted), "before": asdict(before), "after": asdict(seen())}


async def main(cycles: int, state: Path, engines: list[Wanted]) -> None:
    pool = Pool(Rules(), Learned(state / "engines.json"))
    for wanted in engines:  # what is imported and made at the first time stays
        await cycle(pool, wanted)
    for number in range(cycles):  # told at once, not kept: it would be what grows
        print(json.dumps(await cycle(pool, engines[number % len(engines)])), flush=True)
    await pool.aclose()


if __name__ == "__main__":
    tune()
    given = [Wanted(one["engine"], one["model"], tuple(one["arguments"]), one["size"]) for one in json.load(sys.stdin)]
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), given))
