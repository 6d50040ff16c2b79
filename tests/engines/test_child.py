"""An engine's process as its parent sees it: ready, answering, failing, gone."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import PIPE

import psutil
import pytest
from next_door import nothing_is_left, wait_until_gone
from wyoming.event import Event

from fably.core.errors import EngineDied, ProviderError, ProviderTimeout, ProviderUnavailable
from fably.engines.child import Child, start
from fably.engines.serving import DATA


@asynccontextmanager
async def noisy(*arguments: str) -> AsyncGenerator[Child, None]:
    child = await start("noise", "noisy_engine", arguments)
    try:
        yield child
    finally:
        await child.end()


def test_what_a_library_prints_is_no_event_and_what_is_sent_is_not_its_input() -> None:
    async def scene() -> list[Event]:
        async with noisy() as child:
            answers = []
            for text in ("one", "two"):
                await child.send(Event("say", {"text": text}))
                answers.append(await child.receive())
            return answers

    assert [(one.type, one.data) for one in asyncio.run(scene())] == [
        ("said", {"text": "one", "input": ""}),
        ("said", {"text": "two", "input": ""}),
    ]
    assert nothing_is_left()


def test_a_fault_of_the_engine_is_one_sentence_and_the_next_request_fares_better() -> None:
    async def scene() -> Event:
        async with noisy() as child:
            await child.send(Event("raise"))
            with pytest.raises(ProviderUnavailable, match=r"^noise failed: first line second line$") as fault:
                await child.receive()
            assert fault.value.retryable
            await child.send(Event("say", {"text": "well"}))
            return await child.receive()

    assert asyncio.run(scene()).data["text"] == "well"


def test_an_event_that_the_engine_does_not_know_is_passed_over() -> None:
    async def scene() -> Event:
        async with noisy() as child:
            await child.send(Event("what-is-this"), Event("say", {"text": "well"}))
            return await child.receive()

    assert asyncio.run(scene()).data["text"] == "well"


def test_an_engine_that_ends_says_how() -> None:
    async def scene() -> None:
        async with noisy() as child:
            await child.send(Event("leave"))
            with pytest.raises(EngineDied, match=r"^noise ended with code 7: it was time$") as fault:
                await child.receive()
            assert fault.value.retryable
            with pytest.raises(EngineDied, match=r"^noise ended with code 7: it was time$"):  # and it stays so
                await child.send(Event("say", {"text": "x" * 900_000}))
        async with noisy() as child:
            await child.send(Event("wait"))
            child.process.kill()
            with pytest.raises(EngineDied, match=r"^noise ended with SIGKILL$"):
                await child.receive()

    asyncio.run(scene())
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("argument", "sentence", "kind"),
    [("refuse", "this is no voice", ProviderUnavailable), ("fall", "noise ended with code 1: MemoryError", EngineDied)],
)
def test_an_engine_that_cannot_begin_says_why(argument: str, sentence: str, kind: type[ProviderError]) -> None:
    with pytest.raises(kind) as fault:
        asyncio.run(start("noise", "noisy_engine", [argument]))
    assert str(fault.value).endswith(sentence)
    assert fault.value.retryable is (kind is EngineDied)
    assert nothing_is_left()


def test_an_engine_that_is_never_ready_is_given_up() -> None:
    with pytest.raises(ProviderTimeout, match=r"^noise is not ready after 0 seconds$"):
        asyncio.run(start("noise", "noisy_engine", [], seconds=0))
    assert nothing_is_left()


def test_whoever_sends_nonsense_is_left(tmp_path: Path) -> None:
    for nonsense in (b"no event\n", b'{"type": "say", "payload_length": 99999999999}\n', b"[]\n", b"[" * 60_000 + b"\n", b"x" * 200_000):
        done = subprocess.run([sys.executable, "-m", "noisy_engine"], input=nonsense, capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("source", [os.devnull, __file__])
def test_an_engine_that_is_not_started_over_pipes_says_so(source: str) -> None:
    with Path(source).open("rb") as given:
        done = subprocess.run([sys.executable, "-m", "noisy_engine"], stdin=given, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (78, 1)
    assert b"--uri" in done.stderr


def test_an_engine_ends_when_nobody_asks_any_more() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "noisy_engine"], input=b'{"type": "describe"}\n', capture_output=True, timeout=60, check=True
    )
    assert done.stdout.count(b"\n") == 1
    assert b'"info"' in done.stdout


def dying_first() -> set[int]:
    return {one.pid for one in psutil.Process().children() if Path(f"/proc/{one.pid}/oom_score_adj").read_text() == "900\n"}


def test_an_engine_steps_back_and_knows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    async def scene() -> None:
        async with noisy() as child:
            process = psutil.Process(child.process.pid)
            assert process.nice() > psutil.Process().nice()
            assert process.pid in dying_first()
            given = process.environ()
            assert given["ORT_DISABLE_TELEMETRY"] == "1"
            assert given["MALLOC_ARENA_MAX"] == "1"
            assert "OPENAI_API_KEY" not in given
            assert os.getpgid(process.pid) != os.getpgid(0), "Ctrl-C is not for it"

    asyncio.run(scene())


PARENT = """
import asyncio, signal
from wyoming.event import Event
from fably.engines.child import start

async def scene():
    child = await start("noise", "noisy_engine", [])
    await child.send(Event("wait"))
    print(child.process.pid, flush=True)
    await asyncio.sleep(600)

signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell takes from what it starts in the background
asyncio.run(scene())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_engine_dies_with_its_parent_however_that_goes(how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        engine = int(parent.stdout.readline())
        assert psutil.pid_exists(engine)
        parent.send_signal(how)
    wait_until_gone(engine)


def test_cancelled_at_any_moment_no_process_is_left() -> None:
    async def scene() -> None:
        for moment in range(20):
            task = asyncio.create_task(start("noise", "noisy_engine", []))
            await asyncio.sleep(moment * 0.015)
            task.cancel()
            (child,) = await asyncio.gather(task, return_exceptions=True)
            if isinstance(child, Child):
                await child.end()
            assert len(asyncio.all_tasks()) == 1
            assert nothing_is_left(), moment

    asyncio.run(scene())


def test_where_somebody_has_bounded_us_already_an_engine_has_that_bound_at_most() -> None:
    """As LimitDATA= of systemd does: nobody may raise that."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (250_000_000, 250_000_000))

    environment = {**os.environ, DATA: "300000000"}
    command = [sys.executable, "-m", "noisy_engine"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, preexec_fn=bounded) as engine:
        _answer, said = engine.communicate(b'{"type": "describe"}\n', timeout=60)
    assert (engine.returncode, said.decode().count("Error")) == (0, 0)
