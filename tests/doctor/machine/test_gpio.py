"""Who has a line: what the kernel is asked, and what its answer means (linux/gpio.h)."""

import errno
import fcntl
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from fably.doctor.gpio import Line, asking, gpio_lines


def kernel(_number: int, request: int, told: bytes) -> bytes:
    """What the kernel answers: a chip of three lines, of which the second is taken, and the third by somebody without a name."""
    if request == 0x8044B401:
        assert len(told) == 68
        return struct.pack("=32s32sI", b"gpiochip0", b"pinctrl-bcm2835", 3)
    assert (request, len(told)) == (0xC100B405, 256)
    (offset,) = struct.unpack_from("=I", told, 64)
    name, consumer, flags = [(b"SDA1", b"", 0), (b"GPIO17", b"lg", 1), (b"GPIO22", b"", 1 | 4)][offset]
    return struct.pack("=32s32sIIQ176x", name, consumer, offset, 0, flags)


def test_the_lines_of_a_chip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    device = tmp_path / "gpiochip0"
    device.touch()
    monkeypatch.setattr(fcntl, "ioctl", kernel)
    chip = "pinctrl-bcm2835"
    assert gpio_lines(device) == [Line(chip, 0, "SDA1", None), Line(chip, 1, "GPIO17", "lg"), Line(chip, 2, "GPIO22", "?")]


def test_it_is_asked_about_and_not_taken() -> None:
    assert asking(17)[64:68] == struct.pack("=I", 17)


def test_a_chip_that_may_not_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: Any) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(PermissionError):
        gpio_lines(Path("/dev/gpiochip0"))
