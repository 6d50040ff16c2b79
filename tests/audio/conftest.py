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


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    source = wav(tmp_path / "packed.wav", speech(22_050, 60), AudioFormat(22_050))
    asyncio.run(Compactor().pack(source, source.with_suffix(".opus")))
    source.unlink()
    return source.with_suffix(".opus")
