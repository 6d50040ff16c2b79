"""The controls of the sound cards: which one Fably turns, and whether anything on the way to the loudspeaker is shut.

They are read with `amixer`: opening a control as the box does would already unmute it.
"""

import re
from typing import NamedTuple

from fably.audio.alsa import USUAL
from fably.doctor.finding import Finding, Repair
from fably.doctor.machine.cards import Card, cards
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

WAYS = ("Left Output Mixer PCM", "Right Output Mixer PCM", "Mixout Left DAC Left", "Mixout Right DAC Right")
"""Switches between a converter and the loudspeaker that are off on a card which nobody has set up: WM8960, and the Codec Zero's DA7213."""
FOR_ALL = USUAL[: USUAL.index("Speaker")]
"""Controls of all that is played."""
AUDIBLE = "80%"
"""What the installer gives a card, too."""


class Control(NamedTuple):
    name: str
    percent: int | None
    """Of what it can; None for a switch."""
    on: bool
    decibels: bool
    """Whether it knows its decibels: others are not turned by the box."""


def controls(told: str) -> list[Control]:
    """What `amixer` says of the controls for playing. The loudest channel counts."""
    found = []
    for block in re.split(r"^Simple mixer control ", told, flags=re.MULTILINE)[1:]:
        name = re.match(r"'(.*)',\d+", block)
        lines = [line.partition(" Capture ")[0] for line in block.splitlines() if ": Playback " in line and "[" in line]
        if name is None or not lines:
            continue
        percents = [int(one) for line in lines for one in re.findall(r"\[(\d+)%\]", line)]
        on = any("[off]" not in line for line in lines)
        found.append(Control(name[1], max(percents, default=None), on, any("dB]" in line for line in lines)))
    return found


def check_mixers(patient: Patient, settings: Settings) -> list[Finding]:
    """Findings on the card that Fably plays on, as far as that can be told from its name, or on all that play."""
    scribe = Scribe("mixer", settings.language)
    wanted = (settings.sound_device or "").lower()
    playing = [one for one in cards(patient) if one.plays and not one.is_screen]
    ours = [one for one in playing if wanted and (wanted in one.title.lower() or wanted in one.id.lower())] or playing
    return [finding for card in ours for finding in _card(patient, scribe, card, settings.volume_mixer)]


def _card(patient: Patient, scribe: Scribe, card: Card, wanted: str) -> list[Finding]:
    told = patient.ask("amixer", "-c", str(card.number))
    if told is None:
        return []
    there, subject = controls(told), f"{card.number} ({card.id})"
    if not there:
        return [scribe.ok("no_control", subject)]
    named = {one.name: one for one in there}
    found = []
    if wanted not in ("auto", "none") and wanted not in named:
        found.append(scribe.warning("no_such_control", subject, wanted=wanted, has=", ".join(named)))
    able = [one.name for one in there if one.decibels and one.percent is not None]
    usual = next((one for one in (USUAL if len(able) > 1 else able) if one in able), None)
    turned = None if wanted == "none" else wanted if wanted in named else usual
    ways = [one for one in there if one.name in USUAL and one.name not in (turned, *FOR_ALL)]
    # a desktop's sound server shuts those that nothing is plugged into
    passed_over = ways if patient.boot is None and any(one.on and one.percent for one in ways) else []
    for one in there:
        if one in passed_over:
            continue
        repair = Repair(("amixer", "-q", "-c", str(card.number), "sset", one.name, *([AUDIBLE] if one.percent == 0 else []), "unmute"))
        if one.name in WAYS and not one.on:
            found.append(scribe.failed("way_shut", subject, repair, name=one.name))
        elif one.name in (turned, *USUAL) and one.percent is not None and (not one.on or one.percent == 0):
            # what is for a way out may be shut with good reason: nobody has headphones on
            write = scribe.failed if one.name == turned or one.name in FOR_ALL else scribe.warning
            found.append(write("muted" if not one.on else "turned_down", subject, repair, name=one.name))
    return found or [scribe.ok("turned", subject, name=turned, percent=named[turned].percent) if turned else scribe.ok("by_fably", subject)]
