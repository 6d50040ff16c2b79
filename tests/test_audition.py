"""`fably voices` with --debug: what a service said is shown, and no key."""

import pytest
from farm import Farm
from ran import ran

KEY = "sk-canary-0123456789abcdef"


@pytest.mark.parametrize("command", [["list"], ["preview", "nova"]])
def test_debug_shows_why_and_no_key(farm: Farm, command: list[str]) -> None:
    farm.key = "another"
    done = ran("voices", *command, "--tts-provider", "custom", "--tts-url", farm.url, "--debug", FABLY_TTS_API_KEY=KEY)
    assert done.returncode == 1
    assert "does not accept the key; check FABLY_TTS_API_KEY" in done.stderr
    assert "Error code: 401" in done.stderr, "why"
    assert "AuthenticationError" in done.stderr, "what the client said"
    assert KEY not in done.stdout + done.stderr


def test_a_preview_by_a_server_at_home_with_a_model_of_its_own(farm: Farm) -> None:
    farm.models = ("llama3.2", "kokoro")
    done = ran("voices", "preview", "nova", "--tts-url", farm.url, "--output", "voice.wav")
    assert (done.returncode, done.stderr) == (0, "The voice is in voice.wav\n")
    assert farm.asked("/audio/speech")[-1]["model"] == "kokoro"
