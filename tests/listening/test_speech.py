"""Speech of espeak-ng in rooms of all kinds, through detector and endpointer as the recorder puts them together."""

import audioop

import pytest
from rooms import SENTENCES, Room, Scene, noise, scene, silence, speech, with_knock

from fably.listening.endpointing import Rules
from fably.listening.recorder import AROUND, Hearing
from fably.listening.speech import FRAME, SpeechDetector

RULES = Rules()
STEP = int(16_000 * FRAME) * 2
ROOMS: tuple[Room, ...] = ("white", "pink", "fan")


def hear(one: Scene, rules: Rules = RULES) -> tuple[Hearing, float | None]:
    """What is heard of a scene, and after how many seconds it was over."""
    hearing = Hearing(rules)
    for at in range(0, len(one.pcm), STEP):
        if hearing.take(one.pcm[at : at + STEP]):
            return hearing, (at + STEP) / 32_000
    return hearing, None


def whole(one: Scene, rules: Rules = RULES) -> bool:
    """Whether it was heard from its first to its last word, and was over soon after that."""
    hearing, over = hear(one, rules)
    if not hearing.heard or over is None:
        return False
    said = hearing.utterance().seconds
    return one.end - one.begin <= said <= one.end - one.begin + 2 * AROUND + 0.5 and over <= one.end + 2 * rules.pause + 0.2


@pytest.mark.parametrize("before", [1.0, 0.0])
@pytest.mark.parametrize("level", [-15, -30, -45])
@pytest.mark.parametrize("number", range(len(SENTENCES)))
def test_speech_in_a_quiet_room(number: int, level: float, before: float) -> None:
    said = speech(SENTENCES[number], number)
    one = scene(said, "pink", level=level, noise_level=-75, before=before)
    hearing, over = hear(one)
    assert hearing.heard
    assert over is not None
    assert over <= one.end + 3.2
    assert hearing.utterance().seconds >= min(before, AROUND) + len(said) / 32_000 + 0.3


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("decibels", [20, 10])
@pytest.mark.parametrize("number", range(4))
def test_speech_over_noise(number: int, decibels: float, room: Room) -> None:
    said = speech(SENTENCES[number], number)
    hearing, over = hear(one := scene(said, room, level=-25, noise_level=-25 - decibels))
    assert hearing.heard
    assert over is not None
    assert one.end + 1.2 <= over <= one.end + 3.2


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("level", [-75, -60, -45, -30, -20])
def test_nobody_is_nobody_however_loud_the_room(room: Room, level: float) -> None:
    hearing, over = hear(scene(b"", room, noise_level=level, after=20))
    assert not hearing.heard
    assert over == pytest.approx(6, abs=FRAME)


def test_a_child_who_thinks_in_the_middle_is_heard_to_the_end() -> None:
    said = speech("tell me a story about", 3) + silence(1.2) + speech("a dragon and a princess", 3)
    for room, noise_level in (("pink", -70), ("fan", -35), ("white", -35)):
        one = scene(said, room, noise_level=noise_level)  # type: ignore[arg-type]
        hearing, _over = hear(one)
        assert hearing.utterance().seconds >= len(said) / 32_000 + 0.5, room


def test_a_knock_is_nobody() -> None:
    one = with_knock(scene(b"", "pink", noise_level=-60, after=20), 0.3)
    hearing, over = hear(one)
    assert not hearing.heard
    assert over == pytest.approx(6, abs=FRAME)


def test_who_speaks_after_a_knock_is_heard_without_it() -> None:
    said = speech(SENTENCES[0], 0)
    one = with_knock(scene(said, "pink", before=2.0), 0.2)
    assert whole(one)


def test_a_microphone_that_is_turned_up_too_far_hears_no_worse() -> None:
    one = scene(speech(SENTENCES[0], 1), "pink", level=-20, noise_level=-60)
    assert whole(Scene(audioop.mul(one.pcm, 2, 10), one.begin, one.end))


def test_a_constant_is_no_speech() -> None:
    detector = SpeechDetector()
    frame = (9_000).to_bytes(2, "little") * 320
    verdicts = [one for _ in range(100) for one in detector.feed(frame)]
    assert len(verdicts) == 100
    assert not any(verdicts[5:])


def test_every_frame_is_judged_once_however_short_the_sound() -> None:
    for count in (1, 29, 30, 31, 200):
        detector, sound = SpeechDetector(), noise("pink")
        verdicts = sum(len(detector.feed(sound[at * STEP : (at + 1) * STEP])) for at in range(count))
        assert verdicts + len(detector.rest()) == count
        assert detector.rest() == []
