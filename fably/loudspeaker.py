"""Where sound goes: a file, or the sound card, as the settings say."""

from fably.audio.file import WavFile
from fably.audio.speaker import SoundCard
from fably.core.protocols import Speaker
from fably.settings import Settings


def loudspeaker(settings: Settings) -> Speaker:
    """What a story is heard by. Raises `ConfigError` for a file that cannot be written."""
    return WavFile(settings.output) if settings.output else SoundCard(settings.sound_device, settings.volume)
