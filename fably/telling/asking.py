"""From a sound to a wish: what was said, made sure of."""

from collections.abc import Awaitable, Callable

from fably.backends import Backends
from fably.core.errors import NothingHeard, ProviderError
from fably.core.protocols import SpeechToText
from fably.core.types import Utterance
from fably.faults import sentence
from fably.texts import text


async def wish_in(utterance: Utterance, backends: Backends, back: Callable[[str], Awaitable[str | None]]) -> str:
    """The wish that somebody speaks in `utterance`; see `understood`."""
    ear = backends.listening()
    try:
        return await understood(utterance, ear, backends, back)
    finally:
        if ear is not None:
            await ear.aclose()


async def understood(
    utterance: Utterance, ear: SpeechToText | None, backends: Backends, back: Callable[[str], Awaitable[str | None]]
) -> str:
    """The wish that somebody speaks in `utterance`, as `ear` understands it. Empty where nobody can: then a story of our own choosing
    is told.

    `back` asks whether a wish is what was said, where the recogniser doubts it, and gives the wish that it was: the same, another, or
    None. Nothing is told as something else. Raises `NothingHeard`, and `ProviderError` when the recogniser that was asked for on the
    command line fails.
    """
    language = backends.settings.language
    if ear is None:
        backends.notify(text(language, "asking.nobody"))
        return ""
    try:
        transcript = await ear.transcribe(utterance)
    except ProviderError as fault:
        if backends.ear.strict:
            raise
        backends.notify(text(language, "asking.failed", reason=sentence(language, fault)))
        return ""
    wish = transcript.text.strip()
    if not wish:
        raise NothingHeard(text(language, "asking.silence"))
    if transcript.sure:
        return wish
    answer = await back(wish)
    if answer is None:
        raise NothingHeard(text(language, "asking.unsure", wish=wish))
    return answer
