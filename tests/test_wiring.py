"""The wiring picture of the README shows the pins at which Fably looks for a button and a light when nobody says otherwise."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from gpiozero import pi_info

from fably.lights import _PINS
from fably.settings import Settings

PICTURE = Path(__file__).parent.parent / ".github/pictures/wiring.svg"
README = (PICTURE.parents[2] / "README.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
HEADER = pi_info("902120").headers["J8"].pins
"""What gpiozero knows of the pins of a Zero 2 W, by their number on the board."""
DRAWN = ET.parse(PICTURE).getroot()  # noqa: S314 - our own file
PINS = {int(one.attrib["id"][3:]): one for one in DRAWN.iter(f"{SVG}circle") if one.get("id", "").startswith("pin")}
WIRES = {int(one.attrib["data-pin"]): one for one in DRAWN.iter(f"{SVG}path") if "data-pin" in one.attrib}


def gpio(number: int) -> int | None:
    """The GPIO number of a pin; None where it has none, as ground has."""
    found = re.fullmatch(r"GPIO(\d+)", HEADER[number].name)
    return int(found[1]) if found else None


def test_all_pins_are_drawn_where_they_are() -> None:
    assert set(PINS) == set(HEADER)
    across = [float(PINS[number].attrib["cx"]) for number in range(1, 41)]
    down = {number: float(PINS[number].attrib["cy"]) for number in PINS}
    assert across[0::2] == across[1::2] == sorted(set(across))
    assert {down[number] for number in range(1, 41, 2)} == {max(down.values())}, "the odd ones are in the row inside"
    assert {down[number] for number in range(2, 41, 2)} == {min(down.values())}


@pytest.mark.parametrize("number", WIRES)
def test_a_wire_ends_in_the_pin_that_it_says(number: int) -> None:
    wire, pin = WIRES[number], PINS[number]
    assert wire.attrib["d"].startswith(f"M{pin.attrib['cx']} {pin.attrib['cy']}C")
    assert gpio(number) == (int(wire.attrib["data-gpio"]) if "data-gpio" in wire.attrib else None)
    assert pin.attrib["class"] == wire.attrib["class"].removeprefix("wire ")
    assert (pin.attrib["class"] == "ground") == (HEADER[number].name == "GND")


def test_button_and_light_are_at_the_pins_of_the_settings() -> None:
    ends = {kind: [number for number, wire in WIRES.items() if wire.attrib["class"] == f"wire {kind}"] for kind in ("button", "light")}
    assert [gpio(number) for number in ends["button"]] == [Settings().button_gpio_pin]
    assert Settings().button_pull == "up", "for a button to ground"
    assert [gpio(number) for number in ends["light"]] == list(_PINS["led"])
    assert not Settings().light_active_low, "the LED is to ground"


def test_what_is_written_in_the_picture_and_below_it_is_what_is_drawn() -> None:
    legend = next(one for one in DRAWN.iter(f"{SVG}g") if one.get("id") == "legend")
    written = re.findall(r"pin (\d+)\s+(GPIO (\d+)|ground)", " ".join(" ".join(legend.itertext()).split()))
    assert {int(pin): int(number) if number else None for pin, _, number in written} == {number: gpio(number) for number in WIRES}
    steps = " ".join(README.split("**3. Wire it**")[1].split("<img")[0].split())
    told = re.findall(r"(?:GPIO (\d+)|ground) \(pin (\d+)\)", steps)
    assert {int(pin): int(number) if number else None for number, pin in told} == {number: gpio(number) for number in WIRES}
