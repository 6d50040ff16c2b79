"""A provider that fails, at every moment and in every way we know: the story still comes and ends, or there is one clear sentence.

Everything here is real: the settings, the client, HTTP on loopback, espeak-ng, the file that is written.
"""

import asyncio
import threading
import wave
from pathlib import Path

import pytest
from farm import STORY, Farm

from fably.core.errors import ProviderError
from fably.settings import Settings, load
from fably.terminal import tell_story

SAID = " ".join(STORY.split())
ENDS = ("asleep.", "until the morning.", "slept.", "eyes.")
SHORT_WAITS = {
    "FABLY_CONNECT_SECONDS": "0.5",
    "FABLY_FIRST_TOKEN_SECONDS": "0.3",
    "FABLY_TOKEN_SECONDS": "0.3",
    "FABLY_SPEECH_SECONDS": "0.3",
    "FABLY_SEED": "1",
    "FABLY_OPENER": "no",
}


def settings_for(farm: Farm | str, flags: dict[str, str] | None = None, **more: str) -> Settings:
    url = farm if isinstance(farm, str) else farm.url
    waits = dict(SHORT_WAITS)
    if isinstance(farm, Farm):  # a machine may be busy, and only who is silent is to be given up soon
        waits |= dict.fromkeys(() if "silent" in farm.chat else ("FABLY_FIRST_TOKEN_SECONDS", "FABLY_TOKEN_SECONDS"), "20")
        waits |= dict.fromkeys(() if "silent" in farm.speech else ("FABLY_SPEECH_SECONDS",), "20")
        waits["FABLY_CONNECT_SECONDS"] = "20"
    environ = {"FABLY_LLM_URL": url, "FABLY_TTS_URL": url, "FABLY_OUTPUT": "story.wav", "HOME": str(Path.home()), **waits, **more}
    return load(flags or {}, {name: value for name, value in environ.items() if value})


class Told:
    """What came of a story: exit code, what was shown, the sound."""

    def __init__(self, settings: Settings, capsys: pytest.CaptureFixture[str], wish: str = "a dragon") -> None:
        self.code = tell_story(settings, wish)
        shown = capsys.readouterr()
        self.text = " ".join(shown.out.split())
        self.warnings = [line for line in shown.err.splitlines() if not line.startswith(("Words:", "The story is"))]
        self.path = Path("story.wav")

    @property
    def seconds(self) -> float:
        with wave.open(str(self.path)) as read:
            return float(read.getnframes() / read.getframerate())


