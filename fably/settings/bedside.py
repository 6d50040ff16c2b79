"""What can be set of the box: how it lives, is touched, listens, and is spoken to from afar."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fably.settings.fields import Duration, setting


@dataclass(frozen=True, eq=False, repr=False)
class Night:
    """At bedtime"""

    bedtime: bool = setting(False, "Let loudness, tempo and the length of sentences fall through the story.")
    sleep_timer: Duration = setting(
        Duration(0), "After so much of a story it fades out and ends with a sentence, such as 90s, 20m or 1h; 0 for never.",
        low=0, high=86_400,
    )  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Life:
    """The box"""

    loop: bool = setting(False, "Be the box: wait for the button, listen, tell, and wait again, until stopped.", local=True)
    power_off: bool = setting(False, "Switch this computer off when the button is held that long.", flag=False)
    rest_seconds: float = setting(
        20.0, "After so long a rest the box does what can wait, such as packing the sound of old stories.", flag=False, low=0, high=3600,
        unit="seconds",
    )  # fmt: skip
    renew_seconds: float = setting(
        600.0,
        "A box that systemd has started, and that has told a story from the cloud, gives its memory back after so long a rest, by another "
        "that takes its place; 0 for never.",
        flag=False, low=0, high=86_400, unit="seconds",
    )  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Touch:
    """Button and light"""

    button: bool = setting(True, "Listen to a button at a GPIO pin.")
    button_gpio_pin: int = setting(17, "Its GPIO number.", low=0, high=27)
    button_pull: Literal["up", "down", "none"] = setting(
        "up", "The resistor at it: up for a button to ground, down for one to 3.3 V, none where the board has one, for one to ground."
    )
    button_bounce_seconds: float = setting(
        0.02, "How long its contact may chatter; a press counts from the first touch.", flag=False, low=0, high=0.2, unit="seconds"
    )
    held_seconds: float = setting(0.4, "A press is held from here on.", flag=False, low=0.2, high=1.5, unit="seconds")
    double_seconds: float = setting(
        0.35, "A second press counts as a double one so long after the first; 0 for never.", flag=False, low=0, high=1.5, unit="seconds"
    )
    long_seconds: float = setting(3.0, "Held for so long, and silent: good night.", flag=False, low=2, high=7, unit="seconds")
    very_long_seconds: float = setting(8.0, "Held for so long, and silent: shut down.", flag=False, low=7.5, high=60, unit="seconds")
    volume_up_gpio_pin: int | None = setting(None, "GPIO number of a button that makes it louder, wired as the other.", low=0, high=27)
    volume_down_gpio_pin: int | None = setting(None, "GPIO number of a button that makes it softer.", low=0, high=27)
    volume_step: int = setting(5, "How much a press of those changes.", flag=False, low=1, high=25, unit="percent")
    keyboard: bool = setting(False, "Take the space bar of this terminal for a button, + and - for the volume; q leaves.", local=True)
    light: Literal["none", "led", "pwm", "rgb", "apa102"] = setting(
        "none",
        "A light at GPIO pins: one that is on or off (led), can be dimmed (pwm), or has three colours (rgb); or a row at the SPI (apa102).",
    )
    light_pins: str | None = setting(None, "Its GPIO numbers, with commas between; without it 22, and for rgb 22,23,24.")
    light_count: int = setting(3, "How many lights are in the row.", flag=False, low=1, high=64)
    light_active_low: bool = setting(False, "It shines when its pins are low.", flag=False)
    light_while_telling: bool = setting(True, "Shine while a story is told.")
    night_light: int = setting(0, "How brightly it shines while nobody wants anything.", low=0, high=100, unit="percent")


@dataclass(frozen=True, eq=False, repr=False)
class WakeWord:
    """A word in the place of the button"""

    wakeword: bool = setting(False, "Listen for a wake word, and then for a wish.")
    wakeword_engine: Literal["microwakeword", "openwakeword", "openwakeword-original"] = setting(
        "microwakeword", "Who listens for it; openwakeword hears more of some words, and takes fifteen times the processor."
    )
    wakeword_model: str | None = setting(
        None, "The word: one that the engine brings (hey_jarvis, okay_nabu, alexa, …), or a file; without it the engine's usual one."
    )
    wakeword_threshold: float | None = setting(
        None, "How sure the engine must be; without it its own. Less hears more, also what nobody said.", low=0.01, high=0.99
    )
    wakeword_while_telling: bool = setting(
        False, "Listen for it also while a story is told: for a microphone that does not hear the loudspeaker.", flag=False
    )
    gpio_only: bool = setting(
        False, "Listen to the button at the GPIO pin and to nothing else: no wake word, no keyboard, no web page.", local=True
    )


@dataclass(frozen=True, eq=False, repr=False)
class Listening:
    """How a child is listened to"""

    microphone_device: str | None = setting(None, "Microphone to listen with: its number or a part of its name.")
    listen_pause_seconds: float = setting(
        1.5, "A child who is quiet for so long has finished; no shorter pause is an end.", low=0.5, high=10, unit="seconds"
    )
    listen_start_seconds: float = setting(6.0, "How long a child may take to begin.", low=2, high=30, unit="seconds")
    listen_max_seconds: float = setting(15.0, "How long a child may speak, pauses included.", low=1, high=30, unit="seconds")
    keep_recordings: bool = setting(
        False, "Keep what was said, as WAV files in `queries` in the state directory; else no child's voice ever touches the disk."
    )


@dataclass(frozen=True, eq=False, repr=False)
class Control:
    """How the box is spoken to from afar"""

    control_socket: Path | None = setting(
        None, "Where a box is spoken to; without it systemd's or the user's runtime directory, or else the state directory.", local=True
    )
    control_group: str | None = setting(None, "The group that may speak to it, beside its own user.", flag=False, local=True)


@dataclass(frozen=True, eq=False, repr=False)
class Page:
    """The parent's page"""

    web: bool = setting(True, "Serve the parent's page when `fably web` is called.", local=True)
    web_host: str = setting("127.0.0.1", "Where it listens; 0.0.0.0 is for everybody at home.", flag=False, local=True)
    web_port: int = setting(7860, "And at which port.", flag=False, local=True, low=1, high=65_535)
    web_names: str | None = setting(
        None, "More names by which browsers may call it, with commas between, beside this machine's own.", flag=False, local=True
    )
    web_path: Path | None = setting(
        None, "Where it keeps its password and who is logged in; without it `web` in the state directory.", flag=False, local=True
    )
