"""A volume control of a sound card, by way of libasound, which PortAudio has loaded already: no program to start, no package to install."""

import ctypes
from collections.abc import Iterator
from ctypes import byref, c_char_p, c_int, c_long, c_void_p
from typing import Any

from fably.core.errors import AudioError, ConfigError

USUAL = ("Master", "PCM", "Digital", "Playback", "DAC", "Speaker", "Headphone", "Headset", "Lineout", "Line Out")
"""Names of the control for all that is played, then of those for one way out: of what a card has, the first is taken."""
_LEFT = 0  # SND_MIXER_SCHN_FRONT_LEFT, and the only one of a mono control
_UP = 1  # round to the louder side
_Handler = ctypes.CFUNCTYPE(None, c_char_p, c_int, c_char_p, c_int, c_char_p)
_MUTE = _Handler(lambda *_said: None)


class Control:
    """What makes a card louder and softer. Decibels are the card's own, whose 0 is mostly as the sound was. For one thread at a time."""

    def __init__(self, card: str, wanted: str | None) -> None:
        """The control `wanted` of the card that ALSA knows as `card`, or the usual one. Blocks.

        Raises `AudioError` where there is none to be had, and `ConfigError` where the card has no such one.
        """
        try:
            self._lib = ctypes.CDLL("libasound.so.2")
        except OSError as error:
            raise AudioError(f"libasound is not installed: {error}") from error
        self._card = card
        self._mixer = c_void_p()
        # what is not there is no news here, and libasound would print a line about it
        self._lib.snd_lib_error_set_handler(_MUTE)
        try:
            self._do("snd_mixer_open", byref(self._mixer), 0)
            try:
                self._do("snd_mixer_attach", self._mixer, c_char_p(card.encode()))
                self._do("snd_mixer_selem_register", self._mixer, None, None)
                self._do("snd_mixer_load", self._mixer)
                self.name, self._element = self._chosen(wanted)
                self.least, self.most = self._pair("snd_mixer_selem_get_playback_volume_range")
                self.softest, self.loudest = (one / 100 for one in self._pair("snd_mixer_selem_get_playback_dB_range"))
                if self._ask("snd_mixer_selem_has_playback_switch"):  # many a card comes up muted
                    self._do("snd_mixer_selem_set_playback_switch_all", self._element, 1)
            except BaseException:
                self.close()
                raise
        finally:
            self._lib.snd_lib_error_set_handler(None)

    def nearest(self, decibels: float) -> tuple[int, float]:
        """The value that comes nearest to `decibels` and is no softer, or else the loudest; and its own decibels. Raises `AudioError`."""
        value = c_long(self.least)
        if decibels > self.softest:
            self._do("snd_mixer_selem_ask_playback_dB_vol", self._element, c_long(round(decibels * 100)), _UP, byref(value))
        value.value = min(max(value.value, self.least), self.most)
        found = c_long()
        self._do("snd_mixer_selem_ask_playback_vol_dB", self._element, value, byref(found))
        return value.value, found.value / 100

    @property
    def value(self) -> int:
        """How it is set at this moment, from `least` to `most`; others may set it too. Raises `AudioError`."""
        found = c_long()
        self._do("snd_mixer_handle_events", self._mixer)
        self._do("snd_mixer_selem_get_playback_volume", self._element, _LEFT, byref(found))
        return found.value

    @value.setter
    def value(self, value: int) -> None:
        self._do("snd_mixer_selem_set_playback_volume_all", self._element, c_long(value))

    def close(self) -> None:
        """Let the card go; it stays as it is set."""
        mixer, self._mixer = self._mixer, c_void_p()
        if mixer.value:
            self._lib.snd_mixer_close(mixer)

    def _chosen(self, wanted: str | None) -> tuple[str, c_void_p]:
        found = dict(self._controls())
        if wanted is not None:
            if wanted not in found:
                has = f"it has {', '.join(found)}" if found else "it has none that knows its decibels"
                raise ConfigError(f"FABLY_VOLUME_MIXER: the sound card {self._card} has no control {wanted!r}; {has}; choose auto or none")
            return wanted, found[wanted]
        for name in USUAL if len(found) > 1 else found:
            if name in found:
                return name, found[name]
        raise AudioError(f"the sound card {self._card} has no volume control of a usual name{': ' if found else ''}{', '.join(found)}")

    def _controls(self) -> Iterator[tuple[str, c_void_p]]:
        """Those that change what is played, and know by how many decibels: a sound server's own does not, and its volume is not ours."""
        self._lib.snd_mixer_first_elem.restype = self._lib.snd_mixer_elem_next.restype = c_void_p
        self._lib.snd_mixer_selem_get_name.restype = c_char_p
        at = self._lib.snd_mixer_first_elem(self._mixer)
        while at:
            self._element = c_void_p(at)
            low, high = c_long(), c_long()
            plays = self._ask("snd_mixer_selem_is_active") and self._ask("snd_mixer_selem_has_playback_volume")
            knows = plays and self._lib.snd_mixer_selem_get_playback_dB_range(self._element, byref(low), byref(high)) == 0
            if knows and low.value < high.value:
                yield self._lib.snd_mixer_selem_get_name(self._element).decode(errors="replace"), self._element
            at = self._lib.snd_mixer_elem_next(self._element)

    def _ask(self, name: str) -> bool:
        return bool(getattr(self._lib, name)(self._element))

    def _pair(self, name: str) -> tuple[int, int]:
        low, high = c_long(), c_long()
        self._do(name, self._element, byref(low), byref(high))
        return low.value, high.value

    def _do(self, name: str, *arguments: Any) -> None:
        if (code := getattr(self._lib, name)(*arguments)) < 0:
            self._lib.snd_strerror.restype = c_char_p
            why = self._lib.snd_strerror(code).decode(errors="replace")
            raise AudioError(f"the volume control of the sound card {self._card} does not work: {why}")
