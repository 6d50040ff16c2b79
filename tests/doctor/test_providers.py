"""Words and voices: whoever is set up is asked for something small, and what does not answer is named and told how to mend."""

import socket

import pytest
from farm import Farm

from .conftest import Doctor, only

QUICK_MODEL, QUICK_VOICE = {"FABLY_FIRST_TOKEN_SECONDS": "0.3"}, {"FABLY_SPEECH_SECONDS": "0.3"}
"""Only who is silent is given up soon: others have the time that a busy machine takes."""


def test_the_cloud_is_asked_for_one_small_thing_of_each_kind(doctor: Doctor, farm: Farm, cloud: dict[str, str]) -> None:
    done = doctor("--json", **cloud)
    assert done.code == 0
    words, offline = done.of("words")
    assert (words["status"], offline["status"]) == ("ok", "ok")
    assert words["subject"] == farm.url.split("/")[2]
    assert words["seconds"] > 0
    assert only(farm.asked("/chat/completions"))["messages"][-1]["content"] == "Good night?"
    voice, espeak = done.of("voice")
    assert (voice["status"], espeak["status"]) == ("ok", "ok")
    assert farm.spoken == ["Tell me a story about a dragon."]
    assert "0.3 s of sound" in voice["detail"]


@pytest.mark.parametrize(
    ("chat", "says", "fix"),
    [
        ("401", "does not accept the key", "into OPENAI_API_KEY"),
        ("404", "has no model that tells stories", "FABLY_LLM_MODEL"),
        ("429", "wants no more requests for now", "wait some minutes"),
        ("500", "failed with status 500", "check the network and OPENAI_BASE_URL"),
        ("html", "gave an empty story", "check the network and OPENAI_BASE_URL"),
        ("silent-first", "said nothing for 0.3 seconds", "FABLY_FIRST_TOKEN_SECONDS"),
    ],
)
def test_a_model_that_does_not_answer_is_red_and_the_box_still_tells(
    doctor: Doctor, farm: Farm, cloud: dict[str, str], chat: str, says: str, fix: str
) -> None:
    farm.chat = chat
    quick = QUICK_MODEL if chat == "silent-first" else {}
    done = doctor("--json", **cloud, **quick)
    assert done.code == 0
    words, offline = done.of("words")
    assert (words["status"], offline["status"]) == ("failed", "ok")
    assert says in words["detail"]
    assert fix in words["fix"]
    shown = doctor(**cloud, **quick)
    assert shown.out.rstrip().endswith("A story can be told. Words: The offline storyteller. Voice: " + words["subject"] + ".")


@pytest.mark.parametrize(
    ("speech", "says", "fix"),
    [
        ("401", "does not accept the key", "into OPENAI_API_KEY"),
        ("404", "has no model that speaks", "FABLY_TTS_MODEL"),
        ("silent", "said nothing for 0.3 seconds", "FABLY_SPEECH_SECONDS"),
        ("wav", "where raw PCM was asked for", "OPENAI_BASE_URL"),
    ],
)
def test_a_voice_that_does_not_speak_is_red(doctor: Doctor, farm: Farm, cloud: dict[str, str], speech: str, says: str, fix: str) -> None:
    farm.speech = speech
    done = doctor("--json", **cloud, **(QUICK_VOICE if speech == "silent" else {}))
    assert done.code == 0
    voice, espeak = done.of("voice")
    assert (voice["status"], espeak["status"]) == ("failed", "ok")
    assert says in voice["detail"]
    assert fix in voice["fix"]


def test_a_server_at_home_that_has_another_model_is_well(doctor: Doctor, farm: Farm) -> None:
    farm.models = ("nomic-embed-text", "llama3.2")
    words = doctor("--json", FABLY_LLM_URL=farm.url).of("words")[0]
    assert (words["status"], words["detail"]) == ("ok", "llama3.2 answers")


def test_a_model_that_was_named_and_is_gone_is_red(doctor: Doctor, farm: Farm) -> None:
    farm.models = ("llama3.2",)
    words = doctor("--json", FABLY_LLM_URL=farm.url, FABLY_LLM_MODEL="llama2").of("words")[0]
    assert words["status"] == "failed"
    assert "does not have 'llama2'" in words["detail"]
    assert words["fix"].startswith(f"name a model that {words['subject']} has in FABLY_LLM_MODEL, or leave it out; ")


def test_a_server_that_refuses_the_connection(doctor: Doctor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    done = doctor("--json", FABLY_LLM_URL=f"http://{address}/v1", FABLY_TTS_URL=f"http://{address}/v1")
    assert done.code == 0
    for kind, check in (("LLM", "words"), ("TTS", "voice")):
        found = done.of(check)[0]
        assert (found["subject"], found["status"]) == (address, "failed")
        assert "cannot be reached" in found["detail"]
        assert found["fix"] == f"start the server at {address}, and check the network and FABLY_{kind}_URL"


def test_who_was_named_on_the_command_line_has_nobody_to_take_over(doctor: Doctor, farm: Farm, cloud: dict[str, str]) -> None:
    farm.chat = "500"
    done = doctor("--json", "--llm-provider", "custom", **cloud)
    assert (done.code, done.of("words")[0]["status"]) == (1, "failed")
    assert done.of("words")[1]["status"] == "ok"


def test_a_voice_that_nobody_knows_is_a_warning_for_a_story_is_told_all_the_same(doctor: Doctor) -> None:
    done = doctor("--json", FABLY_TTS_VOICE="nova")
    found = only(done.of("voice"))
    assert (done.code, found["status"]) == (0, "warning")
    assert "gmw/en speaks" in str(found["detail"])
    assert "no voice 'nova'" in str(found["detail"])
    assert "`fably voices`" in str(found["fix"])
    done = doctor("--json", "--tts-provider", "espeak", FABLY_TTS_VOICE="nova")
    assert (done.code, only(done.of("voice"))["status"]) == (1, "failed")
