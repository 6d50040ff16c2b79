"""Stories to pack and unpack."""

import asyncio
from pathlib import Path

import pytest
from packing import speech, wav

from fably.audio.compact import Compactor
from fably.core.types import AudioFormat


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """A WAV file whose packing takes a moment."""
    return wav(tmp_path / "story.wav", speech(22_050, 60), AudioFormat(22_050))


@pytest.fixture(scope="session")
def packed_once(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    source = wav(tmp_path_factory.mktemp("packed") / "story.wav", speech(22_050, 60), AudioFormat(22_050))
    asyncio.run(Compactor().pack(source, source.with_suffix(".opus")))
    return source.with_suffix(".opus").read_bytes()


@pytest.fixture
def packed(tmp_path: Path, packed_once: bytes) -> Path:
    """A minute of packed sound at 22 050 Hz."""
    file = tmp_path / "packed.opus"
    file.write_bytes(packed_once)
    return file
