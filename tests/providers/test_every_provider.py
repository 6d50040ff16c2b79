"""Every provider that is reached over a network, made by the factory as a story makes it, with every fault of the farm."""

from collections.abc import AsyncGenerator, Mapping

import pytest
from farm import Farm, faults, tone
from farm.faults import Expected
from trying import SILENT, tried

from fably.cloud import Cloud
from fably.core.types import AudioFormat, Utterance
from fably.engines.pool import Pool
from fably.memory.journal import Journal
from fably.providers.factory import ProviderFactory
from fably.providers.shared import Shared
from fably.providers.vendors import VENDORS, Kind
from fably.settings import Settings, load

CANARY = "sk-canary-0123456789abcdef"
TEXT = "Once upon a time there was a fox, and it could not sleep at all, however long it counted the sheep of its neighbour."
WISH = Utterance(b"\0\1" * 8000, AudioFormat(16_000))
WAITS = (*SILENT, "start-only", "other-for-ever", "data-null")
"""Where only a deadline helps: the farm says nothing of use, or nothing at all."""

VOICES: Mapping[str, Mapping[str, Expected]] = {"custom": faults.SPEECH, "elevenlabs": faults.SPEECH, "wyoming": faults.WYOMING_SPEECH}
EARS: Mapping[str, Mapping[str, Expected]] = {
    "custom": faults.LISTENING, "google": faults.LISTENING, "wyoming": faults.WYOMING_LISTENING,
}  # fmt: skip


def settings(farm: Farm, kind: Kind, name: str) -> Settings:
    url = farm.tcp if name == "wyoming" else farm.url
    keys = dict.fromkeys(("OPENAI_API_KEY", "ELEVENLABS_API_KEY", "GOOGLE_API_KEY"), CANARY)
    kind_in_capitals = kind.upper()
    return load({}, {"HOME": "/", f"FABLY_{kind_in_capitals}_URL": url, f"FABLY_{kind_in_capitals}_PROVIDER": name, **keys})


def model(kind: Kind, name: str) -> str | None:
    known = VENDORS[name].models.get(kind, ())
    return known[0].name if known else None


def break_with(farm: Farm, kind: Kind, name: str, how: str) -> None:
    if name == "wyoming":
        farm.wyoming = how
    else:
        farm.key = CANARY
        setattr(farm, {"tts": "speech", "stt": "listening"}[kind], how)


def around(cloud: Cloud) -> Shared:
    return Shared(cloud, Pool(), Journal(None))


@pytest.mark.parametrize(("name", "how"), [(name, how) for name, known in VOICES.items() for how in known])
def test_every_voice_with_every_fault(farm: Farm, name: str, how: str) -> None:
    break_with(farm, "tts", name, how)

    def speech(cloud: Cloud) -> AsyncGenerator[bytes, None]:
        voice = ProviderFactory(settings(farm, "tts", name), around(cloud)).get_provider("tts", name, model("tts", name))
        return voice.synthesize(TEXT)

    got = tried(farm, how if not how.startswith(WAITS) else "silent", speech)
    expected, seconds = VOICES[name][how], len(b"".join(got.items)) / (44_100 if name == "wyoming" else 48_000)
    assert got.outcome == expected or expected == "any", got.error
    if expected == "ok":
        assert seconds == pytest.approx(len(tone(TEXT)) / 48_000, abs=0.05)
    assert CANARY not in f"{got.error!r}"


@pytest.mark.parametrize(("name", "how"), [(name, how) for name, known in EARS.items() for how in known])
def test_every_recogniser_with_every_fault(farm: Farm, name: str, how: str) -> None:
    break_with(farm, "stt", name, how)

    async def words(cloud: Cloud) -> AsyncGenerator[str, None]:
        ear = ProviderFactory(settings(farm, "stt", name), around(cloud)).get_provider("stt", name, model("stt", name))
        yield (await ear.transcribe(WISH)).text

    got = tried(farm, how if not how.startswith(WAITS) else "silent", words)
    expected = EARS[name][how]
    assert got.outcome == expected or expected == "any", got.error
    if expected == "ok":
        assert got.items == [farm.said]
    assert CANARY not in f"{got.error!r}"
