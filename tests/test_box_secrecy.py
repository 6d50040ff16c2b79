"""A child's voice touches the disk nowhere: whole boxes that listen and tell, and every file that they open to write."""

import json
import re
import shutil
import signal
from pathlib import Path

import pytest
from farm import Farm
from living_box import Ear, living
from rooms import at_level, noise
from senses import WISH

from fably.kept_lines import BEGINS, ENDS, NAME, read

_OPENED = re.compile(r'(?:open|openat|creat)\(.*"([^"]*)", [A-Z_|]*O_(?:WRONLY|RDWR)')
_OURS = re.compile(
    r"/state/(?:memory\.jsonl|last\.log|engines\.json|control[^/]*|stories/\.[^/]*(?:/[^/]*)?|stories/\.openers/[0-9a-f]{16}/[^/]*)$"
    r"|/tmp/[a-z0-9_]{8}$|/card\.raw\.part$"
)
"""The journals, a story that is being told, what the box says, which it makes ready as soon as that has ended, how Python tries whether a
folder can be written to, and the sound card of the tests."""
SLICES = [WISH[at : at + 64] for at in range(32_000, len(WISH) - 32_000, 6_400)]
"""Of what the child says: 2 ms, five times a second."""


def voices(*folders: Path) -> set[str]:
    """The names of the files that hold any of it."""
    files = [one for folder in folders for one in folder.rglob("*") if one.is_file()]
    return {one.name for one in files if any(piece in one.read_bytes() for piece in SLICES)}


def told(farm: Farm, ear_pipe: Path, tmp_path: Path, *arguments: str, under: tuple[str, ...] = ()) -> None:
    """A box is asked for a story by voice, tells it, and ends."""
    state = tmp_path / "state"
    environment = {**{f"FABLY_{one}_URL": farm.url for one in ("LLM", "TTS", "STT")}, "FABLY_STATE_PATH": str(state), "FABLY_OPENER": "no"}
    environment |= {"FABLY_MICROPHONE_DEVICE": "ear", "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with Ear(ear_pipe, at_level(noise("pink"), -65)) as ear:
        with living(*arguments, environment=environment, under=under) as box:
            box.press()
            box.until("Listening.")
            ear.says(WISH)
            box.until("Telling.")
            box.until("Waiting for a press.", len(box.lines))
            box.ends(signal.SIGTERM)
    assert any(SLICES[1] in body["file"] for body in farm.asked("/audio/transcriptions")), "it was heard"


def test_no_file_holds_it(farm: Farm, ear_pipe: Path, tmp_path: Path) -> None:
    told(farm, ear_pipe, tmp_path)
    assert voices(tmp_path) == set()
    kept = read(tmp_path / "state" / NAME)
    assert [kept[0]["what"], kept[-1]["what"]] == [BEGINS, ENDS]
    assert any("listening" in one["says"] for one in kept)
    assert farm.said not in json.dumps(kept), "nor what was understood, among the last lines"
    assert [one for one in (tmp_path / "tmp").rglob("*") if one.is_file()] == []  # PulseAudio's library leaves an empty folder there


def test_with_recordings_kept_there_is_one_file_that_holds_it(farm: Farm, ear_pipe: Path, tmp_path: Path) -> None:
    told(farm, ear_pipe, tmp_path, "--keep-recordings")
    (recording,) = (tmp_path / "state" / "queries").iterdir()
    assert voices(tmp_path) == {recording.name}


@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace")
def test_no_file_is_opened_to_write_but_those_of_the_story_and_the_journals(farm: Farm, ear_pipe: Path, tmp_path: Path) -> None:
    """Not even one that is gone when it is looked for."""
    calls = tmp_path / "calls"
    told(farm, ear_pipe, tmp_path, under=("strace", "-D", "-f", "--seccomp-bpf", "-qq", "-e", "trace=open,openat,creat", "-o", str(calls)))
    opened = set(_OPENED.findall(calls.read_text(encoding="utf-8", errors="replace")))
    assert any(path.endswith("story.wav") for path in opened), "it was watched"
    assert [path for path in opened if not path.startswith(("/dev/", "/proc/")) and not _OURS.search(path)] == []
    assert voices(tmp_path / "state") == set()
