"""Where sound goes: a file, or the sound card, as the settings say."""

from collections.abc import Callable

from fably.audio.file import WavFile
from fably.audio.returning import Returning
from fably.audio.speaker import SoundCard
from fably.audio.volume import Volume
from fably.core.protocols import Speaker
from fably.pulse import Pulse
from fably.settings import Settings


def loudspeaker(settings: Settings, volume: Volume | None = None, pulse: Callable[[], Pulse] | None = None) -> Speaker:
    """What a story is heard by, as loud as `volume` says meanwhile, or else as it is set; `pulse` makes one for each card.

    Raises `ConfigError` for a file that cannot be written.
    """
    if settings.output:
        return WavFile(settings.output)
    loud = volume or Volume(settings.volume, most=settings.volume_max)
    return Returning(lambda: SoundCard(settings.sound_device, loud, pulse and pulse()))
