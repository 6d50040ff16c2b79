"""The sound cards that the kernel has: one that plays, one that listens, and who has them."""

import re
from typing import NamedTuple

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

DRIVERS = ("vc4hdmi", "vc4-hdmi")
"""The screens' loudspeakers, which a bedside has not."""


class Card(NamedTuple):
    number: int
    id: str
    title: str
    plays: bool
    listens: bool

    @property
    def is_screen(self) -> bool:
        return self.id.startswith(DRIVERS)


def cards(patient: Patient) -> list[Card]:
    """The cards there are, by number; none where the kernel has no sound."""
    able = (patient.read("/proc/asound/pcm") or "").splitlines()
    found = []
    for number, id, title in re.findall(r"^ *(\d+) \[(\S+) *\]: (.*)$", patient.read("/proc/asound/cards") or "", re.MULTILINE):
        own = [line for line in able if line.startswith(f"{int(number):02}-")]
        found.append(Card(int(number), id, title, any("playback" in one for one in own), any("capture" in one for one in own)))
    return found


def check_cards(patient: Patient, settings: Settings) -> list[Finding]:
    """The findings on all cards together; none where the kernel has no sound at all, such as in a container."""
    if not patient.there("/proc/asound"):
        return []
    scribe, there = Scribe("cards", settings.language), cards(patient)
    names = ", ".join(f"{one.number} ({one.id})" for one in there)
    playing = [one for one in there if one.plays]
    if not playing:
        return [] if settings.output else [scribe.failed("no_card", there=names or "–")]
    found = []
    if all(one.is_screen for one in playing) and settings.output is None:
        found.append(scribe.warning("only_screens", names))
    if not any(one.listens for one in there):
        found.append(scribe.warning("no_microphone", names))
    for card in playing:
        if (owner := _owner(patient, card.number)) is not None:
            pid, program = owner
            found.append(scribe.ok("card_held", f"{card.number} ({card.id})", program=program, pid=pid))
    return found or [scribe.ok("cards", names)]


def _owner(patient: Patient, card: int) -> tuple[int, str] | None:
    """Who plays on a card at this moment: process and program."""
    place = f"/proc/asound/card{card}"
    for pcm in (one for one in patient.names(place) if re.fullmatch(r"pcm\d+p", one)):
        held = re.search(r"owner_pid\s*:\s*(\d+)", patient.read(f"{place}/{pcm}/sub0/status") or "")
        if held:
            return int(held[1]), patient.read(f"/proc/{held[1]}/comm") or "?"
    return None
