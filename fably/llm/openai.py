"""Stories from any OpenAI-compatible service: OpenAI itself, Ollama, llama.cpp, LocalAI and the many others."""

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from fably.cloud import Cloud, Service
from fably.cloud.errors import translated
from fably.cloud.events import events, read_out
from fably.cloud.models import any_model
from fably.cloud.reading import read
from fably.core.errors import ProviderUnavailable, StoryCutShort
from fably.core.types import Message

_REFUSES_TEMPERATURE = re.compile(r"(?:gpt-[5-9]|o\d)(?!.*chat)")  # models that reason refuse the whole request for it
_OTHER_NAME = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
ENDS = tuple(".!?…\"'”’»)")


class OpenAIModel:
    """A `LanguageModel`. With `model` None the server is asked which one it has. `limit` is what it calls the upper bound of an
    answer, `extra` what else each request has."""

    def __init__(
        self,
        cloud: Cloud,
        service: Service,
        *,
        model: str | None,
        temperature: float | None,
        max_tokens: int,
        limit: str = "max_tokens",
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self._client = cloud.client(service)
        self._chat = self._client.chat.completions.with_streaming_response  # imported here, in the thread that loads, not at the first word
        self._service = service
        self.model = model
        self._options: dict[str, Any] = {limit: max_tokens, **(extra or {})}
        if temperature is not None and not (model and _REFUSES_TEMPERATURE.match(model)):
            self._options["temperature"] = temperature
        self._refused: set[str] = set()

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Give the story as the service streams it. Raises `ProviderError`; one that breaks off raises `StoryCutShort`."""
        talk: list[Any] = [{"role": "system", "content": system}, *({"role": one.role, "content": one.content} for one in messages)]
        if messages[-1].role == "assistant":
            # most services answer a user; the system prompt says what going on means
            talk.append({"role": "user", "content": "Go on."})
        last, finish, place = "", None, self._service.place
        answer = await self._ask(talk)
        with translated(self._service, self.model or ""):
            async with aclosing(read(answer.iter_bytes(), answer.close)) as pieces, aclosing(events(pieces, self._service)) as chunks:
                async for chunk in chunks:
                    if not chunk.get("choices"):  # usage, and Azure's content filter
                        continue
                    choice = chunk["choices"][0]
                    if piece := (choice.get("delta") or {}).get("content"):
                        last = piece.strip() or last
                        yield piece
                    if finish := choice.get("finish_reason"):  # some say so and neither [DONE] nor goodbye
                        break
                await read_out(pieces)
        if not last:
            raise ProviderUnavailable(f"{place} gave an empty story", place=place, kind="empty_story")
        if finish == "length":
            said = f"{place} stopped at its limit; the story was longer than --max-tokens allows"
            raise StoryCutShort(said, place=place, kind="limit", detail="--max-tokens")
        if finish == "content_filter":
            raise StoryCutShort(f"{place} stopped, for its filter did not like the story", place=place, kind="filter")
        if finish is None and not last.endswith(ENDS):
            raise StoryCutShort(f"{place} stopped in the middle of a sentence", place=place, kind="middle")

    async def _ask(self, talk: list[Any]) -> Any:
        """The answer, still to be read. What this model does not want to be told is left out, and it is asked again."""
        if self.model is None:
            self.model = await any_model(self._client, self._service, "llm")
        while True:
            try:
                with translated(self._service, self.model):
                    asked = self._chat.create(model=self.model, messages=talk, stream=True, extra_body=self._options)
                    return await asked.__aenter__()  # whoever reads the answer closes it
            except ProviderUnavailable as fault:
                if not self._without_what_it_refuses(fault.__cause__):
                    raise

    def _without_what_it_refuses(self, cause: BaseException | None) -> bool:
        """Leave out the option that the service complains of, or call it by its other name. Whether there was one."""
        said = str(getattr(cause, "body", "")) if getattr(cause, "status_code", None) in (400, 422) else ""
        name = next((one for one in self._options if one in said), None)
        if name is None:
            return False
        value, other = self._options.pop(name), _OTHER_NAME.get(name)
        self._refused.add(name)
        if other is not None and other not in self._refused:
            self._options[other] = value
        return True
