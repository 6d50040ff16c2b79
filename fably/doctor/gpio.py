"""Who has which GPIO line, asked of the kernel without taking one (linux/gpio.h, GPIO_V2_GET_LINEINFO)."""

import fcntl
import os
import struct
from pathlib import Path
from typing import NamedTuple

_CHIP = struct.Struct("=32s32sI")  # struct gpiochip_info: name, label, lines
_LINE = struct.Struct("=32s32sIIQ160s16s")  # struct gpio_v2_line_info: name, consumer, offset, attributes, flags, …
_GET_CHIP = 0x8044B401  # _IOR(0xB4, 0x01, struct gpiochip_info)
_GET_LINE = 0xC100B405  # _IOWR(0xB4, 0x05, struct gpio_v2_line_info)
_USED = 1
MOST = 64
"""Lines that are asked for: the header of a Pi is among the first 28 of its chip."""


class Line(NamedTuple):
    """A line of a chip. `consumer` is who has it, by the name it gave; None where it is free."""

    chip: str
    offset: int
    name: str
    consumer: str | None


def gpio_lines(device: Path) -> list[Line]:
    """The lines of the chip at `device` (/dev/gpiochip0). Raises `OSError`, such as where the user may not look."""
    number = os.open(device, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _name, label, count = _CHIP.unpack(fcntl.ioctl(number, _GET_CHIP, bytes(_CHIP.size)))
        return [_line(_text(label), fcntl.ioctl(number, _GET_LINE, asking(offset))) for offset in range(min(count, MOST))]
    finally:
        os.close(number)


def asking(offset: int) -> bytes:
    """The question about the line `offset`, as the kernel reads it."""
    return _LINE.pack(b"", b"", offset, 0, 0, b"", b"")


def _line(chip: str, told: bytes) -> Line:
    name, consumer, offset, _count, flags, _attributes, _padding = _LINE.unpack(told)
    return Line(chip, offset, _text(name), (_text(consumer) or "?") if flags & _USED else None)


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("utf-8", "replace")
