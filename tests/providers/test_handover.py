"""Handing over in the middle of a story: from one vendor to the next, and what that one is told."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from farm import STORY, Farm

from fably.assembly import storyteller
from fably.providers import vendors
from fably.settings import load
from fably.story.pipeline import Outcome


def told(settings: dict[str, str]) -> tuple[str, list[str]]:
    """The story as it was heard, and what was said about it."""
    notices: list[str] = []

    async def story() -> str:
        made = load({}, {"HOME": str(Path.home()), "FABLY_TTS_PROVIDER": "espeak", "FABLY_OUTPUT": "story.wav", **settings})
        async with storyteller(made, notices.append) as teller, aclosing(teller.tell("a dragon", Outcome())) as passages:
            return "".join([one.lead + one.text async for one in passages])

    return asyncio.run(story()), notices


@pytest.mark.parametrize("how", ["cut-fin", "cut-reset", "bad-json", "error-event"])
def test_the_next_vendor_goes_on_from_the_very_word(farm: Farm, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    with Farm(goes_on=True) as second:
        monkeypatch.setitem(vendors.VENDORS, "deepseek", replace(vendors.VENDORS["deepseek"], url=second.url))
        farm.chat = how
        keys = {"GEMINI_API_KEY": "g", "DEEPSEEK_API_KEY": "d"}
        text, notices = told({"FABLY_LLM_PROVIDER": "gemini", "FABLY_LLM_URL": farm.url, **keys})
    assert text == STORY, "each word once"
    assert len(notices) == 1
    assert notices[0].endswith("DeepSeek (deepseek-flash) goes on with the story.")
    (body,) = second.asked("/chat/completions")
    begun = body["messages"][2]
    assert begun["role"] == "assistant"
    assert STORY.startswith(begun["content"])
    assert len(begun["content"]) > 40
    assert second.headers[0]["authorization"] == "Bearer d", "and no key of another's"
    assert farm.headers[0]["authorization"] == "Bearer g"


def test_a_vendor_that_has_lost_its_model_is_asked_for_the_next_one(farm: Farm) -> None:
    known = [one.name for one in vendors.VENDORS["gemini"].models["llm"]]
    farm.models = (known[1],)
    text, notices = told({"FABLY_LLM_PROVIDER": "gemini", "FABLY_LLM_URL": farm.url, "GEMINI_API_KEY": "g"})
    assert text == STORY
    assert [body["model"] for body in farm.asked("/chat/completions")] == known[:2]
    assert len(notices) == 1
    assert f"does not have '{known[0]}'" in notices[0]
    assert f"({known[1]}) tells the story" in notices[0]


def test_a_model_is_told_not_to_think_to_itself_while_a_child_waits(farm: Farm) -> None:
    told({"FABLY_LLM_PROVIDER": "deepseek", "FABLY_LLM_URL": farm.url, "DEEPSEEK_API_KEY": "d"})
    assert farm.asked("/chat/completions")[0]["thinking"] == {"type": "disabled"}
