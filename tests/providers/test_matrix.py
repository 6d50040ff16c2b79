"""Every fault of the farm, in every provider, at the whole of it: the story comes and ends, or there is one clear error; nothing is left.

What each provider makes of each fault is in test_every_provider.py. Here it is what the listener gets.
"""

import asyncio
import io
import logging
import threading
import wave
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from farm import STORY, Farm, faults
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trying import nobody_is_left

from fably import logs
from fably.assembly import storyteller
from fably.core.errors import FablyError, ProviderError
from fably.core.types import AudioFormat, Utterance
from fably.providers import retry
from fably.settings import load
from fably.story.pipeline import Outcome
from fably.telling.asking import wish_in

CANARY = "sk-canary-0123456789abcdef"
SAID = " ".join(STORY.split())
WISH = Utterance(b"\0\1" * 8000, AudioFormat(16_000))
SHORT_WAITS = {
    "FABLY_CONNECT_SECONDS": "0.5", "FABLY_FIRST_TOKEN_SECONDS": "0.4", "FABLY_TOKEN_SECONDS": "0.3", "FABLY_SPEECH_SECONDS": "0.4",
    "FABLY_STT_SECONDS": "0.4", "FABLY_STORY_SECONDS": "2", "FABLY_MAX_TOKENS": "400", "FABLY_OPENER": "no", "FABLY_SEED": "1",
}  # fmt: skip
NO_ANSWER = "nobody listens there"
"""A fault of the network, not of the farm."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried at once: the pauses have tests of their own."""
    monkeypatch.setattr(retry, "PAUSES", (0.01, 0.01))


@dataclass
class Night:
    """What a family hears and reads."""

    text: str = ""
    wish: str | None = None
    error: FablyError | None = None
    notices: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """A whole story, with an end."""
        return self.error is None and len(self.text) > 100 and self.text.rstrip("\"”’'")[-1:] in ".!?…"


SILENT = ("silent", "open", "roles", "comments", "start-only", "other-for-ever", "endless", NO_ANSWER)
"""The faults that a deadline ends. The others have the time that a busy machine takes."""


WAITS_FOR = {
    "model": ("FABLY_FIRST_TOKEN_SECONDS", "FABLY_TOKEN_SECONDS", "FABLY_STORY_SECONDS"),
    "voice": ("FABLY_SPEECH_SECONDS",),
    "ear": ("FABLY_STT_SECONDS",),
}
"""The deadlines of each kind of provider."""


def environ(farm: Farm, how: str = "silent", kind: str | None = None, **more: str) -> dict[str, str]:
    """What is set. Only for the `kind` that is silent, if it is one alone, the deadlines are short."""
    keys = dict.fromkeys(("OPENAI_API_KEY", "ELEVENLABS_API_KEY", "GOOGLE_API_KEY"), CANARY)
    long = [name for one, names in WAITS_FOR.items() for name in names if kind not in (one, None) or not how.startswith(SILENT)]
    waits = SHORT_WAITS | dict.fromkeys(long, "20") | ({} if how == NO_ANSWER or kind is None else {"FABLY_CONNECT_SECONDS": "20"})
    return {"FABLY_OUTPUT": "story.wav", "HOME": str(Path.home()), **waits, **keys, "OPENAI_BASE_URL": farm.url, **more}


def night(environ: dict[str, str], *, flags: dict[str, str] | None = None, spoken: bool = False, nights: int = 1) -> list[Night]:
    """Ask for a story, or several in one program, and see what comes of it, and that nothing is left."""
    made = load(flags or {}, environ)

    async def nobody_answers(_wish: str) -> None:
        return None

    async def all_of_them() -> list[Night]:
        came = []
        now: Night

        # a hundred times what the deadlines allow: a hang fails, a slow machine does not
        async with asyncio.timeout(60), storyteller(made, lambda notice: now.notices.append(notice)) as teller:
            for _ in range(nights):
                now = Night()
                came.append(now)
                try:
                    if spoken:
                        now.wish = await wish_in(WISH, teller.backends, nobody_answers)
                    async with aclosing(teller.tell(now.wish or "a dragon", Outcome())) as story:
                        async for passage in story:
                            now.text += passage.lead + passage.text
                except FablyError as error:
                    now.error = error
        for _ in range(10):
            await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        return came

    debug, fably = io.StringIO(), logging.getLogger("fably")
    handler = logs.handler(made, debug)
    fably.addHandler(handler)
    fably.setLevel(logging.DEBUG)
    try:
        came = asyncio.run(all_of_them())
    finally:
        fably.removeHandler(handler)
        fably.setLevel(logging.NOTSET)
    assert "is loaded" in debug.getvalue()
    assert not psutil.Process().children()
    assert [one.name for one in threading.enumerate() if one.name.startswith(("speaker", "library", "asyncio"))] == []
    shown = repr(made) + "".join(f"{one.notices}{one.error!r}{one.text}" for one in came)
    library = "".join(path.read_text(errors="replace") for path in Path().rglob("info.yaml"))
    assert CANARY not in shown + library + debug.getvalue()
    return came


