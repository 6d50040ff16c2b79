"""What makes another story of the same words: who tells it, how, and how long it is."""

from collections.abc import Sequence

from fably.library.names import name_for
from fably.library.story import Story
from fably.providers.services import address
from fably.settings import Settings
from fably.telling.lines import host, manner


def told_by(s: Settings, words: str, voice: str, length: object = None) -> list[str | None]:
    """All that counts beside the wish. `words` and `voice` are the names of those who tell; a story that somebody else had to tell is not
    the one that was asked for. `length` is that of a story which is kept; None is as it is set."""
    model = [host(address(s, "llm")), s.llm_model] if words != "offline" else [None, None]
    speech = [host(address(s, "tts")), s.tts_model] if voice != "espeak" else [None, None]
    long = [one for one in [str(length or s.length)] if one != "usual"]
    return [s.language, words, voice, *model, *speech, s.tts_voice, None if s.seed is None else str(s.seed), *manner(s), *long]


def told_as(s: Settings, kept: Story, words: str, voice: str) -> str | None:
    """The name under which a kept story is looked for when `voice` is to tell it; `words` is who would make it up now. None where nobody
    wished for it."""
    if "sequel_of" in kept.info or not kept.query:  # which nobody gets by wishing for the same
        return None
    by: Sequence[object] = known if isinstance(known := kept.info.get("llm_provider"), list) else []
    return name_for(kept.query, told_by(s, "+".join(map(str, by)) or words, voice, kept.info.get("length", "usual")))
