"""The card's own volume, by the real libasound, on controls that are a plugin of it: see fake_mixer.c."""

import asyncio
import subprocess
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from fake_mixer import FakeMixer, compiled

from fably.audio import mixer as mixing
from fably.audio.alsa import Control
from fably.audio.mixer import Mixer, card_of, mixer_of, settings_for
from fably.audio.volume import Volume
from fably.core.errors import AudioError, ConfigError
from fably.pcm.loudness import SILENCE, decibels, gain
from fably.settings import Settings

PI = "PCM Playback Volume:0 255 -10239 400 255"
"""As the Pi's own headphone socket has it: up to 4 decibels above what the sound was, in steps of 0.42."""
USB = "PCM Playback Volume:0 14 -2800 0 14"
"""As a cheap USB card has it: down to 28 decibels, in steps of 2."""
MICROPHONE = "Mic Capture Volume:0 10 -1000 0 3"


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("mixer"))


@pytest.fixture
def card(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeMixer:
    return FakeMixer(library, tmp_path / "set", monkeypatch)


def run(scene: Callable[[Volume, Mixer], object], settings: Settings | None = None) -> Volume:
    """What `scene` does to a volume of 100 with the card's mixer; afterwards the mixer has come to rest."""
    volume = Volume()

    async def main() -> None:
        mixer = await mixer_of(settings or Settings(), lambda: volume.use(None))
        assert mixer is not None
        volume.use(mixer)
        scene(volume, mixer)
        await mixer.close()
        await asyncio.sleep(0)  # what the thread has told the loop

    asyncio.run(main())
    return volume


@pytest.mark.parametrize(
    ("controls", "chosen"),
    [
        ([MICROPHONE, PI], "PCM"),
        (["Speaker Playback Volume:0 127 -12100 600 0", "Digital Playback Volume:0 255 -12700 0 0"], "Digital"),
        (["Odd Name Playback Volume:0 9 -900 0 0"], "Odd Name"),
    ],
)
def test_the_control_of_all_that_is_played_is_found(card: FakeMixer, controls: list[str], chosen: str) -> None:
    card.has(*controls)
    with closing(Control("default", None)) as control:
        assert control.name == chosen


@pytest.mark.parametrize(
    "controls",
    [[MICROPHONE], ["Master Playback Volume:0 65536 0 0 9"], ["Odd Playback Volume:0 9 -900 0 0", "Other Playback Volume:0 9 -900 0 0"]],
    ids=["only a microphone", "a sound server, which knows no decibels", "which of the two?"],
)
def test_where_it_is_not_clear_which_there_is_none(card: FakeMixer, controls: list[str]) -> None:
    card.has(*controls)
    with pytest.raises(AudioError, match="no volume control of a usual name"):
        Control("default", None)
    assert asyncio.run(mixer_of(Settings(), lambda: None)) is None


def test_without_a_mixer_there_is_none_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert asyncio.run(mixer_of(Settings(), lambda: None)) is None
    assert capfd.readouterr().err == ""


def test_none_is_none_and_a_name_that_is_not_there_is_a_mistake(card: FakeMixer) -> None:
    card.has(PI, "Speaker Playback Volume:0 9 -900 0 0")
    assert asyncio.run(mixer_of(Settings(volume_mixer="none"), lambda: None)) is None
    with pytest.raises(ConfigError, match=r"FABLY_VOLUME_MIXER: .*default has no control 'Speakers'; it has Speaker, PCM; choose auto or"):
        asyncio.run(mixer_of(Settings(volume_mixer="Speakers"), lambda: None))


def test_a_control_can_be_named(card: FakeMixer) -> None:
    card.has(PI, "Speaker Playback Volume:0 9 -900 0 9")
    run(lambda volume, _mixer: volume.set(90), Settings(volume_mixer="Speaker"))
    assert card.set_to() == []
    assert card.set_to("Speaker Playback Volume")[-1] == 5, "4 decibels down"


def test_a_card_that_comes_up_muted_is_heard(card: FakeMixer) -> None:
    card.has(PI, "PCM Playback Switch:0 1 0 0 0")
    Control("default", None).close()
    assert card.set_to("PCM Playback Switch") == [1]


@pytest.mark.parametrize("control", [PI, USB, "PCM Playback Volume:0 63 -6300 -300 0"])
def test_mixer_and_samples_together_are_as_loud_as_the_percentage_says(card: FakeMixer, control: str) -> None:
    card.has(control)
    least, most, softest, loudest, _value = map(int, control.partition(":")[2].split())
    with closing(Control("default", None)) as one:
        settings = settings_for(one)
    top = 0.0 if loudest >= 0 else loudest / 100
    for percent in range(1, 101):
        value, rest = settings[percent].value, settings[percent].rest
        by_card = (softest + (loudest - softest) * (value - least) / (most - least)) / 100
        assert by_card + rest == pytest.approx(top + decibels(percent), abs=0.45), percent
        assert rest <= 0
    assert (settings[0].value, settings[0].rest) == (least, SILENCE)


def test_what_the_card_cannot_do_is_done_to_the_samples(card: FakeMixer) -> None:
    card.has(USB)
    volume = run(lambda volume, _mixer: volume.set(5))
    assert card.set_to()[-1] == 0
    assert volume.gain == pytest.approx(gain(-10), rel=0.01), "38 decibels, of which the card takes 28"


def test_amixer_sees_the_same(card: FakeMixer) -> None:
    """A program of other people, on the same controls: what it makes of a value is what we make of it."""
    card.has("PCM Playback Volume:0 255 -10239 400 222")
    try:
        done = subprocess.run(["amixer", "scontents"], capture_output=True, text=True, timeout=60, check=True)
    except FileNotFoundError:
        pytest.skip("alsa-utils is not installed")
    with closing(Control("default", None)) as control:
        value, found = control.nearest(-10.0)
    assert f"Playback {value} [87%] [{found:.2f}dB]" in done.stdout


def test_a_change_is_made_in_small_steps_and_only_the_last_word_counts(card: FakeMixer) -> None:
    card.has(PI)

    def hammer(volume: Volume, _mixer: Mixer) -> None:
        for percent in (5, 80, 30, 50):
            volume.set(percent)

    volume = run(hammer)
    values = card.set_to()
    with closing(Control("default", None)) as control:
        down, _ = control.nearest(decibels(50))
    assert values[-1] == down
    assert volume.gain == pytest.approx(1, abs=0.06), "the card has done it all, but for a part of a step"
    assert max(abs(a - b) for a, b in pairwise([255, *values])) <= 255 / mixing.STEPS + 1


def test_a_mixer_that_is_lost_leaves_it_all_to_the_samples(card: FakeMixer, caplog: pytest.LogCaptureFixture) -> None:
    card.has(PI)

    def lose(volume: Volume, _mixer: Mixer) -> None:
        card.breaks()
        volume.set(50)

    assert run(lose).gain == gain(decibels(50))
    assert "No such device; Fably makes the sound softer itself" in caplog.text


def test_the_controls_are_those_of_the_card_that_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    class Portaudio:
        """PortAudio on a Pi with a USB card; there is no such card here."""

        names = ("bcm2835 Headphones: - (hw:0,0)", "USB Audio Device: - (hw:1,0)", "default")

        def query_devices(self, device: object, _kind: str) -> dict[str, str]:
            return {"name": self.names[device if isinstance(device, int) else 2]}

    monkeypatch.setattr(mixing, "portaudio", Portaudio)
    assert [card_of("0"), card_of("1"), card_of(None)] == ["hw:0", "hw:1", "default"]
