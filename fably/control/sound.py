"""Sound that comes over the control socket, in pieces: in memory only, of one client at a time, and gone as soon as it is understood."""

import asyncio
import binascii
from collections.abc import Mapping
from typing import Any

from fably.control.protocol import SOUND, Refused
from fably.core.types import Language
from fably.texts import text

PATIENCE = 10.0
"""Seconds after which a client that goes on with its sound too slowly may be interrupted by another."""


class Floor:
    """Who of the clients may be heard: one, so that what is held of sound is bounded, whoever is there."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._who: object = None
        self._since = 0.0
        self._complete = False
        self._pcm = bytearray()

    def take(self, who: object, given: Mapping[str, Any]) -> bytes | None:
        """Take a piece of the sound of `who`, by the arguments of `hear`. Gives the whole with the last one: then the floor is theirs until
        they leave it. Raises `Refused`, after which they begin anew."""
        now = asyncio.get_running_loop().time()
        if self._who not in (None, who) and (self._complete or now - self._since < PATIENCE):
            raise Refused("busy", text(self._language, "control.hears_another"))
        if self._who is not who or not given.get("at", 0):
            self._who, self._complete, self._pcm = who, False, bytearray()
        try:
            self._add(given)
        except Refused:
            self.leave(who)
            raise
        self._since, self._complete = now, not given.get("more", False)
        if not self._complete:
            return None
        whole, self._pcm = bytes(self._pcm), bytearray()
        return whole

    def _add(self, given: Mapping[str, Any]) -> None:
        try:
            piece = binascii.a2b_base64(given["sound"], strict_mode=True)
        except ValueError as error:
            raise Refused("bad_request", text(self._language, "control.no_base64")) from error
        if given.get("at", 0) != len(self._pcm):
            raise Refused("bad_request", text(self._language, "control.not_there", at=len(self._pcm)))
        self._pcm += piece
        if len(self._pcm) > SOUND:
            raise Refused("bad_request", text(self._language, "control.long_sound", seconds=SOUND // 32_000))
        if len(self._pcm) % 2 and not given.get("more"):
            raise Refused("bad_request", text(self._language, "control.half_sample"))

    def leave(self, who: object) -> None:
        """They have been understood, or have gone."""
        if self._who is who:
            self._who, self._complete, self._pcm = None, False, bytearray()
