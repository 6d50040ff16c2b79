"""Which providers tell a story, by the settings alone."""

from collections.abc import Mapping

import pytest

from fably.core.errors import ConfigError
from fably.providers.choice import Candidate, choose
from fably.providers.factory import PROVIDERS, Entry
from fably.providers.services import for_another, service_of
from fably.providers.vendors import VENDORS, Kind
from fably.settings import Settings, read
from fably.settings.files import Layer

KINDS: tuple[Kind, ...] = ("llm", "tts", "stt")
HOME = "http://homeserver:8080/v1"


def made(flags: Mapping[str, str | bool | None] | None = None, /, **environ: str) -> Settings:
    return read(flags or {}, [Layer("", environ)])


def names(settings: Settings, kind: Kind) -> list[str]:
    """The providers in order, each once."""
    return list(dict.fromkeys(one.provider for one in choose(settings, kind).candidates))


def test_nothing_is_needed() -> None:
    assert [names(made(), kind) for kind in KINDS] == [["offline"], ["espeak"], ["grammar"]]
    assert {choose(made(), kind).why for kind in KINDS} == {"nothing"}


@pytest.mark.parametrize(
    ("key", "chains"),
    [
        ("OPENAI_API_KEY", [["openai", "offline"], ["openai", "espeak"], ["openai", "grammar"]]),
        ("GEMINI_API_KEY", [["gemini", "offline"], ["espeak"], ["grammar"]]),
        ("DEEPSEEK_API_KEY", [["deepseek", "offline"], ["espeak"], ["grammar"]]),
        ("ELEVENLABS_API_KEY", [["offline"], ["elevenlabs", "espeak"], ["grammar"]]),
        ("GOOGLE_API_KEY", [["offline"], ["espeak"], ["google", "grammar"]]),
    ],
)
def test_a_key_is_enough(key: str, chains: list[list[str]]) -> None:
    assert [names(made(**{key: "k"}), kind) for kind in KINDS] == chains


def test_vendors_whose_keys_are_there_stand_in_for_each_other() -> None:
    settings = made(OPENAI_API_KEY="o", DEEPSEEK_API_KEY="d", FABLY_LLM_PROVIDER="deepseek")
    assert names(settings, "llm") == ["deepseek", "openai", "offline"]


def test_what_is_said_to_a_server_at_home_stays_at_home() -> None:
    settings = made(OPENAI_API_KEY="o", FABLY_LLM_URL=HOME, FABLY_TTS_URL=HOME, FABLY_STT_URL=HOME)
    assert [names(settings, kind) for kind in KINDS] == [["custom", "offline"], ["custom", "espeak"], ["custom", "grammar"]]
    assert names(made(OPENAI_API_KEY="o", FABLY_LLM_PROVIDER="ollama"), "llm") == ["ollama", "offline"]


def test_an_address_says_which_protocol_is_spoken_there() -> None:
    settings = made(FABLY_TTS_URL="tcp://homeserver:10200", FABLY_STT_URL="tcp://homeserver:10300")
    assert names(settings, "tts") == ["wyoming", "espeak"]
    assert names(settings, "stt") == ["wyoming", "grammar"]


@pytest.mark.parametrize("address", ["tcp://homeserver", "ftp://homeserver:1", "tcp://:10200"])
def test_an_address_of_no_protocol_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match=r"FABLY_TTS_URL: .* is not an address such as .* or tcp://homeserver:10200"):
        made(FABLY_TTS_URL=address)


def test_models_are_tried_in_the_order_of_the_table_and_the_one_that_was_asked_for_first() -> None:
    known = [one.name for one in VENDORS["gemini"].models["llm"]]
    asked = choose(made(GEMINI_API_KEY="k", FABLY_LLM_MODEL="gemini-9"), "llm").candidates
    assert [one.model for one in asked] == ["gemini-9", *known, None]
    assert asked[-1] == Candidate("offline")


def test_a_server_at_home_is_asked_what_it_has_unless_its_model_is_named() -> None:
    assert choose(made(FABLY_LLM_URL=HOME), "llm").candidates[:2] == (Candidate("custom", "gpt-5.4-mini"), Candidate("custom"))
    assert choose(made(FABLY_TTS_URL=HOME), "tts").candidates[:2] == (Candidate("custom", "tts-1"), Candidate("custom"))
    assert choose(made(FABLY_LLM_PROVIDER="ollama"), "llm").candidates[0] == Candidate("ollama")
    assert choose(made(FABLY_LLM_URL=HOME, FABLY_LLM_MODEL="own"), "llm").candidates == (Candidate("custom", "own"), Candidate("offline"))


def test_openai_at_another_address_is_a_server_with_models_of_its_own() -> None:
    settings = made(FABLY_TTS_PROVIDER="openai", FABLY_TTS_URL=HOME)
    assert choose(settings, "tts").candidates[0] == Candidate("custom", "tts-1")
    itself = made(FABLY_TTS_PROVIDER="openai", FABLY_TTS_URL="https://api.openai.com/v1", OPENAI_API_KEY="k")
    assert choose(itself, "tts").first == "openai"


def test_one_vendor_for_all_and_what_is_named_one_by_one_beside_it() -> None:
    settings = made(FABLY_SINGLE_PROVIDER="openai", OPENAI_API_KEY="k", GEMINI_API_KEY="g", FABLY_TTS_PROVIDER="espeak")
    assert [names(settings, kind)[0] for kind in KINDS] == ["openai", "espeak", "openai"]
    assert [names(made(FABLY_SINGLE_PROVIDER="offline", OPENAI_API_KEY="k"), kind) for kind in KINDS] == [
        ["offline"],
        ["espeak"],
        ["grammar"],
    ]
    custom = made(FABLY_SINGLE_PROVIDER="custom", OPENAI_BASE_URL=HOME)
    assert [names(custom, kind)[0] for kind in KINDS] == ["custom"] * 3


