"""A wish that comes over the control socket as sound, understood as the box is set up: real recognisers, and a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from farm import Farm
from senses import WISH

from fably.box import understanding
from fably.box.appliance import Appliance
from fably.box.composition import appliance
from fably.control import client
from fably.control.client import Client, connected
from fably.control.protocol import Refused
from fably.core.types import Language, State
from fably.settings import load

ALONE = {"FABLY_STATE_PATH": "state", "FABLY_LLM_PROVIDER": "offline", "FABLY_TTS_PROVIDER": "espeak", "FABLY_BUTTON": "no"}
PATIENT = {"FABLY_STT_SECONDS": "600"}
QUIET = bytes(3 * 32_000)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough of it for a machine that does other things too."""
    for one in (understanding, client):
        monkeypatch.setattr(one, "PATIENCE", 600.0)


@asynccontextmanager
async def a_box(**settings: str) -> AsyncIterator[tuple[Appliance, Client]]:
    """A box, which nobody presses, and a line to it."""
    async with appliance(load({}, ALONE | PATIENT | settings), lambda _notice: None) as box, connected([Path("state/control")]) as line:
        yield box, line


async def refused(line: Client, language: Language = "en") -> tuple[str, str]:
    with pytest.raises(Refused) as fault:
        await line.hear(WISH, language)
    return fault.value.word, str(fault.value)


def files() -> set[Path]:
    return {one for one in Path().rglob("*") if one.is_file()}


def test_a_wish_is_understood_without_any_network_and_leaves_nothing_behind() -> None:
    """Whether it is sure or asks back depends on espeak-ng's mood; what it has understood does not."""

    async def scene() -> None:
        async with a_box(FABLY_STT_PROVIDER="grammar", FABLY_KEEP_RECORDINGS="yes") as (box, line):
            before = files()
            found = await line.hear(QUIET + WISH + QUIET, "en")
            assert {"dragon", "princess"} <= set(found["wish"].split())
            assert await line.hear(QUIET, "en") == {"wish": "", "sure": True}
            assert files() == before, "whoever keeps recordings keeps those of the box"
            assert box.state is State.IDLE
            assert not psutil.Process().children(recursive=True)

    asyncio.run(scene())


def test_a_wish_is_understood_by_whoever_is_set_up(farm: Farm) -> None:
    async def scene() -> None:
        async with a_box(FABLY_STT_PROVIDER="custom", FABLY_STT_URL=farm.url) as (box, line):
            farm.said = "a \n hedgehog\0"
            assert await line.hear(WISH, "en") == {"wish": "a hedgehog", "sure": True}
            farm.said = "bir kirpi"
            assert await line.hear(WISH, "tr") == {"wish": "bir kirpi", "sure": True}
            box.enter(State.TELLING)
            assert (await line.hear(WISH, "tr"))["wish"] == "bir kirpi", "a story goes on beside it"
            for state in (State.LISTENING, State.THINKING):
                box.enter(state)
                assert await refused(line) == (
                    "busy", "The box is listening to somebody itself, or about to tell; try again in a moment.",
                )  # fmt: skip

    asyncio.run(scene())


def test_an_engine_takes_no_room_from_a_voice_that_tells() -> None:
    async def scene() -> None:
        async with a_box(FABLY_STT_PROVIDER="whisper") as (box, line):
            box.enter(State.TELLING)
            assert (await refused(line))[0] == "busy"

    asyncio.run(scene())


def test_where_nobody_understands_that_is_said(farm: Farm) -> None:
    async def scene() -> None:
        async with a_box() as (_box, line):
            word, says = await refused(line, "tr")
            assert (word, says) == (
                "not_possible",
                "nobody here understands what is said in that language; an address or a key of a recogniser would help",
            )
        async with a_box(FABLY_LANGUAGE="tr") as (_box, line):
            word, says = await refused(line, "tr")
            assert word == "not_possible"
            assert says == "Şu anki ayarlarla burada bu dilde söyleneni anlayan kimse yok; bir tanıyıcının adresi ya da anahtarı işe yarar"
        async with a_box(FABLY_STT_PROVIDER="grammar") as (_box, line):
            word, says = await refused(line, "tr")
            assert "English" in says
        farm.listening = "500"
        async with a_box(FABLY_STT_PROVIDER="custom", FABLY_STT_URL=farm.url) as (_box, line):
            assert (await refused(line, "tr"))[0] == "not_possible"

    asyncio.run(scene())
