"""A line of the control socket: one JSON object."""

import json
from collections.abc import Mapping
from typing import Any


def line(what: Mapping[str, object]) -> bytes:
    """`what` as a line. Half a character, as in the name of a strange file, is sent as JSON writes it."""
    return json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace") + b"\n"


def read(one: bytes) -> Any:
    """What a line says. Raises `ValueError` for what is no JSON, or is more than a request may be."""
    try:
        found = json.loads(one.decode())
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()  # no infinite number, and no half of a character
    except RecursionError as error:  # [[[[[[…
        raise ValueError("nested too deeply") from error
    return found
