"""A key goes to no address for which it was not set."""

import pytest

from fably.core.errors import ConfigError
from fably.providers.changing import fits
from fably.settings import Settings, load

KEY = {"OPENAI_API_KEY": "sk-secret"}
EVIL = {"FABLY_LLM_URL": "http://evil.example/v1"}


def settings(**environ: str) -> Settings:
    return load({}, environ)


@pytest.mark.parametrize("name", ["FABLY_LLM_URL", "FABLY_TTS_URL", "FABLY_STT_URL", "OPENAI_BASE_URL"])
def test_an_address_that_changes_needs_its_key_again(name: str) -> None:
    then = settings(**KEY, **{name: "http://evil.example/v1"})
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        fits(settings(**KEY), then, ["llm_url"])
    fits(settings(**KEY), then, ["llm_url", "openai_api_key"])


def test_an_address_to_which_no_key_is_sent_may_change() -> None:
    fits(settings(), settings(**EVIL), ["llm_url"])
    fits(settings(**KEY, **EVIL), settings(**KEY, FABLY_LLM_URL="http://evil.example/v2"), ["llm_url"])
    fits(settings(**KEY), settings(**KEY, FABLY_AGE="4"), ["age"])
    fits(settings(**KEY), settings(FABLY_LANGUAGE="tr"), ["language", "openai_api_key"])  # where nobody understands a wish
    gemini = {"GEMINI_API_KEY": "g-secret"}  # who takes over is not asked at the address of the first
    fits(settings(**gemini), settings(**gemini, FABLY_LLM_PROVIDER="custom", **EVIL), ["llm_url"])


def test_a_box_must_be_able_to_begin() -> None:
    with pytest.raises(ConfigError):
        fits(settings(), settings(FABLY_LLM_PROVIDER="openai"), ["llm_provider"])
