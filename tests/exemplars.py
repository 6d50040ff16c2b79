"""The stories that ship, told in a test: by whom, and what is kept of them."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest
from farm import Farm

from fably import cli
from fably.assembly import storyteller
from fably.audio.file import WavFile
from fably.examples.folder import Folder
from fably.examples.opening import FILES
from fably.library.story import Story, read_story
from fably.settings import Settings, load
from fably.story.pipeline import Outcome

PLAIN = Folder(FILES)
STATE = Path("home/.local/state/fably")


def settings_for(farm: Farm | None = None, **environment: str) -> Settings:
    """With the farm's voice, which is quick; the words are offline."""
    voice = {"FABLY_TTS_URL": farm.url} if farm else {}
    return load({}, {"HOME": str(Path.home()), "FABLY_OPENER": "no", **voice, **environment})


def told(settings: Settings, wish: str, most: int | None = None) -> tuple[str, Outcome, list[str]]:
    """The text that was heard, at most so many passages, what came of it, and what the parent read."""
    outcome, read = Outcome(), list[str]()

    async def scene() -> str:
        heard, passages = "", 0
        async with storyteller(settings, read.append, speaker=lambda: WavFile("/dev/null")) as teller:
            async with aclosing(teller.tell(wish, outcome)) as story:
                async for passage in story:
                    heard += passage.lead + passage.text
                    passages += 1
                    if passages == most:
                        break
        return heard

    return asyncio.run(scene()), outcome, read


def stories(state: Path = STATE) -> list[Story]:
    folders = sorted(one for one in (state / "stories").iterdir() if one.name[0] != ".")
    return [story for folder in folders if (story := read_story(folder))]


def fably(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    return int(left.value.code or 0)
