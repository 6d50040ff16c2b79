"""A language model over HTTP, with every fault that we know: the story, a part of it, or one clear error, and nothing left behind."""

import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing

import hypothesis
import pytest
from farm import MASAL, STORY, Farm, faults
from hypothesis import strategies as st
from trying import SILENT, nobody_is_left, tried

from fably.cloud import Cloud, Service
from fably.core.errors import AuthenticationFailed, ModelRetired, ProviderError, ProviderUnavailable, QuotaExceeded, StoryCutShort
from fably.core.types import Message
from fably.llm.openai import OpenAIModel

ASK = ("Tell.", [Message("user", "a fox")])


def story(url: str, cloud: Cloud, key: str | None = None) -> AsyncGenerator[str, None]:
    model = OpenAIModel(cloud, Service(url, key=key), model="m", temperature=None, max_tokens=100)
    return model.stream(*ASK)


@pytest.mark.parametrize("how", faults.CHAT)
def test_every_fault_ends_as_a_good_client_ends_it(farm: Farm, how: str) -> None:
    farm.chat, farm.story = how, MASAL
    got = tried(farm, how, lambda cloud: story(farm.url, cloud))
    text, expected = "".join(got.items), faults.CHAT[how]
    assert got.outcome == expected or expected == "any", got.error
    assert all(got.items), "no piece is empty"
    if expected == "ok":
        assert text == MASAL
    elif not how.startswith(("endless", "bad-utf8")):
        assert MASAL.startswith(text) or expected == "any"


@pytest.mark.parametrize("pieces", [0, 1, 2, 30])
@pytest.mark.parametrize("how", ["cut-fin", "cut-reset", "chunk-cut", "silent-later"])
def test_it_may_break_off_at_any_piece(farm: Farm, how: str, pieces: int) -> None:
    farm.chat, farm.cut_after = how, pieces
    got = tried(farm, how, lambda cloud: story(farm.url, cloud))
    assert got.outcome == ("cut" if pieces else "fails")
    assert "".join(got.items) == STORY[: 4 * pieces]


@pytest.mark.parametrize(
    ("how", "kind", "retryable"),
    [
        ("401", AuthenticationFailed, False),
        ("403", AuthenticationFailed, False),
        ("404", ModelRetired, False),
        ("402", QuotaExceeded, False),
        ("429", QuotaExceeded, True),
        ("429-quota", QuotaExceeded, False),
        ("500", ProviderUnavailable, True),
        ("503", ProviderUnavailable, True),
        ("529", ProviderUnavailable, True),
        ("html-502", ProviderUnavailable, True),
        ("length", StoryCutShort, False),
        ("filter", StoryCutShort, False),
        ("just-stops", StoryCutShort, False),
    ],
)
def test_each_refusal_has_its_class_and_says_whether_to_try_again(farm: Farm, how: str, kind: type[Exception], retryable: bool) -> None:
    farm.chat = how
    error = tried(farm, how, lambda cloud: story(farm.url, cloud)).error
    assert type(error) is kind
    assert error is not None
    assert error.retryable is retryable


@pytest.mark.parametrize(
    ("said", "after"), [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("soon", None), ("Wed, 21 Oct 2037 07:28:00 GMT", None)]
)
@pytest.mark.parametrize("how", ["429", "503"])
def test_how_long_to_wait_is_handed_on(farm: Farm, how: str, said: str, after: float | None) -> None:
    farm.chat, farm.retry_after = how, said
    error = tried(farm, how, lambda cloud: story(farm.url, cloud)).error
    assert error is not None
    assert error.after == after


@pytest.mark.parametrize("how", ["nan", "inf", "1e400"])
def test_a_wait_that_is_no_number_is_none(farm: Farm, how: str) -> None:
    farm.chat, farm.retry_after = "429", how
    error = tried(farm, "429", lambda cloud: story(farm.url, cloud)).error
    assert error is not None
    assert error.after is None


@pytest.mark.parametrize("key", ["sk-proj-wrong_1234567890", "a-key-of-another-form"])
def test_no_error_shows_the_key_though_the_service_quotes_it(farm: Farm, key: str) -> None:
    farm.key = "right"
    error = tried(farm, "401", lambda cloud: story(farm.url, cloud, key)).error
    assert isinstance(error, AuthenticationFailed)
    assert farm.headers[0]["authorization"] == f"Bearer {key}"
    farm.key, farm.chat = None, "403"
    error = tried(farm, "403", lambda cloud: story(farm.url, cloud, key)).error
    assert isinstance(error, AuthenticationFailed)
    assert key not in str(error)


def test_a_refused_connection_is_one_sentence(farm: Farm) -> None:
    error = tried(farm, "ok", lambda cloud: story(farm.refused_url, cloud)).error
    assert isinstance(error, ProviderUnavailable)
    assert "cannot be reached" in str(error)


def test_a_connection_is_used_again_after_a_whole_story(farm: Farm) -> None:
    async def three(cloud: Cloud) -> AsyncGenerator[str, None]:
        for _ in range(3):
            async with aclosing(story(farm.url, cloud)) as pieces:
                async for piece in pieces:
                    yield piece
            ports.append(farm.open_connections)

    ports: list[int] = []
    got = tried(farm, "ok", three)
    assert "".join(got.items) == STORY * 3
    assert ports == [1, 1, 1]
    assert farm.connections == 1


@pytest.mark.parametrize("read", [0, 1, 5])
@pytest.mark.parametrize("how", ["ok", "endless", "silent-later"])
def test_who_leaves_early_leaves_nothing(farm: Farm, how: str, read: int) -> None:
    farm.chat = how

    async def a_part(cloud: Cloud) -> AsyncGenerator[str, None]:
        async with aclosing(story(farm.url, cloud)) as pieces:
            for _ in range(read):
                yield await anext(pieces)
        assert nobody_is_left(farm), "the answer was given up, so its connection is closed, not kept until all ends"

    got = tried(farm, "ok", a_part)
    assert (len(got.items), got.error) == (read, None)


@hypothesis.settings(max_examples=25, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(st.lists(st.sampled_from([one for one in faults.CHAT if not one.startswith((*SILENT, "huge", "endless"))]), max_size=6))
def test_after_any_row_of_faults_the_next_story_is_whole(farm: Farm, row: list[str]) -> None:
    """The connections are shared: what one answer did to its own must not be felt by the next."""
    farm.script["chat"] = list(row)

    async def one_after_another(cloud: Cloud) -> AsyncGenerator[str, None]:
        for _ in row:
            with contextlib.suppress(ProviderError):
                async with aclosing(story(farm.url, cloud)) as pieces:
                    async for _piece in pieces:
                        pass
        async with aclosing(story(farm.url, cloud)) as pieces:
            async for piece in pieces:
                yield piece

    got = tried(farm, "ok", one_after_another)
    assert ("".join(got.items), got.error) == (STORY, None)
