"""The words of a wish from any OpenAI-compatible service: OpenAI itself, Speaches, LocalAI, whisper.cpp."""

import json
import re
from contextlib import suppress

from fably.cloud import Cloud, Service
from fably.cloud.errors import said, translated
from fably.cloud.models import any_model
from fably.core.errors import ProviderUnavailable
from fably.core.types import Language, Transcript, Utterance
from fably.pcm.wav import header

_ANNOTATION = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|<\|.*?\|>|[♪♫]+")  # [BLANK_AUDIO], (music), *sighs*, <|nospeech|>, ♪
_SILENCE = {
    "you", "bye", "thank you", "thanks for watching", "thank you for watching",
    "altyazı mk", "izlediğiniz için teşekkür ederim", "izlediğiniz için teşekkürler",
}  # fmt: skip
"""What Whisper, which learned from subtitles, hears in silence. None of them is a wish."""


class OpenAITranscriber:
    """A `SpeechToText`. With `model` None the server is asked which one it has."""

    def __init__(self, *, cloud: Cloud, service: Service, model: str | None, language: Language) -> None:
        self._client = cloud.client(service)
        self._ear = self._client.audio.transcriptions.with_raw_response  # imported here, in the thread that loads
        self._service = service
        self._language = language
        self.model = model

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Tell the words of `utterance`. Raises `ProviderError`."""
        if not utterance.pcm:
            return Transcript("", self._language)
        if self.model is None:
            self.model = await any_model(self._client, self._service, "stt")
        wav = header(utterance.format, len(utterance.pcm)) + utterance.pcm
        with translated(self._service, self.model):
            answer = await self._ear.create(file=("wish.wav", wav), model=self.model, language=self._language, response_format="json")
            kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
            words = self._words(kind, answer.http_response.content.decode("utf-8-sig"))
        return Transcript(spoken(words), self._language)

    def _words(self, kind: str, body: str) -> str:
        """The words in an answer of the content type `kind`: as JSON has them, or the plain text that some servers send."""
        answer = words = None
        with suppress(ValueError):
            answer = json.loads(body)
        if isinstance(answer, dict):
            words = answer.get("text")
        elif isinstance(answer, str):
            words = answer
        elif not body.lstrip().startswith(("{", "<")) and (kind == "text/plain" or (body and not kind)):
            words = body
        if not isinstance(words, str):
            place, why = self._service.place, said(self._service, body)
            what = f"{place} gave no words but {kind or 'bytes'}{why and f': {why}'}"
            raise ProviderUnavailable(what, retryable=False, place=place, kind="nonsense")
        return words


def spoken(words: str) -> str:
    """The words without what a recogniser notes in brackets; nothing where it is known to have listened to silence."""
    line = " ".join(_ANNOTATION.sub(" ", words).split())
    letters = "".join(one for one in line.lower() if one.isalnum() or one == " ").strip()
    return line if letters and letters not in _SILENCE else ""
