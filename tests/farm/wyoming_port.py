"""The farm's second port: a voice and a recogniser that are reached over the Wyoming protocol."""

import socket
from typing import TYPE_CHECKING, Any

from farm import wyoming_faults as wrong
from farm.faults import AT_ONCE
from farm.sound import tone
from farm.wire import Wire

if TYPE_CHECKING:
    from wyoming.event import Event

    from farm.farm import Farm

VOICES = {"anna": "en", "deniz": "tr"}


class Conversation:
    """One connection; several requests may come over it."""

    def __init__(self, farm: "Farm", connection: socket.socket) -> None:
        self.farm = farm
        self.wire = Wire(connection, farm.ended)
        self._connection = connection
        self._listening: dict[str, Any] | None = None
        """What is being transcribed."""

    def serve(self) -> None:
        """Answer until the other side hangs up."""
        from wyoming.event import read_event

        with self._connection.makefile("rb") as reader:
            while not self.wire.over and (event := read_event(reader)) is not None:
                self._answer(event)

    def _answer(self, event: "Event") -> None:
        """Whatever is not known is passed over, as the protocol wants it."""
        match event.type:
            case "describe":
                self.farm.took("describe", {}, {}, {})
                how = self.farm.coming("wyoming")
                if how in AT_ONCE:
                    wrong.refused(self.wire, how)
                else:
                    self.wire.write(wrong.packed(info(self.farm.voices or {})))
            case "synthesize":
                self.farm.took("synthesize", event.data, {}, {})
                self._speak(self.farm.next("wyoming"), event.data["text"])
            case "transcribe":
                self._listening = {**event.data, "pcm": b""}
                early = self.farm.coming("wyoming")
                if early.endswith("-early"):
                    self.farm.took("transcribe", self._listening, {}, {})
                    wrong.refused(self.wire, self.farm.next("wyoming").removesuffix("-early"))
            case "audio-start" | "audio-chunk" if self._listening is not None:
                self._listening.update({one: event.data[one] for one in ("rate", "width", "channels")})
                self._listening["pcm"] += event.payload or b""
            case "audio-stop" if self._listening is not None:
                self.farm.took("transcribe", self._listening, {}, {})
                self._listening = None
                self._understand(self.farm.next("wyoming"))

    def _speak(self, how: str, text: str) -> None:
        self.wire.trickle = self.farm.pause if how == "trickle" else None
        if not wrong.refused(self.wire, how):
            wrong.speak(self.wire, how, tone(text, self.farm.rate), self.farm.rate, self.farm.cut_after)

    def _understand(self, how: str) -> None:
        self.wire.trickle = self.farm.pause if how == "trickle" else None
        if not wrong.refused(self.wire, how):
            wrong.understand(self.wire, how, self.farm.said)


def info(voices: Any) -> "Event":
    """What there is: a voice program with two voices or those of the farm, and a recogniser."""
    from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice

    all_of_them: dict[str, Any] = {"attribution": Attribution("the farm", ""), "installed": True, "version": "1"}
    names = dict.fromkeys(voices, "en") or VOICES
    tts = [TtsVoice(name=one, description=one.title(), languages=[language], **all_of_them) for one, language in names.items()]
    asr = AsrModel(name="ear", description="Hears everything", languages=["en", "tr"], **all_of_them)
    return Info(
        tts=[TtsProgram(name="mouth", description="Speaks", voices=tts, **all_of_them)],
        asr=[AsrProgram(name="ear", description="Listens", models=[asr], **all_of_them)],
    ).event()
