"""The row of lights at the SPI; those at pins are looked at with the pins."""

import os

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.lights.apa102 import DEVICE, PORT
from fably.settings import Settings

SPI = f"/dev/spidev{PORT}.{DEVICE}"


def check_lights(patient: Patient, settings: Settings) -> list[Finding]:
    """The finding on the way to the lights; none where there are to be none."""
    if settings.light != "apa102":
        return []
    scribe = Scribe("lights", settings.language)
    if not patient.there(SPI):
        boot = patient.boot
        return [scribe.failed("no_spi", SPI, file=f"{boot}/config.txt") if boot else scribe.failed("no_spi_here", SPI)]
    if not os.access(patient.at(SPI), os.R_OK | os.W_OK):
        return [scribe.failed("spi_shut", SPI)]
    return [scribe.ok("spi", SPI, count=settings.light_count)]
