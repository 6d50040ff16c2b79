"""The words of a wish from Google Cloud Speech-to-Text, by its REST interface: Google's own client would bring gRPC along."""

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

from fably.cloud import Cloud, Service
from fably.cloud.errors import http_translated, reason, refused
from fably.core.errors import ProviderError
from fably.core.types import Language, Transcript, Utterance

LONGEST = 60.0
"""Seconds of sound that one request may have."""
SURE = 0.6
CODES: dict[Language, str] = {"en": "en-US", "tr": "tr-TR"}
_SILENCE = {"requestId", "totalBilledTime"}
"""What an answer has when nobody spoke, if anything."""


class GoogleTranscriber:
    """A `SpeechToText`. With `model` None Google takes its own default."""

    def __init__(self, *, cloud: Cloud, service: Service, model: str | None, language: Language) -> None:
        self._http = cloud.http(service)
        self._service = service
        self._language = language
        self.model = model

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Tell the words of `utterance`, of its first minute at most. Raises `ProviderError`."""
        if not utterance.pcm:
            return Transcript("", self._language)
        content = await asyncio.to_thread(self._request, utterance)  # 20 ms for a minute of sound, and a Pi is slower
        headers = {"Content-Type": "application/json", "X-Goog-Api-Key": self._service.key or ""}
        with http_translated(self._service):
            # another host would be sent the key as well
            answer = await self._http.post(
                f"{self._service.url.rstrip('/')}/speech:recognize", content=content, headers=headers, follow_redirects=False
            )
            if answer.status_code >= 300:
                raise self._refused(answer.status_code, answer.content, answer.headers)
            return self._transcript(answer.json())

    def _request(self, utterance: Utterance) -> bytes:
        config: dict[str, Any] = {
            "encoding": "LINEAR16",
            "sampleRateHertz": utterance.format.rate,
            "languageCode": CODES[self._language],
        }
        if self.model:
            config["model"] = self.model
        sound = base64.b64encode(utterance.pcm[: utterance.format.bytes_in(LONGEST)])
        # it has no letter that JSON would write otherwise; to look for one takes three times as long as all the rest
        return b'{"config": %s, "audio": {"content": "%s"}}' % (json.dumps(config).encode(), sound)

    def _refused(self, status: int, body: bytes, headers: Mapping[str, str]) -> ProviderError:
        """As always; but a model that is not known is, here, a request that is wrong."""
        if status == 400 and self.model and "model" in reason(body).lower():
            status = 404
        return refused(self._service, self.model or "speech:recognize", status, body, headers)

    def _transcript(self, answer: Any) -> Transcript:
        """Read an answer. Raises what odd shapes raise, which is translated by the caller."""
        if answer and "results" not in answer and not _SILENCE & answer.keys():
            raise ValueError("an answer of another kind")
        best = [one["alternatives"][0] for one in answer.get("results", []) if one.get("alternatives")]
        text = " ".join(" ".join(one.get("transcript", "") for one in best).split())
        sure = all(one.get("confidence", 0) >= SURE or not one.get("confidence") for one in best)  # 0 is for not given
        return Transcript(text, self._language, sure)