@pytest.mark.parametrize("how", [*faults.CHAT, NO_ANSWER])
def test_whatever_the_model_does_the_story_comes_and_ends(farm: Farm, how: str) -> None:
    farm.key, url = (None, farm.refused_url) if how == NO_ANSWER else (CANARY, farm.url)
    farm.chat = "ok" if how == NO_ANSWER else how
    (one,) = night(environ(farm, how, "model", FABLY_LLM_URL=url, FABLY_TTS_PROVIDER="espeak"))
    expected = faults.CHAT.get(how, "fails")
    assert one.is_well, (one.error, one.notices, one.text[-80:])
    assert (" ".join(one.text.split()) == SAID) is (expected == "ok") or expected == "any"
    assert len(one.notices) == (expected != "ok") or expected == "any", one.notices
    assert nobody_is_left(farm)


@pytest.mark.parametrize("how", [*faults.SPEECH, NO_ANSWER])
def test_whatever_the_voice_does_the_story_is_spoken(farm: Farm, how: str) -> None:
    farm.key, url = (None, farm.refused_url) if how == NO_ANSWER else (CANARY, farm.url)
    farm.speech = "ok" if how == NO_ANSWER else how
    (one,) = night(environ(farm, how, "voice", FABLY_LLM_URL=farm.url, FABLY_TTS_URL=url))
    assert one.is_well, (one.error, one.notices)
    expected = faults.SPEECH.get(how, "fails")
    assert (" ".join(one.text.split())) == SAID
    assert len(one.notices) == (expected != "ok") or expected == "any", one.notices
    with wave.open("story.wav") as sound:
        seconds = sound.getnframes() / sound.getframerate()
    assert seconds >= len(one.text) * 0.009 or expected == "any", "every passage has a voice"
    assert nobody_is_left(farm)


@pytest.mark.parametrize("how", [*faults.LISTENING, NO_ANSWER])
def test_whatever_the_recogniser_does_there_is_a_story(farm: Farm, how: str) -> None:
    farm.key, url = (None, farm.refused_url) if how == NO_ANSWER else (CANARY, farm.url)
    farm.listening = "ok" if how == NO_ANSWER else how
    (one,) = night(environ(farm, how, "ear", FABLY_STT_URL=url, FABLY_EXTERNAL_SERVICES="yes"), spoken=True)
    expected = faults.LISTENING.get(how, "fails")
    if expected == "ok":
        assert one.wish == farm.said
    assert one.is_well or (expected == "any" and "nobody says anything" in str(one.error)), one.error
    assert len(one.notices) == (expected != "ok") or expected == "any"
    assert nobody_is_left(farm)


@pytest.mark.parametrize("kind", ["llm", "tts", "stt"])
@pytest.mark.parametrize("how", ["401", "404", "500", "silent", "garbage", "hang-up"])
def test_who_was_asked_for_on_the_command_line_fails_with_one_sentence(farm: Farm, kind: str, how: str) -> None:
    setattr(farm, {"llm": "chat", "tts": "speech", "stt": "listening"}[kind], how)
    (one,) = night(environ(farm), flags={f"{kind}_provider": "custom"}, spoken=kind == "stt")
    assert isinstance(one.error, ProviderError)
    assert "\n" not in str(one.error)
    assert one.text == ""
    assert nobody_is_left(farm)


def test_a_program_that_tells_on_gives_a_model_up_and_takes_it_back(farm: Farm) -> None:
    farm.chat = "500"
    nights = night(environ(farm, FABLY_TTS_PROVIDER="espeak", FABLY_IGNORE_CACHE="yes"), nights=4)
    assert all(one.is_well for one in nights)
    asked = len(farm.asked("/chat/completions"))
    assert 2 <= asked <= 6, "two nights, with at most two more attempts each; then it is left alone"
    assert "has failed twice" in nights[2].notices[0]
    assert len(nights[3].notices) == 1


SOME = st.lists(st.sampled_from(sorted(set(faults.CHAT) - {"endless", "huge-line", "huge-line-later", "huge-error"})), max_size=5)
SOME_SPOKEN = st.lists(st.sampled_from(sorted(set(faults.SPEECH) - {"endless"})), max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chat=SOME, speech=SOME_SPOKEN, listening=st.lists(st.sampled_from(sorted(faults.LISTENING)), max_size=3), nights=st.integers(1, 3))
def test_whatever_happens_one_after_the_other(chat: list[str], speech: list[str], listening: list[str], nights: int) -> None:
    with Farm() as farm:
        farm.script.update(chat=chat, speech=speech, listening=listening)
        alone = {"FABLY_EXTERNAL_SERVICES": "yes", "FABLY_IGNORE_CACHE": "yes"}
        for one in night(environ(farm, **alone), spoken=True, nights=nights):
            assert one.is_well or "nobody says anything" in str(one.error), (one.error, one.notices, one.text)
        assert nobody_is_left(farm)
