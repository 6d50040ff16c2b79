"""The whole box with real parts, end to end: a voice of espeak-ng wishes for a story, and the story that is told is that story. No service
and no stand-in: only the sound card is ALSA's own that needs no hardware."""

import wave
from pathlib import Path

from bedside import bedside
from next_door import needs_wakeword
from waking import say, silence

from fably.library.catalogue import Catalogue
from fably.library.story import read_story

REAL = ("--stt-provider", "grammar", "--llm-provider", "offline", "--tts-provider", "espeak", "--no-button")
WISH = "tell me a story about a dragon and a princess"
LIBRARY = Path("home/.local/state/fably/stories")


def wish() -> bytes:
    return say(WISH, voice="gmw/en-US", pace=130, pitch=1.1)


def told() -> None:
    """Look at the only story that was told: it is whole, it was heard, and it is about both."""
    (entry,), _count = Catalogue(LIBRARY).page()
    story = read_story(LIBRARY / entry.name)
    assert story is not None
    assert (story.complete, entry.query) == (True, WISH)
    assert {"dragon", "princess"} <= set(story.text.lower().replace(".", " ").replace(",", " ").split())
    with wave.open(str(LIBRARY / entry.name / "story.wav")) as sound:
        assert sound.getnframes() / sound.getframerate() > 60


def test_a_press_a_wish_and_its_story(ear_pipe: Path, card_file: Path) -> None:
    with bedside(ear_pipe, card_file, "--keyboard", *REAL) as box:
        box.until_has_keys()
        box.until_says("q leaves.")  # who sits before it knows what to press, also where no greeting is heard
        box.until_says("Waiting for a press.")
        box.press()
        box.until_says("Listening.")
        box.room.say(silence(1) + wish())
        for state in ("Thinking.", "Telling.", "Waiting for a press."):
            box.until_says(state)
    told()


@needs_wakeword
def test_a_wake_word_and_its_story_without_a_pause_between(ear_pipe: Path, card_file: Path) -> None:
    word = ("--wakeword", "--wakeword-engine", "openwakeword", "--wakeword-model", "hey_jarvis")
    with bedside(ear_pipe, card_file, *word, *REAL) as box:
        box.until_listens(2)
        box.room.say(silence(1) + say("hey jarvis", voice="gmw/en-US", pace=130) + wish())
        for state in ("Listening.", "Thinking.", "Telling.", "Waiting for a press."):
            box.until_says(state)
    told()
