"""`fably voices`: each provider's own, and how one of them sounds."""

import subprocess
import wave
from pathlib import Path

import pytest
from farm import Farm
from ran import ran

ID = "4nna" * 5
"""Twenty letters and figures, as ElevenLabs' ids are."""


def run(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return ran("voices", *args, **environ)


@pytest.mark.parametrize(
    ("provider", "named"), [("custom", "  v-anna"), ("elevenlabs", "  Anna (v-anna)"), ("wyoming", "  anna"), ("espeak", "  gmw/en-US")]
)
def test_every_provider_lists_its_voices(farm: Farm, provider: str, named: str) -> None:
    farm.voices = {"anna": "en", "deniz": "tr"} if provider == "wyoming" else {"v-anna": "Anna", "v-deniz": "Deniz"}
    url = {"wyoming": farm.tcp, "espeak": ""}.get(provider, farm.url)
    done = run("list", "--tts-provider", provider, ELEVENLABS_API_KEY="k", **({"FABLY_TTS_URL": url} if url else {}))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{provider}:\n")
    assert named in done.stdout.splitlines()


def test_those_that_are_set_up_are_listed_and_one_that_fails_does_not_hide_the_others(farm: Farm) -> None:
    farm.listing = "500"
    done = run(FABLY_TTS_URL=farm.url, OPENAI_API_KEY="k")
    assert done.returncode == 0
    assert "gmw/en-US" in done.stdout
    assert "custom: " in done.stderr
    assert "failed with status 500" in done.stderr


@pytest.mark.parametrize(("provider", "voice"), [("custom", "nova"), ("elevenlabs", "Anna"), ("elevenlabs", ID), ("wyoming", "anna")])
def test_a_voice_can_be_heard(farm: Farm, provider: str, voice: str) -> None:
    if provider == "elevenlabs":
        farm.voices = {ID: "Anna", "v-deniz": "Deniz"}
    url = farm.tcp if provider == "wyoming" else farm.url
    done = run("preview", voice, "--tts-provider", provider, "--tts-url", url, "--output", "hear.wav", ELEVENLABS_API_KEY="k")
    assert (done.returncode, done.stderr) == (0, "The voice is in hear.wav\n")
    with wave.open("hear.wav") as sound:
        assert sound.getnframes() / sound.getframerate() > 0.5
    assert len(farm.spoken) == 1


@pytest.mark.parametrize("provider", ["elevenlabs", "wyoming", "espeak"])
def test_a_voice_that_is_not_there_is_named(farm: Farm, provider: str) -> None:
    address = {"elevenlabs": ["--tts-url", farm.url], "wyoming": ["--tts-url", farm.tcp]}.get(provider, [])
    done = run("preview", "nobody", "--tts-provider", provider, *address, "--output", "hear.wav", ELEVENLABS_API_KEY="k")
    assert done.returncode == 2
    assert "no voice 'nobody'; `fably voices` lists those it has" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not Path("hear.wav").exists()


def test_in_a_story_the_usual_voice_of_the_same_vendor_takes_its_place(farm: Farm) -> None:
    farm.voices = {"v-anna": "Anna", "v-deniz": "Deniz"}
    done = ran(
        "a fox", "--output", "story.wav", ELEVENLABS_API_KEY="k", FABLY_TTS_PROVIDER="elevenlabs", FABLY_TTS_URL=farm.url,
        FABLY_TTS_VOICE="nobody", FABLY_LLM_PROVIDER="offline",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no voice 'nobody'; `fably voices` lists those it has. The usual voice speaks." in done.stderr
    assert len(farm.spoken) > 5


def test_no_key_goes_to_the_address_of_another(farm: Farm) -> None:
    done = run("list", FABLY_TTS_URL=farm.url, ELEVENLABS_API_KEY="xi-canary", OPENAI_API_KEY="k")
    assert done.stdout.count("custom:") == 1
    assert "xi-canary" not in str(farm.headers)