def test_nothing_is_wrong(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(settings_for(farm), capsys)
    assert (told.code, told.text, told.warnings) == (0, SAID, [])
    asked = sorted(farm.spoken, key=lambda one: SAID.find(" ".join(one.split())))  # two at a time, which may overtake each other
    assert " ".join(asked).split() == SAID.split()
    assert told.seconds == pytest.approx(sum(map(len, farm.spoken)) * 0.01, abs=0.02)


@pytest.mark.parametrize("how", ["crlf-comments", "usage"])
@pytest.mark.parametrize("piece", [1, 7, 500])
def test_what_is_only_unusual_changes_nothing(farm: Farm, capsys: pytest.CaptureFixture[str], how: str, piece: int) -> None:
    farm.chat, farm.piece, farm.speech = how, piece, "odd"
    told = Told(settings_for(farm), capsys)
    assert (told.code, told.text, told.warnings) == (0, SAID, [])


def test_a_home_server_is_asked_for_a_model_of_its_own(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    farm.models = ("nomic-embed-text", "Systran/faster-whisper-small", "llama3.2", "other", "kokoro")
    told = Told(settings_for(farm), capsys)
    assert (told.code, told.text, told.warnings) == (0, SAID, [])
    assert [body["model"] for body in farm.asked("/chat/completions")] == ["gpt-5.4-mini", "llama3.2"]
    assert {body["model"] for body in farm.asked("/audio/speech")} == {"tts-1", "kokoro"}


def test_a_model_that_was_named_and_is_not_there_is_not_replaced_by_another(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    farm.models = ("llama3.2",)
    told = Told(settings_for(farm, FABLY_LLM_MODEL="gpt-9"), capsys)
    assert told.code == 0
    assert "does not have 'gpt-9': model gpt-9 not found; choose another" in told.warnings[0]
    assert told.warnings[0].endswith("The offline storyteller tells the story.")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("401", "does not accept the key; check OPENAI_API_KEY"),
        ("404", "has no model that tells stories"),
        ("429", "wants no more requests for now"),
        ("500", "failed with status 500"),
        ("html", "gave an empty story"),
        ("empty", "gave an empty story"),
        ("silent-first", "said nothing for 0.3 seconds"),
    ],
)
def test_a_model_that_cannot_begin_is_replaced_by_the_offline_storyteller(
    farm: Farm, capsys: pytest.CaptureFixture[str], how: str, says: str
) -> None:
    farm.chat = how
    told = Told(settings_for(farm), capsys)
    assert told.code == 0
    assert len(told.warnings) == 1
    assert says in told.warnings[0]
    assert told.warnings[0].endswith("The offline storyteller tells the story.")
    assert "dragon" in told.text
    assert 350 <= len(told.text.split()) <= 600
    assert told.seconds > 10


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("cut", "broke off"),
        ("silent-later", "said nothing for 0.3 seconds"),
        ("bad-json", "makes no sense"),
        ("length", "stopped at its limit"),
        ("just-stops", "stopped in the middle of a sentence"),
        ("filter", "its filter did not like the story"),
    ],
)
def test_a_story_that_breaks_off_is_brought_to_an_end(farm: Farm, capsys: pytest.CaptureFixture[str], how: str, says: str) -> None:
    farm.chat = how
    told = Told(settings_for(farm), capsys)
    assert told.code == 0
    assert len(told.warnings) == 1
    assert says in told.warnings[0]
    assert told.warnings[0].endswith("The offline storyteller goes on with the story.")
    half = SAID[: len(SAID) // 3]
    assert told.text.startswith(half)
    assert told.text.endswith(ENDS)
    assert len(told.text) > len(half) + 100


def test_a_model_without_end_is_ended(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    farm.chat = "endless"
    told = Told(settings_for(farm, FABLY_MAX_TOKENS="200"), capsys)
    assert told.code == 0
    assert "does not come to an end" in told.warnings[0]
    assert told.text.endswith(ENDS)
    assert len(told.text) < 10_000


def test_a_refused_connection(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(settings_for("http://127.0.0.1:9/v1"), capsys)
    assert told.code == 0
    assert told.warnings == [
        "127.0.0.1:9 cannot be reached: nobody listens there. The offline storyteller tells the story.",
        "The espeak voice speaks.",  # for the same reason, which is not said twice
    ]
    assert "dragon" in told.text


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("401", "does not accept the key"),
        ("404", "has no model that speaks"),
        ("500", "failed with status 500"),
        ("empty", "gave no sound"),
        ("silent", "said nothing for 0.3 seconds"),
        ("wav", "where raw PCM was asked for"),
    ],
)
def test_a_voice_that_cannot_speak_is_replaced_by_espeak(farm: Farm, capsys: pytest.CaptureFixture[str], how: str, says: str) -> None:
    farm.speech = how
    told = Told(settings_for(farm), capsys)
    assert (told.code, told.text) == (0, SAID)
    assert len(told.warnings) == 1
    assert says in told.warnings[0]
    assert told.warnings[0].endswith("The espeak voice speaks.")
    assert told.seconds > 10


def test_a_voice_that_fails_at_the_third_passage_is_followed_by_espeak_at_the_same_rate(
    farm: Farm, capsys: pytest.CaptureFixture[str]
) -> None:
    farm.speech_fails_from = 3
    farm.story += " In the morning the owl came back, and the dragon told her everything. They had bread and honey, and watched the wind."
    told = Told(settings_for(farm), capsys)
    assert (told.code, told.text, len(told.warnings)) == (0, " ".join(farm.story.split()), 1)
    with wave.open(str(told.path)) as read:
        assert read.getframerate() == 24_000
    first_two = sum(map(len, farm.spoken[:2])) * 0.01
    assert told.seconds > first_two + 5, "the rest was spoken by espeak"


@pytest.mark.parametrize("kind", ["LLM", "TTS"])
def test_a_provider_that_was_named_fails_clearly_when_nothing_was_told(farm: Farm, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    farm.chat = farm.speech = "500"
    if kind == "TTS":
        farm.chat = "ok"
    with pytest.raises(ProviderError, match="failed with status 500"):
        tell_story(settings_for(farm, {f"{kind.lower()}_provider": "openai"}), "a dragon")
    assert capsys.readouterr().out == ""
    assert [path.name for path in Path().glob("*.wav*")] == []
    assert list((Path.home() / ".local/state/fably/stories").iterdir()) == [], "nothing half-written is left"


@pytest.mark.parametrize("kind", ["LLM", "TTS"])
def test_a_provider_that_was_named_is_followed_by_another_once_something_was_told(
    farm: Farm, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    farm.chat, farm.speech_fails_from = ("cut", 10**9) if kind == "LLM" else ("ok", 3)
    told = Told(settings_for(farm, {f"{kind.lower()}_provider": "openai"}), capsys)
    assert (told.code, len(told.warnings)) == (0, 1)


@pytest.mark.parametrize("chat", ["ok", "cut", "silent-first", "silent-later", "500", "bad-json"])
@pytest.mark.parametrize("speech", ["ok", "silent", "500"])
def test_nothing_is_left_behind(farm: Farm, capsys: pytest.CaptureFixture[str], chat: str, speech: str) -> None:
    farm.chat, farm.speech = chat, speech
    told = Told(settings_for(farm, FABLY_QUIET="1"), capsys)
    assert told.code == 0
    farm.ended.set()
    for _ in range(200):  # the farm's own threads see that the client has gone
        if farm.open_connections == 0:
            break
        threading.Event().wait(0.01)
    assert farm.open_connections == 0
    assert [one.name for one in threading.enumerate() if one.name.startswith(("speaker", "library", "asyncio"))] == []
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
