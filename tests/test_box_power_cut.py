"""The place is kept to the sentence, also across a power cut: whole processes that are killed, and started again."""

import signal
import time
from pathlib import Path

import pytest
from bedroom import LONG_STORY
from farm import Farm
from living_box import Ear, LivingBox, living
from rooms import at_level, noise
from senses import WISH


def told(box: LivingBox, count: int) -> None:
    """Wait until so many passages have begun."""
    while len(box.told) < count:
        box.until("is heard")
        time.sleep(0.002)


def on_disk() -> int:
    """How many passages of the story that is being told have reached the disk."""
    return sum(file.read_text(encoding="utf-8").count("- {paragraph") for file in Path("state", "stories").glob(".telling-*/info.yaml"))


@pytest.mark.parametrize("how", ["silenced", "in mid-sentence"])
def test_a_story_goes_on_with_its_sentence_after_a_power_cut(farm: Farm, ear_pipe: Path, how: str) -> None:
    farm.story, farm.piece, farm.goes_on = LONG_STORY, 200, True
    environment = {**{f"FABLY_{one}_URL": farm.url for one in ("LLM", "TTS", "STT")}, "FABLY_STATE_PATH": str(Path("state").resolve())}
    environment |= {"FABLY_MICROPHONE_DEVICE": "ear", "FABLY_OPENER": "no", "FABLY_BUTTON_BOUNCE_SECONDS": "0"}
    with Ear(ear_pipe, at_level(noise("pink"), -65)) as ear:
        with living(environment=environment) as box:
            box.press()
            box.until("Listening.")
            ear.says(WISH)
            told(box, 3)
            if how == "silenced":
                box.press()
                box.until("Paused.")
                while list(Path("state", "stories").glob(".telling-*")):  # it is being put away
                    time.sleep(0.002)
            else:
                while on_disk() < 3:  # which is slower than this card, and not slower than a story that is heard
                    time.sleep(0.002)
            box.ends(signal.SIGKILL)
            last = box.told[-1:] if how == "silenced" else box.told[2:]
        with living(environment=environment) as box:
            for _ in range(2):
                box.press()
            told(box, 2)
            assert box.told[0] in last
            assert box.told[1] != box.told[0]
            box.ends(signal.SIGTERM)
