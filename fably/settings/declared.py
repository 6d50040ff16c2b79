"""What can be set. A class is a group, in --help and in the README; `Settings` is all of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fably.core.types import Language
from fably.settings.fields import Size, Url, setting


@dataclass(frozen=True, eq=False, repr=False)
class Words:
    """Who makes up the story"""

    llm_provider: Literal["auto", "openai", "offline"] = setting(
        "auto", "The storyteller: openai is any OpenAI-compatible service, offline needs nothing; auto takes what is configured."
    )
    llm_url: Url | None = setting(None, "Address of an OpenAI-compatible service, such as http://homeserver:11434/v1.")
    llm_model: str | None = setting(None, "Model to ask for; without it one that the service is known to have.")
    temperature: float | None = setting(None, "How freely the model chooses its words; without it the model's own.", low=0, high=2)
    max_tokens: int = setting(3000, "Upper bound for the length of a story.", low=50, high=100_000, unit="tokens")


@dataclass(frozen=True, eq=False, repr=False)
class Voice:
    """Who speaks it"""

    tts_provider: Literal["auto", "openai", "espeak"] = setting(
        "auto", "The voice: openai is any OpenAI-compatible service, espeak needs no network; auto takes what is configured."
    )
    tts_url: Url | None = setting(None, "Address of an OpenAI-compatible speech service, such as http://homeserver:8880/v1.")
    tts_model: str | None = setting(None, "Speech model to ask for.")
    tts_voice: str | None = setting(None, "Voice to speak with; `fably voices` lists them.")


@dataclass(frozen=True, eq=False, repr=False)
class Story:
    """What is told"""

    language: Language = setting("en", "Language of the story.")
    age: int = setting(5, "Age of the child.", low=2, high=12, unit="years")
    allow: str | None = setting(None, "Topics of fairy tales that may be told gently, with commas between: death, weapons, fear.")
    stories_path: Path | None = setting(None, "Where stories are kept; without it `stories` in the state directory.")
    sound_format: Literal["opus", "wav"] = setting(
        "opus", "How the sound of older stories is kept once nobody needs the box: opus takes a fifteenth of the room of wav."
    )
    max_cache_size: Size | None = setting(
        None, "Most room for the sound of stories, such as 50M; what was told least recently is then spoken anew when it is wished for."
    )
    prompt_file: Path | None = setting(None, "A text of your own that tells the model how to tell; {age} in it becomes the age.")
    ignore_cache: bool = setting(False, "Make up a new story even if this wish has been told before; the old one is kept.")
    seed: int | None = setting(None, "Makes the offline storyteller tell the same story for the same wish.", flag=False)


@dataclass(frozen=True, eq=False, repr=False)
class Sound:
    """Where it is heard"""

    output: str | None = setting(None, "Write the sound to this WAV file instead of playing it; - is standard output.")
    sound_device: str | None = setting(None, "Sound card to play on: its number or a part of its name.")
    volume: int = setting(100, "Loudness; 100 is as the voice made it.", low=0, high=100, unit="percent")
    opener: bool = setting(True, "Begin with a first line that was made ready earlier, while the model thinks.")


@dataclass(frozen=True, eq=False, repr=False)
class Terminal:
    """What is shown"""

    quiet: bool = setting(False, "Show nothing but what went wrong.")
    debug: bool = setting(False, "Show on standard error what happens, with times.")


@dataclass(frozen=True, eq=False, repr=False)
class Patience:
    """How long to wait"""

    connect_seconds: float = setting(3.0, "For a connection.", flag=False, low=0.05, high=60, unit="seconds")
    first_token_seconds: float = setting(15.0, "For the first word of a story.", flag=False, low=0.05, high=600, unit="seconds")
    token_seconds: float = setting(10.0, "For each further word.", flag=False, low=0.05, high=600, unit="seconds")
    speech_seconds: float = setting(15.0, "For speech to begin, and to go on.", flag=False, low=0.05, high=600, unit="seconds")


@dataclass(frozen=True, eq=False, repr=False)
class Accounts:
    """Keys and places"""

    openai_api_key: str | None = setting(
        None, "Key for OpenAI, or for the service at the addresses above.", env="OPENAI_API_KEY", secret=True
    )
    llm_api_key: str | None = setting(None, "Key for the service at FABLY_LLM_URL, if it has one of its own.", secret=True)
    tts_api_key: str | None = setting(None, "Key for the service at FABLY_TTS_URL, if it has one of its own.", secret=True)
    openai_base_url: Url | None = setting(
        None, "Address for both model and voice where no other is given.", env="OPENAI_BASE_URL", flag=False
    )
    state_path: Path | None = setting(
        None,
        "The state directory: what Fably remembers, and settings.env, which is read from it; else systemd's or the XDG one.",
        flag=False,
    )


@dataclass(frozen=True)
class Settings(Accounts, Patience, Terminal, Sound, Story, Voice, Words):
    """Everything a person can choose, read once and never changed. The last base class comes first in lists."""

    @property
    def state(self) -> Path:
        """The state directory. `load` has filled in systemd's or the XDG one."""
        return self.state_path or Path.home() / ".local" / "state" / "fably"

    @property
    def allowed(self) -> tuple[str, ...]:
        """The topics that the parent allows."""
        return tuple(one.strip().lower() for one in (self.allow or "").split(",") if one.strip())

    @property
    def library_path(self) -> Path:
        """The folder of the stories."""
        return self.stories_path or self.state / "stories"

    @property
    def words_url(self) -> str | None:
        return self.llm_url or self.openai_base_url

    @property
    def voice_url(self) -> str | None:
        return self.tts_url or self.openai_base_url

    @property
    def words_key(self) -> str | None:
        return self.llm_api_key or self.openai_api_key

    @property
    def voice_key(self) -> str | None:
        return self.tts_api_key or self.openai_api_key
