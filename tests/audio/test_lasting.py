"""A volume that is kept across restarts, with few writes. No clock: a write is waited for by looking at the file."""

import asyncio
import json
from pathlib import Path

import pytest

from fably.audio.lasting import FILE, Kept, lasting_volume
from fably.audio.volume import Volume
from fably.settings import Settings


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "of the box"


def file(state: Path) -> Path:
    return state / FILE


def session(settings: Settings, *changes: int) -> int:
    """The volume at the start of a box, which is then changed."""

    async def main() -> int:
        async with lasting_volume(settings, 3600) as volume:
            begun = volume.now
            for change in changes:
                volume.by(change)
        return begun

    return asyncio.run(main())


def test_the_last_volume_is_that_of_the_next_start(state: Path) -> None:
    settings = Settings(state_path=state, volume=70)
    assert session(settings, -5, -5) == 70
    assert session(settings) == 60
    assert session(settings, 10) == 60
    assert session(settings) == 70


def test_who_sets_another_volume_wants_it_to_count_once_and_for_all(state: Path) -> None:
    session(Settings(state_path=state, volume=70), -20)
    assert session(Settings(state_path=state, volume=30)) == 30
    assert session(Settings(state_path=state, volume=70)) == 70, "the 50 of long ago is forgotten"


def test_bounds_that_are_new_count_for_what_is_kept(state: Path) -> None:
    settings = Settings(state_path=state, volume=70)
    session(settings, 30)
    assert session(Settings(state_path=state, volume=70, volume_max=40)) == 40


def test_where_nothing_was_changed_nothing_is_written(state: Path) -> None:
    session(Settings(state_path=state))
    session(Settings(state_path=state), -5, 5)
    assert not state.exists()


@pytest.mark.parametrize("spoilt", [b"", b"\xff\xfe", b"[]", b'{"now": "loud", "set": 100}', b'{"now": 7', b"[" * 100_000])
def test_a_spoilt_file_is_as_none_and_is_mended(state: Path, spoilt: bytes) -> None:
    state.mkdir(parents=True)
    file(state).write_bytes(spoilt)
    assert session(Settings(state_path=state)) == 100
    assert json.loads(file(state).read_bytes()) == {"now": 100, "set": 100}
    assert [one.name for one in state.iterdir()] == [FILE]


def test_a_change_is_on_the_disk_before_the_end_and_many_are_one_write(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    write = Kept.write

    def counted(kept: Kept, volume: Volume) -> None:
        write(kept, volume)
        written.append(volume.now)

    monkeypatch.setattr(Kept, "write", counted)

    async def main() -> None:
        async with lasting_volume(Settings(state_path=state), 0.01) as volume:
            for percent in range(99, 40, -1):
                volume.set(percent)
            while not written:  # noqa: ASYNC110 - a thread writes
                await asyncio.sleep(0.002)
            assert json.loads(file(state).read_bytes())["now"] == 41
            assert written == [41]

    asyncio.run(main())


def test_a_disk_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "state").write_text("a file where the folder should be", encoding="utf-8")
    assert session(Settings(state_path=tmp_path / "state"), -20) == 100
    assert "the volume cannot be kept" in caplog.text
