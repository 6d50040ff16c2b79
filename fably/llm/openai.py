"""Stories from any OpenAI-compatible service: OpenAI itself, Ollama, llama.cpp, LocalAI and the many others."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from fably.cloud import Cloud, is_openai, place, read, translated
from fably.core.errors import ModelRetired, ProviderUnavailable, StoryCutShort
from fably.core.types import Message

DEFAULT_MODEL = "gpt-5.4-mini"  # not on OpenAI's list of models with an end (November 2026)
_NO_STORIES = re.compile(r"embed|whisper|tts|rerank|image|dall-e|moderation|transcribe", re.IGNORECASE)
ENDS = tuple(".!?…\"'”’»)")


class OpenAIModel:
    """A `LanguageModel`. A `url` of None is OpenAI itself; without a `model` it asks for one of OpenAI's, or what the server has."""

    def __init__(
        self, cloud: Cloud, *, url: str | None, key: str | None, model: str | None, temperature: float | None, max_tokens: int
    ) -> None:
        self._client = cloud.client(url, key)
        self._chat = self._client.chat.completions  # imported here, in the thread that loads, not at the first word
        self._place = place(url)
        self._named = model is not None
        self.model = model or DEFAULT_MODEL
        self._options: dict[str, Any] = {} if temperature is None else {"temperature": temperature}
        # OpenAI's newer models refuse `max_tokens`, and most other servers know nothing else
        self._options["max_completion_tokens" if is_openai(url) else "max_tokens"] = max_tokens

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Give the story as the service streams it. Raises `ProviderError`; one that breaks off raises `StoryCutShort`."""
        talk: list[Any] = [{"role": "system", "content": system}, *({"role": one.role, "content": one.content} for one in messages)]
        if messages[-1].role == "assistant":
            # most services answer a user; the system prompt says what going on means
            talk.append({"role": "user", "content": "Go on."})
        last, finish = "", None
        answer = await self._ask(talk)
        with translated(self._place, self.model):
            async with aclosing(read(answer, answer.close)) as chunks:
                async for chunk in chunks:
                    if not chunk.choices:  # usage, and Azure's content filter
                        continue
                    choice = chunk.choices[0]
                    finish = choice.finish_reason or finish
                    if piece := choice.delta.content:
                        last = piece.strip() or last
                        yield piece
        if not last:
            raise ProviderUnavailable(f"{self._place} gave an empty story")
        if finish == "length":
            raise StoryCutShort(f"{self._place} stopped at its limit; the story was longer than max_tokens allows")
        if finish == "content_filter":
            raise StoryCutShort(f"{self._place} stopped, for its filter did not like the story")
        if finish is None and not last.endswith(ENDS):
            raise StoryCutShort(f"{self._place} stopped in the middle of a sentence")

    async def _ask(self, talk: list[Any]) -> Any:
        """The answer, still to be read. A home server that does not have the model which nobody named is asked for one of its own."""
        while True:
            try:
                with translated(self._place, self.model):
                    return await self._chat.create(model=self.model, messages=talk, stream=True, **self._options)
            except ModelRetired:
                if self._named:
                    raise
                self.model, self._named = await self._any_model(), True

    async def _any_model(self) -> str:
        with translated(self._place, self.model):
            there = [one.id async for one in self._client.models.list()]
        for name in there:
            if not _NO_STORIES.search(name):
                return name
        raise ModelRetired(f"{self._place} has no model that tells stories; name one with --llm-model")
