"""Sound cards that sit on the pins of a Raspberry Pi. USB cards need nothing of this.

A codec has one clock for both directions, so whatever plays and whatever listens must do so at one rate: ALSA's converting device
sees to it.
"""

from dataclasses import dataclass

RATE = 48_000  # Hz


@dataclass(frozen=True)
class Hat:
    """`boot` are lines for config.txt; `card` is ALSA's name of it; `mixer` is what it must be told, in `amixer -s`'s words."""

    title: str
    boot: tuple[str, ...]
    card: str
    mixer: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()
    """What of Fably's settings follows from what else is on it."""


_WM8960 = (
    "sset 'Headphone' 80%",
    "sset 'Speaker' 80%",
    "sset 'Left Output Mixer PCM' on",
    "sset 'Right Output Mixer PCM' on",
    "sset 'Left Boost Mixer LINPUT1' on",
    "sset 'Right Boost Mixer RINPUT1' on",
    "sset 'Left Input Mixer Boost' on",
    "sset 'Right Input Mixer Boost' on",
    "sset 'Capture' 70% cap",
)
_DA7213 = (
    "cset name='Onboard MIC Switch' on",
    "cset name='Mic 2 Switch' on",
    "cset name='Mic 2 Volume' 5",
    "cset name='Mixin Left Mic 2 Switch' on",
    "cset name='Mixin Right Mic 2 Switch' on",
    "cset name='Mixin PGA Switch' on",
    "cset name='Mixin PGA Volume' 7",
    "cset name='ADC Switch' on",
    "cset name='ADC Volume' 114",
    "cset name='DAC Volume' 112",
    "cset name='DAC Mono Switch' on",
    "cset name='Mixout Left DAC Left Switch' on",
    "cset name='Mixout Right DAC Right Switch' on",
    "cset name='HP Jack Switch' on",
    "cset name='Lineout Switch' on",
    "cset name='Lineout Volume' 48",
)
_ON = ("dtparam=i2c_arm=on", "dtparam=i2s=on")
HATS: dict[str, Hat] = {
    # the kernel has the driver; the one that its maker offers for download is for older kernels
    "respeaker-2mic": Hat(
        "ReSpeaker 2-Mics Pi HAT",
        (*_ON, "dtparam=spi=on", "dtoverlay=wm8960-soundcard"), "wm8960soundcard", _WM8960,
        (("FABLY_LIGHT", "apa102"),),  # and its button is at GPIO 17, where Fably looks for one
    ),
    "wm8960": Hat("WM8960 Audio HAT", (*_ON, "dtoverlay=wm8960-soundcard"), "wm8960soundcard", _WM8960),
    # it says by itself what it is, and boards from before 2021 say it in a way that newer kernels do not know
    "codec-zero": Hat(
        "Codec Zero", ("dtoverlay=rpi-codeczero",), "Zero", _DA7213, (("FABLY_BUTTON_GPIO_PIN", "27"), ("FABLY_LIGHT_PINS", "23")),
    ),
}  # fmt: skip


def asound(card: str) -> str:
    """The text of /etc/asound.conf that makes `card` the one that is played on and listened to."""
    return f"""# Written by tools/install: one card, at one rate in both directions.
pcm.!default {{
    type asym
    playback.pcm "fably_card"
    capture.pcm "fably_card"
}}
pcm.fably_card {{
    type plug
    slave {{
        pcm "hw:{card}"
        format S16_LE
        channels 2
        rate {RATE}
    }}
}}
ctl.!default {{
    type hw
    card {card}
}}
"""
