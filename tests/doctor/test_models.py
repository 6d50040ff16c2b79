"""The end of models: told in time, with the one that comes after. Pure, with a table and a day of its own."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from fably.doctor.finding import Finding
from fably.doctor.models import Use, in_use, mortality
from fably.providers.configured import configured
from fably.providers.vendors import VENDORS, Kind, Model, Vendor
from fably.settings import load

END = date(2027, 6, 1)


def vendors(*models: Model) -> Mapping[str, Vendor]:
    return {"acme": Vendor("Acme", "https://api.example.com/v1", "openai_api_key", {"llm": models})}


def told(*models: Model, today: date, use: str = "old", setting: str = "FABLY_LLM_MODEL", others: dict[str, date] | None = None) -> Finding:
    found = mortality([Use("llm", "acme", use, setting)], today, vendors(*models), {"acme": others or {}})
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("days", "status", "says"),
    [
        (91, "ok", "no end within 90 days is known"),
        (90, "warning", "Acme turns it off on 2027-06-01, in 90 days"),
        (1, "warning", "in 1 day"),
        (0, "failed", "Acme turned it off on 2027-06-01"),
        (-400, "failed", "Acme turned it off on 2027-06-01"),
    ],
)
def test_it_is_told_from_ninety_days_before(days: int, status: str, says: str) -> None:
    one = told(Model("old", END), Model("new"), today=END - timedelta(days))
    assert (one.status, one.fix) == (status, "" if status == "ok" else "use new in its place: FABLY_LLM_MODEL=new")
    assert one.detail.endswith(says)


@pytest.mark.parametrize(
    ("models", "follows"),
    [
        ((Model("old", END), Model("older", END - timedelta(9)), Model("same", END), Model("new")), "new"),
        ((Model("old", END), Model("later", END + timedelta(200)), Model("new")), "later"),
        ((Model("new"), Model("old", END)), "new"),
        ((Model("new"),), "new"),
    ],
)
def test_the_one_that_comes_after_lasts_longer(models: tuple[Model, ...], follows: str) -> None:
    one = told(*models, today=END, others={"old": END})
    assert one.fix == f"use {follows} in its place: FABLY_LLM_MODEL={follows}"


def test_an_end_that_only_the_long_list_knows_counts_for_those_that_follow_too() -> None:
    one = told(Model("old", END), Model("next"), Model("new"), today=END, others={"next": END})
    assert "FABLY_LLM_MODEL=new" in one.fix


def test_where_nothing_follows_there_is_still_something_to_do() -> None:
    assert told(Model("old", END), today=END).fix == "update Fably, which may know a newer one, or choose another with FABLY_LLM_MODEL"
    assert told(Model("old", END), today=END, setting="").fix == "update Fably, which may know a newer one"
    assert told(Model("old", END), Model("new"), today=END, setting="").fix == "update Fably; until then new takes its place by itself"


def test_a_clock_that_is_not_set_judges_nobody() -> None:
    one = told(Model("old", END), today=date(1970, 1, 1))
    assert (one.status, one.subject) == ("warning", "the clock")
    assert told(Model("old", date(2025, 1, 1)), today=date(2025, 12, 31)).subject == "the clock"


@pytest.mark.parametrize(
    ("environ", "uses"),
    [
        ({}, set()),
        ({"OPENAI_BASE_URL": "http://homeserver:1/v1", "FABLY_TTS_MODEL": "tts-1"}, set()),
        ({"FABLY_TTS_URL": "https://api.openai.com/v1"}, {("tts", "openai", "tts-1", "FABLY_TTS_MODEL")}),
        (
            {"OPENAI_API_KEY": "k", "GEMINI_API_KEY": "k", "FABLY_LLM_MODEL": "gpt-4o"},
            {
                ("llm", "openai", "gpt-4o", "FABLY_LLM_MODEL"),
                ("llm", "gemini", VENDORS["gemini"].models["llm"][0].name, ""),
                ("tts", "openai", VENDORS["openai"].models["tts"][0].name, "FABLY_TTS_MODEL"),
                ("stt", "openai", VENDORS["openai"].models["stt"][0].name, "FABLY_STT_MODEL"),
            },
        ),
    ],
)
def test_models_of_vendors_are_in_use_and_those_at_home_are_their_own(environ: dict[str, str], uses: set[tuple[str, ...]]) -> None:
    settings = load({}, {"HOME": ".", **environ})
    kinds: tuple[Kind, ...] = ("llm", "tts", "stt")
    found = in_use(one for kind in kinds for one in configured(settings, kind))
    assert {(one.kind, one.vendor, one.model, one.setting) for one in found} == uses


def test_a_model_that_a_parent_named_is_in_the_long_list() -> None:
    (one,) = mortality([Use("llm", "openai", "gpt-4o-mini", "FABLY_LLM_MODEL")], date(2026, 11, 21))
    assert one.detail == "OpenAI turns it off on 2027-01-14, in 54 days"
    assert (
        one.fix == f"use {VENDORS['openai'].models['llm'][0].name} in its place: FABLY_LLM_MODEL={VENDORS['openai'].models['llm'][0].name}"
    )
