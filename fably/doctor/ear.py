"""Who understands a wish: each recogniser hears what the voice has just said."""

import asyncio
from collections.abc import Sequence
from functools import partial

from fably.core.errors import MissingDependency
from fably.core.types import AudioFormat, Utterance
from fably.doctor.examining import Answer, Loader, examine, examine_all
from fably.doctor.finding import Finding
from fably.doctor.fixes import fix_of
from fably.providers.configured import Configured
from fably.providers.retry import answered
from fably.settings import Settings
from fably.texts import text

SILENCE = Utterance(AudioFormat(16_000).bytes_in(1.0) * b"\0", AudioFormat(16_000))
"""What they hear where no voice works."""
NOBODY = "without a network nobody here understands Turkish: a wish that is spoken becomes a story of Fably's own choosing"
KEPT_OUT = "nobody here understands a wish that is spoken: no key and no address is set, and --external-services loads no recogniser here"
_KEYS = "set the key of a service that does (OPENAI_API_KEY, GOOGLE_API_KEY), or the address of a recogniser at home in FABLY_STT_URL"


async def check_ears(ears: Sequence[Configured], loader: Loader, settings: Settings, said: Utterance | None) -> list[Finding]:
    """One finding for each recogniser, or one that says what comes of there being none."""
    if not ears:
        if settings.language == "tr":
            return [Finding("ear", "nobody", "warning", NOBODY, _KEYS)]
        return [Finding("ear", "nobody", "warning", KEPT_OUT, _KEYS)] if settings.external_services else []
    return await examine_all(ears, lambda one: examine("ear", one, lambda model: _heard(one, model, loader, said)))


async def _heard(one: Configured, model: str | None, loader: Loader, said: Utterance | None) -> Answer:
    try:
        ear = await loader.load(one, lambda factory: factory.get_provider("stt", one.name, model))
    except MissingDependency as fault:
        if not one.local or one.settings.stt_provider != "auto":
            raise
        return Answer(str(fault), None, fix_of(fault, one))  # an extra that nobody asked for
    language = one.settings.language
    loop = asyncio.get_running_loop()
    asked = loop.time()
    transcript = await answered(partial(ear.transcribe, said or SILENCE), one.settings.stt_seconds, one.title())
    took = loop.time() - asked
    if words := transcript.text.strip():
        detail = f"it understood “{words[:80]}”" + ", and would ask back whether that is so" * (not transcript.sure)
        if said is None or text(language, "doctor.subject") in words.lower():
            return Answer(detail, took)
        return Answer(f"{detail}; the voice said “{text(language, 'doctor.wish')}”", took, _better(one))
    if said is None:
        return Answer("it listened to a second of silence, for no voice works here", took)
    return Answer("it understood nothing of what the voice said", took, _better(one))


def _better(one: Configured) -> str:
    """What to do about an ear that does not understand what it hears."""
    if one.local:
        return f"it may understand a person better than a machine; if not, {_KEYS}"
    return f"choose another model with {one.env('model')}, or another ear with {one.env('provider')}"
