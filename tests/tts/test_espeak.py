"""espeak-ng, the real one: from the wheel and, where it is installed, from the system."""

import asyncio
import subprocess
import sys
import threading
from contextlib import aclosing

import pytest

from fably.core.errors import MissingDependency, VoiceUnknown
from fably.tts import espeak
from fably.tts.espeak import EspeakVoice


def speech(text: str, voice: EspeakVoice) -> bytes:
    async def scene() -> bytes:
        return b"".join([pcm async for pcm in voice.synthesize(text)])

    return asyncio.run(scene())


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Once upon a time, there was a fox."), ("tr", "Bir varmış, bir yokmuş, bir tilki varmış.")]
)
def test_both_languages_are_spoken_at_a_quiet_pace(language: str, text: str) -> None:
    voice = EspeakVoice(language=language, voice=None)  # type: ignore[arg-type]
    pcm = speech(text, voice)
    assert 1.5 < voice.format.seconds(len(pcm)) < 6
    assert 3_000 < max(memoryview(pcm).cast("h")) < 32_000


@pytest.mark.parametrize("number", [0, 1], ids=["system", "wheel"])
def test_the_library_of_the_system_and_that_of_the_wheel_both_speak(number: int) -> None:
    """Each in a process of its own, for it can be loaded only once."""
    path, data = list(espeak._places())[number]
    script = f"from fably.tts.espeak import *; e = Espeak({path!r}, {data!r}); print(len(e.speak('hello', 'gmw/en', threading.Event())))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
    if number == 0 and "cannot open shared object" in done.stderr:
        pytest.skip("espeak-ng is not installed in the system")
    assert int(done.stdout) > 5_000, done.stderr


def test_without_any_library_the_pip_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "_places", lambda: iter([("libnothere.so", None)]))
    with pytest.raises(MissingDependency, match=r"pip install 'fably\[espeak\]'"):
        espeak.library.__wrapped__()  # not the cached one: the library can be loaded only once in a process


def test_a_voice_with_a_variant_is_taken_and_an_unknown_one_is_named() -> None:
    assert speech("hello", EspeakVoice(language="en", voice="en-us+f3"))
    with pytest.raises(VoiceUnknown, match="no voice 'nobody'"):
        EspeakVoice(language="en", voice="nobody")


def test_what_is_no_text_is_spoken_all_the_same() -> None:
    voice = EspeakVoice(language="en", voice=None)
    assert speech("a \0 b <break time='9s'/> & 🐉", voice)


def test_stopping_stops_it_long_before_its_end() -> None:
    engine = espeak.library()
    stop = threading.Event()
    stop.set()
    stopped = engine.speak("This would take a long time to say. " * 50, "gmw/en", stop)
    whole = engine.speak("This would take a long time to say. " * 50, "gmw/en", threading.Event())
    assert len(stopped) < len(whole) / 10


def test_voices_at_the_same_time_do_not_mix() -> None:
    async def scene() -> list[int]:
        voices = [EspeakVoice(language="en", voice=None), EspeakVoice(language="tr", voice=None)]
        texts = ["One two three four five.", "Bir iki üç."]

        async def length(number: int) -> int:
            return sum([len(pcm) async for pcm in voices[number % 2].synthesize(texts[number % 2])])

        return list(await asyncio.gather(*(length(number) for number in range(8))))

    sizes = asyncio.run(scene())
    for same in (sizes[::2], sizes[1::2]):
        assert max(same) - min(same) < 5_000


def test_its_voices_are_listed_while_one_speaks() -> None:
    async def scene() -> list[str]:
        voice = EspeakVoice(language="en", voice=None)
        async with aclosing(voice.synthesize("This takes a while. " * 20)) as chunks:
            listing = asyncio.create_task(voice.voices())
            assert await anext(chunks)
            return await listing

    listed = asyncio.run(scene())
    assert {"gmw/en", "trk/tr"} <= set(listed)
    assert listed == sorted(listed)
