"""What processes hold: real processes, looked at by both ways to find them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from fably.memory import measured
from fably.memory.measured import anonymous, shares, tree, tree_pss, usage

MB = 1_000_000

# Holds some memory of its own, has a child that was started by another of its threads, and says when both are there.
SCRIPT = """
import subprocess, sys, threading
held = bytearray(b"x" * 20_000_000)
def begin():
    global child
    child = subprocess.Popen(["sh", "-c", "echo there; read nothing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    sys.stdout.buffer.write(child.stdout.readline())
    sys.stdout.flush()
    over.wait()
over = threading.Event()
threading.Thread(target=begin, daemon=True).start()
sys.stdin.read()
child.communicate()
over.set()
"""


@contextmanager
def parent() -> Iterator[int]:
    """A process of 20 MB with a child."""
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"there\n"
        yield process.pid
        process.stdin.close()


def test_a_process_that_holds_something() -> None:
    with parent() as pid:
        held = usage(pid)
        assert held is not None
        assert 20 * MB < held.pss <= held.rss <= held.peak < 60 * MB
        assert 20 * MB < (anonymous(pid) or 0) <= held.pss


def test_what_is_gone_holds_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert usage(process.pid) is None
    assert anonymous(process.pid) is None
    assert shares(process.pid) == {}


def test_a_zombie_holds_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read()  # it has ended, and nobody has buried it
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert usage(process.pid) is None
        assert tree_pss(process.pid) == 0


def test_the_tree_has_the_children_of_children_and_of_every_thread() -> None:
    with parent() as pid:
        ours = tree()
        assert ours[0] == os.getpid()
        assert len(tree(pid)) == 2
        assert set(tree(pid)) < set(ours)
        held = shares(pid)
        assert list(held) == tree(pid)
        assert held[pid] > 20 * MB > sum(held.values()) - held[pid] > 0
        assert tree_pss(pid) > 20 * MB


def test_where_the_kernel_lists_no_children_all_processes_are_looked_at() -> None:
    with parent() as pid:
        children = measured._listed(measured.parents())
        assert children(pid) == tree(pid)[1:]
        assert pid in children(os.getpid())