@pytest.mark.parametrize(
    ("kind", "environ", "says"),
    [
        ("llm", {"FABLY_LLM_PROVIDER": "openai"}, "FABLY_LLM_PROVIDER: openai needs the key OPENAI_API_KEY, or the address"),
        ("llm", {"FABLY_LLM_PROVIDER": "gemini"}, "FABLY_LLM_PROVIDER: gemini needs the key GEMINI_API_KEY"),
        ("tts", {"FABLY_TTS_PROVIDER": "elevenlabs"}, "FABLY_TTS_PROVIDER: elevenlabs needs the key ELEVENLABS_API_KEY"),
        ("stt", {"FABLY_STT_PROVIDER": "google"}, "FABLY_STT_PROVIDER: google needs the key GOOGLE_API_KEY"),
        ("llm", {"FABLY_LLM_PROVIDER": "custom"}, "FABLY_LLM_PROVIDER: custom needs the address of the server; set --llm-url"),
        ("tts", {"FABLY_TTS_PROVIDER": "wyoming"}, "set --tts-url, such as tcp://homeserver:10200"),
        ("tts", {"FABLY_TTS_PROVIDER": "wyoming", "FABLY_TTS_URL": HOME}, "is not for wyoming; a tcp:// address belongs to wyoming"),
        ("stt", {"FABLY_STT_PROVIDER": "custom", "FABLY_STT_URL": "tcp://homeserver:10300"}, "is not for custom"),
        ("stt", {"FABLY_STT_PROVIDER": "grammar", "FABLY_EXTERNAL_SERVICES": "yes"}, "grammar is an engine on this machine"),
        ("stt", {"FABLY_STT_PROVIDER": "grammar", "FABLY_LANGUAGE": "tr"}, "grammar understands English only"),
        (
            "tts",
            {"FABLY_SINGLE_PROVIDER": "openai"},
            "FABLY_SINGLE_PROVIDER: openai needs the key OPENAI_API_KEY",
        ),
    ],
)
def test_what_cannot_work_is_refused_by_name(kind: Kind, environ: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        choose(made(**environ), kind)


def test_turkish_is_understood_by_nobody_without_a_network() -> None:
    assert choose(made(FABLY_LANGUAGE="tr"), "stt").candidates == ()
    assert names(made(FABLY_LANGUAGE="tr", GOOGLE_API_KEY="k"), "stt") == ["google"]


def test_no_engine_is_loaded_where_only_services_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose(made(FABLY_EXTERNAL_SERVICES="yes"), "stt").candidates == ()
    assert names(made(FABLY_EXTERNAL_SERVICES="yes"), "tts") == ["espeak"], "which is no engine"
    assert names(made(FABLY_EXTERNAL_TTS="yes"), "stt") == ["grammar"], "which is no voice"
    monkeypatch.setitem(PROVIDERS, ("tts", "espeak"), Entry("nobody:Nothing", lambda _order: {}, engine=True))
    for name in ("external_services", "external_tts"):
        with pytest.raises(ConfigError, match=f"espeak is an engine on this machine, which --{name.replace('_', '-')} refuses"):
            choose(made({name: True}, FABLY_TTS_PROVIDER="espeak"), "tts")


def test_only_who_is_named_on_the_command_line_fails_instead_of_giving_way() -> None:
    assert not choose(made(FABLY_LLM_PROVIDER="openai", OPENAI_API_KEY="k"), "llm").strict
    assert choose(made({"llm_provider": "openai"}, OPENAI_API_KEY="k"), "llm").strict
    assert choose(made({"single_provider": "openai"}, OPENAI_API_KEY="k"), "tts").strict


def test_a_key_goes_to_its_own_vendor_and_to_nobody_else() -> None:
    settings = made(OPENAI_API_KEY="o", GEMINI_API_KEY="g", FABLY_LLM_API_KEY="own", FABLY_LLM_PROVIDER="gemini", FABLY_LLM_URL=HOME)
    first = service_of(settings, "llm", "gemini")
    assert (first.url, first.key, first.key_name, first.place) == (HOME, "own", "FABLY_LLM_API_KEY", "homeserver:8080")
    second = service_of(for_another(settings, "llm"), "llm", "openai")
    assert (second.url, second.key, second.key_name, second.place) == ("https://api.openai.com/v1", "o", "OPENAI_API_KEY", "OpenAI")
    assert service_of(settings, "tts", "espeak").key is None
    assert "own" not in repr(first)


def test_a_key_that_is_for_a_server_at_home_is_not_shown_to_openai() -> None:
    settings = made(OPENAI_BASE_URL=HOME, OPENAI_API_KEY="home", ELEVENLABS_API_KEY="e", FABLY_TTS_PROVIDER="elevenlabs")
    assert names(settings, "tts") == ["elevenlabs", "espeak"]


def test_a_voice_that_is_not_there_is_followed_by_the_usual_one_of_the_same_vendor() -> None:
    first, second, *_others = choose(made(ELEVENLABS_API_KEY="e", FABLY_TTS_VOICE="nobody"), "tts").candidates
    assert (first.usual, second) == (False, first._replace(usual=True))


def test_who_is_named_on_the_command_line_is_called_by_the_flag() -> None:
    with pytest.raises(ConfigError, match="--single-provider: custom needs the address of the server; set OPENAI_BASE_URL"):
        choose(made({"single_provider": "custom"}), "llm")
    with pytest.raises(ConfigError, match="--llm-provider: gemini needs"):
        choose(made({"llm_provider": "gemini"}), "llm")
