"""What can be set. A class is a group, in --help and in the README; `Settings` is all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from fably.core.types import Language, Length
from fably.settings.bedside import Control, Life, Listening, Night, Page, Touch, WakeWord
from fably.settings.fields import ServiceUrl, Size, Url, setting
from fably.settings.modes import InForce


@dataclass(frozen=True, eq=False, repr=False)
class Providers:
    """All of them at once"""

    single_provider: Literal["openai", "custom", "offline"] | None = setting(
        None, "One vendor for words, voice and ear, where they are not named one by one; custom is the server at OPENAI_BASE_URL."
    )
    external_services: bool = setting(False, "Load no engine on this machine; espeak and the offline storyteller are none.")


@dataclass(frozen=True, eq=False, repr=False)
class Words:
    """Who makes up the story"""

    llm_provider: Literal["auto", "openai", "gemini", "deepseek", "ollama", "custom", "offline"] = setting(
        "auto", "The storyteller: a vendor, a server at home (ollama, custom), or offline, which needs nothing; auto takes what is set up."
    )
    llm_url: Url | None = setting(None, "Address of an OpenAI-compatible service, such as http://homeserver:11434/v1.")
    llm_model: str | None = setting(None, "Model to ask for; without it one that the service is known to have.")
    temperature: float | None = setting(None, "How freely the model chooses its words; without it the model's own.", low=0, high=2)
    max_tokens: int = setting(3000, "Upper bound for the length of a story.", low=50, high=100_000, unit="tokens")


@dataclass(frozen=True, eq=False, repr=False)
class Voice:
    """Who speaks it"""

    tts_provider: Literal["auto", "openai", "custom", "elevenlabs", "wyoming", "piper", "espeak"] = setting(
        "auto",
        "The voice: a vendor, a server at home (custom, wyoming), or piper or espeak, which need no network; auto takes what is set up, "
        "but not piper.",
    )
    tts_url: ServiceUrl | None = setting(
        None, "Address of a speech service: OpenAI-compatible, such as http://homeserver:8880/v1, or Wyoming, tcp://homeserver:10200."
    )
    tts_model: str | None = setting(None, "Speech model to ask for.")
    tts_voice: str | None = setting(
        None, "Voice to speak with, by name or id; `fably voices` lists them. For piper also a file, NAME.onnx."
    )
    tts_speaker: str | None = setting(None, "Speaker of a Piper voice that has several, by name or number.")
    tts_length_scale: float | None = setting(
        None, "How long Piper takes over its words; without it as the voice was made, above 1 more slowly.", low=0.5, high=2
    )
    voice_quality: Literal["x_low", "low", "medium", "high"] = setting(
        "high", "The best quality of Piper's voices that is taken when none is named; a better one only where there is no other."
    )
    external_tts: bool = setting(False, "Load no engine on this machine for the voice; espeak is none.")


@dataclass(frozen=True, eq=False, repr=False)
class Ear:
    """Who understands the wish"""

    stt_provider: Literal["auto", "openai", "custom", "google", "wyoming", "whisper", "grammar"] = setting(
        "auto",
        "The recogniser: a vendor, a server at home (custom, wyoming), or whisper or grammar, which need no network; grammar knows English "
        "only; auto takes what is set up, but not whisper.",
    )
    stt_url: ServiceUrl | None = setting(
        None, "Address of a recogniser: OpenAI-compatible, such as http://homeserver:8000/v1, or Wyoming, tcp://homeserver:10300."
    )
    stt_model: str | None = setting(
        None, "Model that understands; for whisper tiny (which it takes without this), base, small, or the folder of one."
    )
    query_file: Path | None = setting(None, "A WAV file in which somebody says what the story should be about.", local=True)


@dataclass(frozen=True, eq=False, repr=False)
class Story:
    """What is told"""

    language: Language = setting("en", "Language of the story.")
    age: int = setting(5, "Age of the child.", low=2, high=12, unit="years")
    length: Length = setting("usual", "How long a story is for that age.")
    allow: str | None = setting(None, "Topics of fairy tales that may be told gently, with commas between: death, weapons, fear.")
    stories_path: Path | None = setting(None, "Where stories are kept; without it `stories` in the state directory.", local=True)
    sound_format: Literal["opus", "wav"] = setting(
        "opus", "How the sound of older stories is kept once nobody needs the box: opus takes a fifteenth of the room of wav."
    )
    max_cache_size: Size | None = setting(
        None, "Most room for the sound of stories, such as 50M; what was told least recently is then spoken anew when it is wished for."
    )
    prompt_file: Path | None = setting(
        None,
        "A text of your own that tells the model how to tell; {age} in it becomes the age, and {words} how many words are usual.",
        local=True,
    )
    ignore_cache: bool = setting(False, "Make up a new story even if this wish has been told before; the old one is kept.")
    examples: bool = setting(
        True, "Tell a story that came with Fably where one fits the wish and the offline storyteller tells.", env="FABLY_ENABLE_EXAMPLES"
    )
    examples_on_demand: bool = setting(
        False, "Read those from the disk each time one is told; else all of them stay in memory after the first."
    )
    compress_examples: bool = setting(
        False, "Put those into one compressed file in the state directory and read them from there; an installed Fably has one."
    )
    seed: int | None = setting(None, "Makes the offline storyteller tell the same story for the same wish.", flag=False)


@dataclass(frozen=True, eq=False, repr=False)
class Sound:
    """Where it is heard"""

    output: str | None = setting(None, "Write the sound to this WAV file instead of playing it; - is standard output.", local=True)
    sound_device: str | None = setting(None, "Sound card to play on: its number or a part of its name.")
    volume: int = setting(
        100, "Loudness, evenly to the ear: 100 is as the voice made it, 75 half as loud.", low=0, high=100, unit="percent"
    )
    volume_max: int = setting(100, "The most that anybody can turn it up to.", low=1, high=100, unit="percent")
    volume_min: int = setting(
        5, "The least that the box can be turned down to: one that is silent seems broken to a child.", low=0, high=100, unit="percent"
    )
    volume_mixer: str = setting(
        "auto",
        "The control of the sound card that makes the box louder and softer, by its name; auto for the one there is, none for none: then "
        "Fably does it.",
    )
    sound_ahead: float = setting(8.0, "How much of a story is spoken ahead of what is heard.", low=1, high=30, unit="seconds")
    opener: bool = setting(True, "Begin with a first line that was made ready earlier, while the model thinks.")


@dataclass(frozen=True, eq=False, repr=False)
class Memory:
    """How much memory it takes"""

    memory_mode: Literal["full", "standard", "lite", "pi-zero", "auto"] = setting(
        "standard", "A bundle of settings, for those that are set nowhere; auto takes one by the machine's memory."
    )
    lite_mode: bool = setting(False, "Short for --memory-mode lite.")
    pi_zero_mode: bool = setting(False, "Short for --memory-mode pi-zero.")
    memory_limit: Size | None = setting(
        None, "What Fably and all its processes may take together, such as 400M; without it what the machine has.", low=64_000_000
    )
    memory_warning: int = setting(80, "Of the limit: from here on, what is idle leaves.", low=10, high=100, unit="percent")
    memory_critical: int = setting(90, "Of the limit: from here on, only the smallest stays.", low=10, high=100, unit="percent")
    monitor_seconds: float = setting(30.0, "How often the memory is looked at.", low=1, high=3600, unit="seconds")
    auto_fallback: bool = setting(True, "Replace what does not fit into memory by something smaller; else it is an error.")
    engine_policy: Literal["aggressive", "lazy", "hybrid"] = setting(
        "hybrid", "How many engines stay loaded: one (aggressive), two (lazy), or as the machine's memory allows."
    )
    engine_idle_seconds: float = setting(600.0, "An engine that nobody has used for so long leaves.", low=0, high=86_400, unit="seconds")
    engine_threads: int = setting(2, "Threads of an engine; never more than the machine has cores.", low=1, high=8)
    engine_malloc: Literal["small", "fast"] = setting(
        "small",
        "How an engine handles freed memory: small gives it back at once; fast keeps it, for a third less time and twice the memory.",
    )
    engine_growth: Size = setting(Size(64_000_000), "An engine that has grown by so much since it was loaded is replaced.", low=1_000_000)
    engine_requests: int = setting(500, "An engine that has answered so often is replaced.", low=1, high=1_000_000)


@dataclass(frozen=True, eq=False, repr=False)
class Terminal:
    """What is shown"""

    quiet: bool = setting(False, "Show nothing but what went wrong.", local=True)
    debug: bool = setting(False, "Show on standard error what happens, with times.", local=True)


@dataclass(frozen=True, eq=False, repr=False)
class Patience:
    """How long to wait"""

    connect_seconds: float = setting(3.0, "For a connection.", flag=False, low=0.05, high=60, unit="seconds")
    stt_seconds: float = setting(15.0, "For the words of a wish.", flag=False, low=0.05, high=600, unit="seconds")
    first_token_seconds: float = setting(15.0, "For the first word of a story.", flag=False, low=0.05, high=600, unit="seconds")
    token_seconds: float = setting(10.0, "For each further word.", flag=False, low=0.05, high=600, unit="seconds")
    story_seconds: float = setting(300.0, "For all words of a story together.", flag=False, low=0.05, high=3600, unit="seconds")
    speech_seconds: float = setting(15.0, "For speech to begin, and to go on.", flag=False, low=0.05, high=600, unit="seconds")


@dataclass(frozen=True, eq=False, repr=False)
class Accounts:
    """Keys and places"""

    openai_api_key: str | None = setting(
        None, "Key for OpenAI, or for the service at the addresses above.", env="OPENAI_API_KEY", secret=True
    )
    gemini_api_key: str | None = setting(None, "Key for Gemini, from Google AI Studio.", env="GEMINI_API_KEY", secret=True)
    deepseek_api_key: str | None = setting(None, "Key for DeepSeek.", env="DEEPSEEK_API_KEY", secret=True)
    elevenlabs_api_key: str | None = setting(None, "Key for ElevenLabs.", env="ELEVENLABS_API_KEY", secret=True)
    google_api_key: str | None = setting(None, "Key for Google Cloud Speech-to-Text.", env="GOOGLE_API_KEY", secret=True)
    llm_api_key: str | None = setting(None, "Key for the storyteller, if it has one of its own.", secret=True)
    tts_api_key: str | None = setting(None, "Key for the voice, if it has one of its own.", secret=True)
    stt_api_key: str | None = setting(None, "Key for the recogniser, if it has one of its own.", secret=True)
    openai_base_url: Url | None = setting(
        None, "Address for words, voice and ear where no other is given.", env="OPENAI_BASE_URL", flag=False
    )
    state_path: Path | None = setting(
        None,
        "The state directory: what Fably remembers, and settings.env, which is read from it; else systemd's or the XDG one.",
        flag=False,
        local=True,
    )


@dataclass(frozen=True)
class Settings(
    Accounts, Patience, Terminal, Memory, Page, Control, WakeWord, Touch, Listening, Life, Sound, Night, Story, Ear, Voice, Words, Providers
):
    """Everything a person can choose, read once and never changed. The last base class comes first in lists."""

    flags: frozenset[str] = field(default=frozenset(), repr=False)
    """The names of those that were given on the command line: who names a provider there wants to hear when it fails."""
    mode: InForce = field(default=InForce(), repr=False)
    """The memory mode that `memory_mode` and its short forms come to; its values are in the settings already."""

    given: Mapping[str, str | bool | None] = field(default_factory=dict, repr=False, compare=False)
    """The flags as they were given: with them, all of this can be read once more when a file has changed."""
    origins: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where the value of a setting comes from: flag, environment, settings.env, .env or mode. One that is not in it has its default."""

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
    def queries_path(self) -> Path:
        """The folder of the recordings of wishes, where those are kept."""
        return self.state / "queries"

    @property
    def voices_path(self) -> Path:
        """The folder of Piper's voices."""
        return self.state / "voices"

    @property
    def whisper_path(self) -> Path:
        """The folder of Whisper's models, each in a folder of its own."""
        return self.state / "models" / "whisper"
