"""However long a sentence is, the real Piper with a voice of the usual weight needs no more memory for it than for four seconds."""

import asyncio
from pathlib import Path

import pytest
from next_door import needs_piper
from peers import Peers
from wyoming.tts import Synthesize

from fably.engines.child import start
from fably.engines.piper import LONGEST, SYMBOLS_A_SECOND
from fably.memory.measured import usage

pytestmark = needs_piper
SENTENCE = (
    "once upon a time in a valley behind the seventh hill there lived a patient little hedgehog with extraordinarily long whiskers who "
    "wanted nothing in the whole wide world so much as to hear what the moon was whispering to the sleepy river every night and so it "
    "walked and walked through the enormous forest past the mill and the meadow and the quiet village until it came at last to the silvery "
    "border."
)
PASSAGE = SENTENCE[: int(LONGEST * SYMBOLS_A_SECOND)].rpartition(" ")[0]
HERTZ, HOP = 22_050, 256


@pytest.fixture(scope="module")
def voice(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voices")
    peers.heavy_voice(folder, "en_US-heavy-medium", "medium")
    return folder / "en_US-heavy-medium.onnx"


def spoken(voice: Path, text: str) -> tuple[list[int], int]:
    """The samples of each piece, and the most that the process has ever held, in bytes."""

    async def scene() -> tuple[list[int], int]:
        child = await start("piper", "fably.engines.piper", ["--voice", str(voice)])
        try:
            await child.send(Synthesize(text).event())
            made = []
            while (event := await child.receive()).type != "audio-stop":
                made += [len(event.payload) // 2] if event.payload else []
            held = usage(child.process.pid)
            assert held
            return made, held.peak
        finally:
            await child.end()

    return asyncio.run(scene())


def of(text: str) -> int:
    """The samples of a piece, 256 for a frame: four frames for a letter, two for a blank, one for what is before, between and after."""
    return HOP * (4 * len(text) - 2 * text.count(" ") + len(text) + 3)


def test_400_letters_without_a_comma_are_cut_between_words_and_need_no_more_than_four_seconds(voice: Path) -> None:
    assert len(SENTENCE) == 400
    (passage,), usual = spoken(voice, PASSAGE)
    assert passage == of(PASSAGE)
    assert passage / HERTZ == pytest.approx(LONGEST, rel=0.15)
    made, peak = spoken(voice, SENTENCE)
    rest = SENTENCE.split()
    for samples in made[:-1]:
        count = next((number for number in range(1, len(rest) + 1) if of(" ".join(rest[:number]) + " ") >= samples), 0)
        assert of(" ".join(rest[:count]) + " ") == samples, f"a word is broken among {rest}"
        rest = rest[count:]
    assert made[-1] == of(" ".join(rest))
    assert max(made) / HERTZ < LONGEST * 1.15
    assert peak < usual * 1.25, "bytes"
