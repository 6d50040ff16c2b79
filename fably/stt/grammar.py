"""A recogniser that needs no network: pocketsphinx with a grammar of a few dozen wishes, in English.

It knows nothing but these wishes, so everything else sounds to it like one of them; what it is not sure of is to be asked back. Its
memory is borne by a process of its own, which ends with each utterance.
"""

import asyncio
import importlib.util
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from fably.core.errors import MissingDependency, ProviderUnavailable
from fably.core.types import Language, Transcript, Utterance
from fably.lore.english import article
from fably.lore.wished import wished
from fably.memory.burying import bury
from fably.memory.children import environment
from fably.stt.recognising import Finding, Order
from fably.stt.story_grammar import dictionary, pair_grammar, story_grammar, words_of
from fably.stt.sureness import WORST_WHOLE, is_sure, likely_wish

LONGEST = 6.0  # seconds that are listened to; no wish of the grammar takes longer
_DICTIONARY = Path("model", "en-us", "cmudict-en-us.dict")  # in the package


class GrammarTranscriber:
    """A `SpeechToText` for wishes in English. Whatever was said, its answer is a whole wish, or nothing where nobody spoke."""

    def __init__(self, *, language: Language) -> None:
        """Raises `MissingDependency` without pocketsphinx, `ProviderUnavailable` for a language that it does not understand."""
        if language != "en":
            raise ProviderUnavailable("the grammar recogniser understands English only; choose another --stt-provider", retryable=False)
        spec = importlib.util.find_spec("pocketsphinx")  # looked up, not imported: it is loaded by the child
        if spec is None or not spec.submodule_search_locations:
            raise MissingDependency("the grammar recogniser needs pocketsphinx; install it with: pip install 'fably[grammar]'")
        known = wished(language)
        self._language, self._subjects, self._going_on = language, known.subjects, known.going_on
        self._guess = story_grammar(known.subjects, (), known.going_on)
        self._pair = pair_grammar(known.subjects)
        self._check = story_grammar(known.subjects, [article(one) for one in known.others], known.going_on)
        try:
            with Path(spec.submodule_search_locations[0], _DICTIONARY).open(encoding="utf-8") as lines:
                self._dictionary, missing = dictionary(words_of(self._check + self._pair), lines)
        except OSError as error:
            raise MissingDependency("pocketsphinx lacks its English model; install it anew: pip install 'fably[grammar]'") from error
        if missing:
            words = ", ".join(missing)
            raise ProviderUnavailable(f"the recogniser cannot pronounce {words}; take that out of wished.toml", retryable=False)

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Tell the wish in `utterance`, 16 bit mono at any rate, of which the first `LONGEST` seconds count. Raises `ProviderError`."""
        sound = utterance.format
        if (sound.width, sound.channels) != (2, 1):
            raise ProviderUnavailable("the grammar recogniser understands 16-bit mono sound only", retryable=False)
        order = Order(
            rate=sound.rate, dictionary=self._dictionary, guess=self._guess, check=self._check, pair=self._pair, worst=WORST_WHOLE
        )  # fmt: skip
        pcm = utterance.pcm[: sound.bytes_in(LONGEST)]
        answer = await _ask(json.dumps(order).encode() + b"\n" + pcm[: len(pcm) - len(pcm) % sound.frame])
        try:
            finding: Finding = json.loads(answer)
            return self._understood(finding)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise ProviderUnavailable("the recogniser's process answered nonsense; try again") from error

    def _understood(self, finding: Finding) -> Transcript:
        """The words that were said where they are sure; else the wish that is most likely, to be asked back; nothing in silence."""
        if not finding["guesses"]:
            return Transcript("", self._language)
        if is_sure(finding, self._subjects, self._going_on):
            return Transcript(finding["pair"] or finding["guesses"][0], self._language)
        return Transcript(likely_wish(finding, self._subjects, self._going_on), self._language, sure=False)


async def _ask(order: bytes) -> bytes:
    """What a recogniser's process answers. When this is left, in whatever way, the process is dead and buried."""
    try:
        process = await asyncio.create_subprocess_exec(
            # -P, or a file pocketsphinx.py where we were started would be taken for it
            *(sys.executable, "-P", "-m", "fably.stt.recognising"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            process_group=0,  # Ctrl-C is for us; we decide what becomes of the child
            env=environment(),
        )
    except OSError as error:  # no memory, most likely
        raise ProviderUnavailable(f"no process for the recogniser can be started: {error.strerror or error}") from error
    try:
        answer, said = await process.communicate(order)
    finally:
        await bury(process)
    if code := process.returncode:
        sentence = (said.decode(errors="replace").strip().split("\n")[-1] or "without a word")[-300:]
        raise ProviderUnavailable(f"the recogniser's process ended with code {code}: {sentence}")
    return answer
