"""What a model is told beside the talk: services refuse a whole request for one word of it that they do not know."""

import asyncio
from typing import Any

import pytest
from rest_server import Answer, Asked, RestServer, told

from fably.cloud import Cloud
from fably.core.errors import ProviderUnavailable
from fably.core.types import Message
from fably.llm.openai import OpenAIModel

STREAM = Answer(
    b'data: {"choices": [{"delta": {"content": "She slept."}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n', "text/event-stream"
)


def ask(server: RestServer, **options: Any) -> str:
    async def story() -> str:
        cloud = Cloud(3)
        try:
            model = OpenAIModel(cloud, server.service(), **{"model": "m", "temperature": None, "max_tokens": 99, **options})
            return "".join([piece async for piece in model.stream("Tell.", [Message("user", "a fox")])])
        finally:
            await cloud.aclose()

    return asyncio.run(story())


def bodies(server: RestServer) -> list[dict[str, Any]]:
    """What was asked for beside the talk."""
    return [{name: value for name, value in one.json.items() if name not in ("messages", "model", "stream")} for one in server.requests]


@pytest.mark.parametrize(
    ("refuses", "options", "asked"),
    [
        ("max_tokens", {}, [{"max_tokens": 99}, {"max_completion_tokens": 99}]),
        ("max_completion_tokens", {"limit": "max_completion_tokens"}, [{"max_completion_tokens": 99}, {"max_tokens": 99}]),
        ("temperature", {"temperature": 0.5}, [{"max_tokens": 99, "temperature": 0.5}, {"max_tokens": 99}]),
        (
            "reasoning_effort",
            {"extra": {"reasoning_effort": "minimal"}},
            [{"max_tokens": 99, "reasoning_effort": "minimal"}, {"max_tokens": 99}],
        ),
        (
            "thinking",
            {"extra": {"thinking": {"type": "disabled"}}},
            [{"max_tokens": 99, "thinking": {"type": "disabled"}}, {"max_tokens": 99}],
        ),
    ],
)
def test_what_a_model_refuses_is_left_out_or_called_by_its_other_name(
    refuses: str, options: dict[str, Any], asked: list[dict[str, Any]]
) -> None:
    def answer(one: Asked) -> Answer:
        return (
            told({"error": {"message": f"Unsupported parameter: '{refuses}'.", "param": refuses}}, 400) if refuses in one.json else STREAM
        )

    with RestServer() as server:
        server.on["/chat/completions"] = answer
        assert ask(server, **options) == "She slept."
        assert bodies(server) == asked


def test_one_that_refuses_everything_is_not_asked_for_ever() -> None:
    with RestServer() as server:
        server.on["/chat/completions"] = told({"error": {"message": "no max_tokens, no max_completion_tokens, no temperature"}}, 400)
        with pytest.raises(ProviderUnavailable, match="failed with status 400"):
            ask(server, temperature=1.0)
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("model", "sent"), [("gpt-5.4-mini", False), ("gpt-6-luna", False), ("o3", False), ("gpt-4o", True), ("llama3.2", True)]
)
def test_a_model_that_reasons_is_not_told_how_freely(model: str, sent: bool) -> None:
    with RestServer() as server:
        server.on["/chat/completions"] = STREAM
        ask(server, model=model, temperature=0.5)
        assert [("temperature" in one) for one in bodies(server)] == [sent]
