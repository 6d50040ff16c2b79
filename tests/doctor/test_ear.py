"""The ear is tried with what the voice has said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fably.core.errors import FablyError, MissingDependency, ModelRetired, ProviderUnavailable
from fably.core.types import AudioFormat, Transcript, Utterance
from fably.doctor import ear
from fably.doctor.examining import Loader
from fably.doctor.finding import Finding
from fably.providers.configured import configured
from fably.providers.factory import PROVIDERS, Entry
from fably.providers.shared import sharing
from fably.settings import load

SPEECH = Utterance(b"\x10\x10" * 800, AudioFormat(8_000))


class Ear:
    """A recogniser that understands `words`, or fails with `fault`, or never answers."""

    heard: list[Utterance]

    def __init__(self, words: str | None, fault: FablyError | None = None) -> None:
        if isinstance(fault, MissingDependency):
            raise fault
        self._words, self._fault = words, fault
        Ear.heard = []

    async def transcribe(self, utterance: Utterance) -> Transcript:
        Ear.heard.append(utterance)
        if self._fault is not None:
            raise self._fault
        if self._words is None:
            await asyncio.Event().wait()
        return Transcript(self._words or "", "en")


@asynccontextmanager
async def loader() -> AsyncIterator[Loader]:
    async with sharing(load({}, {})) as shared:
        yield Loader(shared)


def check(
    monkeypatch: pytest.MonkeyPatch, words: str | None, said: Utterance | None = SPEECH, fault: FablyError | None = None, **environ: str
) -> Finding:
    monkeypatch.setitem(PROVIDERS, ("stt", "grammar"), Entry(f"{__name__}:Ear", lambda _order: {"words": words, "fault": fault}))
    settings = load({}, {"HOME": ".", **environ})

    async def checked() -> list[Finding]:
        async with loader() as one:
            return await ear.check_ears(configured(settings, "stt"), one, settings, said)

    return asyncio.run(checked())[0]


def test_it_understands_what_the_voice_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(monkeypatch, "tell me a story about a dragon")
    assert (found.status, found.detail, found.fix) == ("ok", "it understood “tell me a story about a dragon”", "")
    assert found.seconds is not None
    assert Ear.heard == [SPEECH]


@pytest.mark.parametrize(("language", "words"), [("en", "tell me a story about a frog"), ("tr", "bana bir tilki masalı anlat")])
def test_one_that_understands_something_else_is_a_warning(monkeypatch: pytest.MonkeyPatch, language: str, words: str) -> None:
    url = "http://127.0.0.1:9/v1"  # nobody asks there: the ear is ours
    monkeypatch.setitem(PROVIDERS, ("stt", "custom"), Entry(f"{__name__}:Ear", lambda _order: {"words": words}))
    found = check(monkeypatch, words, FABLY_STT_URL=url, FABLY_LANGUAGE=language, FABLY_STT_PROVIDER="custom")
    assert (found.status, "FABLY_STT_MODEL" in found.fix) == ("warning", True)
    said = {"en": "the voice said “Tell me a story about a dragon.”", "tr": "ses “Bana bir ejderha masalı anlat.” demişti"}
    assert f"“{words}”; {said[language]}" in found.detail
    found = check(monkeypatch, words)
    assert (found.status, "OPENAI_API_KEY" in found.fix) == ("warning", True)


def test_one_that_understands_nothing_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(monkeypatch, " ")
    assert (found.status, "OPENAI_API_KEY" in found.fix) == ("warning", True), "it has no other model"


def test_where_no_voice_works_it_hears_silence_and_need_not_understand_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(monkeypatch, "", said=None)
    assert (found.status, Ear.heard) == ("ok", [ear.SILENCE])


def test_one_that_never_answers_has_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(monkeypatch, None, FABLY_STT_SECONDS="0.1")
    assert (found.status, found.detail) == ("failed", "The small recogniser said nothing for 0.1 seconds")
    assert "FABLY_STT_SECONDS" in found.fix


def test_one_that_fails_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(monkeypatch, "", fault=ProviderUnavailable("it is broken", retryable=False))
    assert (found.status, found.detail) == ("failed", "it is broken")
    assert found.fix


def test_an_extra_that_is_missing_is_red_only_where_somebody_chose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = MissingDependency("it needs pocketsphinx; install it with: pip install 'fably[grammar]'")
    found = check(monkeypatch, "", fault=fault)
    assert (found.status, found.fix) == ("warning", "pip install 'fably[grammar]'")
    found = check(monkeypatch, "", fault=fault, FABLY_STT_PROVIDER="grammar")
    assert (found.status, found.fix) == ("failed", "pip install 'fably[grammar]'")


def test_a_fault_of_ours_is_a_finding_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ear, "transcribe", lambda _self, _utterance: 1 // 0)
    found = check(monkeypatch, "")
    assert (found.status, "ZeroDivisionError" in found.detail, "report" in found.fix) == ("failed", True, True)


def test_what_to_do_about_a_model_that_is_not_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no address that could be wrong."""
    found = check(monkeypatch, None, fault=ModelRetired("whisper has no model 'tiny'"))
    assert found.fix == "fetch the model that is named here, or name another in FABLY_STT_MODEL"
