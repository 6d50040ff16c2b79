"""The card that sits on the pins, what config.txt asks of the kernel for it, and whether that came of it."""

import re

from fably.doctor.finding import Finding
from fably.doctor.machine.cards import cards
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

HAT = "/proc/device-tree/hat"
SOUND = {
    "wm8960-soundcard": "wm8960", "rpi-codeczero": "Zero", "iqaudio-codec": "IQaudIO", "iqaudio-dacplus": "IQaudIO",
    "googlevoicehat-soundcard": "sndrpigooglevoi", "hifiberry-dac": "sndrpihifiberry", "hifiberry-dacplus": "sndrpihifiberry",
    "max98357a": "MAX98357A",
}  # fmt: skip
"""Overlays of sound cards, and how what ALSA calls the card begins. Those on one I2S: there can be but one of them."""
OLD = ("seeed-2mic-voicecard", "seeed-4mic-voicecard", "seeed-8mic-voicecard", "respeaker-2mic")
"""Overlays of a driver that its maker no longer keeps up: it does not build with newer kernels."""
ONE_CLOCK = ("wm8960", "Zero", "IQaudIO", "seeed")
"""Codecs that have one clock for both directions, and want one rate: ALSA's converting device sees to it."""


def overlays(patient: Patient) -> list[str]:
    """The overlays that config.txt asks for, whatever section they are in."""
    text = (patient.boot and patient.read(f"{patient.boot}/config.txt")) or ""
    return re.findall(r"^\s*dtoverlay\s*=\s*([\w.-]+)", text, re.MULTILINE)


def check_hat(patient: Patient, settings: Settings) -> list[Finding]:
    """Findings on the card on the pins; none on a machine that is no Raspberry Pi."""
    if patient.boot is None:
        return []
    scribe, wanted, there = Scribe("hat", settings.language), overlays(patient), cards(patient)
    product, vendor = (patient.read(f"{HAT}/{one}") for one in ("product", "vendor"))
    named = " ".join(filter(None, (vendor, product)))
    sounds = [one for one in wanted if one in SOUND]
    found = []
    if old := [one for one in wanted if one in OLD]:
        found.append(scribe.failed("old_driver", named or old[0], overlay=old[0]))
    if len(sounds) > 1:
        found.append(scribe.warning("two_overlays", named, overlays=", ".join(sounds)))
    found += [
        scribe.failed("no_card_for_overlay", named or overlay, overlay=overlay, file=f"{patient.boot}/config.txt")
        for overlay in sounds
        if not any(one.id.lower().startswith(SOUND[overlay].lower()) for one in there)
    ]
    if product and not sounds and not old and not any(not one.is_screen for one in there):
        found.append(scribe.warning("hat_without_card", named))
    codec = next((one for one in there if one.id.lower().startswith(tuple(name.lower() for name in ONE_CLOCK))), None)
    if codec is not None and "plug" not in (patient.read("/etc/asound.conf") or ""):
        found.append(scribe.warning("two_rates", codec.id))
    if found:
        return found
    return [scribe.ok("hat", named or "–", overlays=", ".join(wanted) or "–")] if named or sounds else []
