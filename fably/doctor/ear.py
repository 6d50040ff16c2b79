"""Who understands a wish: each recogniser hears what the voice has just said."""

import asyncio
from collections.abc import Sequence
from functools import partial

from fably.core.errors import MissingDependency
from fably.core.types import AudioFormat, Utterance
from fably.doctor.examining import Answer, Loader, examine, examine_all
from fably.doctor.finding import Finding
from fably.doctor.fixes import fix_of
from fably.doctor.wording import phrase
from fably.faults import sentence
from fably.providers.configured import Configured
from fably.providers.retry import answered
from fably.settings import Settings
from fably.texts import text

SILENCE = Utterance(AudioFormat(16_000).bytes_in(1.0) * b"\0", AudioFormat(16_000))
"""What they hear where no voice works."""


async def check_ears(ears: Sequence[Configured], loader: Loader, settings: Settings, said: Utterance | None) -> list[Finding]:
    """One finding for each recogniser, or one that says what comes of there being none."""
    if not ears:
        if settings.language != "tr" and not settings.external_services:
            return []
        why = "nobody_turkish" if settings.language == "tr" else "kept_out"
        nobody, says, mends = (phrase(settings.language, one) for one in ("nobody", why, "ear_mend"))
        return [Finding("ear", nobody, "warning", says, mends)]
    return await examine_all(ears, lambda one: examine("ear", one, lambda model: _heard(one, model, loader, said)))


async def _heard(one: Configured, model: str | None, loader: Loader, said: Utterance | None) -> Answer:
    try:
        ear = await loader.load(one, lambda factory: factory.get_provider("stt", one.name, model))
    except MissingDependency as fault:
        if not one.local or one.settings.stt_provider != "auto":
            raise
        return Answer(sentence(one.settings.language, fault), None, fix_of(fault, one))  # an extra that nobody asked for
    language = one.settings.language
    loop = asyncio.get_running_loop()
    asked = loop.time()
    transcript = await answered(partial(ear.transcribe, said or SILENCE), one.settings.stt_seconds, one.title())
    took = loop.time() - asked
    if words := transcript.text.strip():
        detail = phrase(language, "understood", words=words[:80]) + phrase(language, "unsure") * (not transcript.sure)
        if said is None or text(language, "doctor.subject") in words.lower():
            return Answer(detail, took)
        return Answer(phrase(language, "other_words", detail=detail, said=text(language, "doctor.wish")), took, _better(one))
    if said is None:
        return Answer(phrase(language, "silence"), took)
    return Answer(phrase(language, "deaf"), took, _better(one))


def _better(one: Configured) -> str:
    """What to do about an ear that does not understand what it hears."""
    if one.local:
        return phrase(one.settings.language, "person_mend", keys=phrase(one.settings.language, "ear_mend"))
    return phrase(one.settings.language, "other_ear_mend", model=one.env("model"), provider=one.env("provider"))
