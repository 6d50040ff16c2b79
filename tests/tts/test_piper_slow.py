"""A voice that this machine cannot keep up with: known from what it took, not used live, and good for sound that is made ahead."""

import asyncio
import json
import time
from contextlib import aclosing
from pathlib import Path

import pytest
from next_door import SENTENCE, STORY, VOICE, a_voice, needs_piper, nothing_is_left
from peers import Peers
from rendered import PIPER, fably, only

from fably.core.errors import EngineTooSlow
from fably.core.protocols import TextToSpeech
from fably.engines import learned as learning
from fably.engines.learned import Learned
from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.library.story import RENDERED
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate
from fably.providers.deadlines import Patience
from fably.providers.fallback import FallbackVoice
from fably.tts import piper
from fably.tts.espeak import EspeakVoice

pytestmark = needs_piper


def slowest(monkeypatch: pytest.MonkeyPatch, speed: float) -> None:
    """Whoever takes longer for a second of sound cannot keep up."""
    for module in (learning, piper):
        monkeypatch.setattr(module, "SLOWEST", speed)


def pool(learned: Learned, *, live: bool = True) -> Pool:
    return Pool(Rules(idle_seconds=0), learned, live=live)


def test_its_speed_is_measured_when_it_is_loaded_for_the_first_time(folder: Path, tmp_path: Path) -> None:
    learned = Learned(tmp_path / "engines.json")

    async def scene() -> None:
        async with aclosing(a_voice(folder, pool=pool(learned))) as one:
            await one.open()

    asyncio.run(scene())
    (known,) = json.loads((tmp_path / "engines.json").read_text()).values()
    assert 0 < known["speed"] < learning.SLOWEST
    assert nothing_is_left()


def test_one_that_is_too_slow_is_found_out_before_its_first_word(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slowest(monkeypatch, 0.0)
    learned = Learned(None)

    async def scene() -> None:
        async with aclosing(a_voice(folder, pool=pool(learned))) as one:
            with pytest.raises(EngineTooSlow, match=rf"^the voice {VOICE} is too slow for this machine: .*fably stories render$"):
                await one.open()
        async with aclosing(a_voice(folder, pool=pool(learned))) as one:  # it is known by now: nothing is loaded
            with pytest.raises(EngineTooSlow):
                await anext(one.synthesize(SENTENCE))
            assert nothing_is_left()
        async with aclosing(a_voice(folder, pool=pool(learned, live=False))) as one:
            assert [pcm async for pcm in one.synthesize(SENTENCE)]

    asyncio.run(scene())


def test_one_that_becomes_too_slow_is_replaced_between_two_passages(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notices: list[str] = []
    learned = Learned(None)

    def made(one: Candidate) -> TextToSpeech:
        return a_voice(folder, pool=pool(learned)) if one.provider == "piper" else EspeakVoice(language="en", voice=None)

    async def scene() -> list[str]:
        chain = Candidates([Candidate("piper"), Candidate("espeak")], made, lambda faults, _next, _begun: notices.extend(map(str, faults)))
        async with aclosing(chain) as candidates:
            voice = await FallbackVoice(candidates, Patience(60, 60, 600), language="en").load()
            spoke = []
            for number, text in enumerate(STORY[:6]):
                if number == 3:  # which shows it
                    slowest(monkeypatch, 0.0)
                assert [pcm async for pcm in voice.synthesize(text)]
                spoke.append(type(candidates.last).__name__)
            return spoke

    assert asyncio.run(scene()) == ["PiperVoice"] * 4 + ["EspeakVoice"] * 2
    assert len(notices) == 1
    assert "too slow" in notices[0]
    assert nothing_is_left()


def test_it_is_tried_again_after_ten_minutes_then_after_hours_and_then_once_a_day(folder: Path) -> None:
    """The machine may have been busy with something else, and a Pi does not know what time it is."""
    now = 1e9
    learned = Learned(None, lambda: now)
    wanted = a_voice(folder, pool=pool(learned))._wanted
    believed = []
    for _ in range(4):
        learned.note_speed(wanted, 9.0)
        began = now
        while learned.too_slow(wanted):
            learned.note_speed(wanted, 9.0)  # in the same telling, that is no news
            now += 60
        believed.append(now - began)
    assert believed == [600, 6 * 3600, 24 * 3600, 24 * 3600]
    learned.note_speed(wanted, 9.0)
    now -= 1e6
    assert learned.too_slow(wanted) is None, "that lies in the future"
    learned.note_speed(wanted, 0.3)
    now += 1e6
    assert learned.speed(wanted) == 0.3, "nobody measures again what is fast"
    learned.note_speed(wanted, 9.0)
    now += 601
    assert learned.too_slow(wanted) is None, "it begins anew"


def test_a_story_is_told_by_another_and_then_by_the_sound_that_was_made_ahead(peers: Peers, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"STATE_PATH": "state", "SEED": "7", "OPENER": "no"}.items():
        monkeypatch.setenv(f"FABLY_{name}", value)
    voices = Path("state/voices").absolute()
    voices.mkdir(parents=True)
    peers.tiny_voice(voices, VOICE)
    size = (voices / f"{VOICE}.onnx").stat().st_size
    known = {f"piper {VOICE}": {"size": size, "speed": 2.5, "at": int(time.time()), "times": 1}}
    Path("state/engines.json").write_text(json.dumps(known))

    done = fably("a fox", *PIPER, "--output", "out.wav")
    assert done.returncode == 0, done.stderr
    assert f"the voice {VOICE} is too slow for this machine: it takes 2.5 seconds for a second of sound" in done.stderr
    assert only().info["tts_provider"] == ["espeak"]

    done = fably("a fox", *PIPER, "--no-auto-fallback", "--output", "out.wav")
    assert done.returncode == 1
    assert "too slow" in done.stderr

    assert fably("stories", "render", only().name, *PIPER).returncode == 0
    (after,) = json.loads(Path("state/engines.json").read_text()).values()
    assert after["speed"] == 2.5, "at the end of the queue nobody shows how fast he is"
    assert (only().folder / RENDERED).exists()
    assert fably("a fox", *PIPER, "--output", "out.wav").returncode == 0
    assert only().info["tts_provider"] == ["piper"], "it is found, and told with the voice that was wished for"
