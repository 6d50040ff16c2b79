"""Google's recogniser: what is sent, what is understood, and every way in which it can fail."""

import base64
from dataclasses import replace

import pytest
from rest_server import FAULTS, KEY, Answer, Fault, RestServer, bear, leave, outcome, rest_server, told

from fably.cloud import Cloud, Service
from fably.core.errors import AuthenticationFailed, ModelRetired, ProviderUnavailable
from fably.core.types import AudioFormat, Language, Transcript, Utterance
from fably.stt.google import GoogleTranscriber

PLACE = "/speech:recognize"
WISH = Utterance(b"\1\2" * 16_000, AudioFormat(16_000))
FOX = told({"results": [{"alternatives": [{"transcript": "a fox", "confidence": 0.9}]}], "totalBilledTime": "1s"})


def ear(cloud: Cloud, service: Service, model: str | None = None, language: Language = "en") -> GoogleTranscriber:
    return GoogleTranscriber(cloud=cloud, service=service, model=model, language=language)


def heard(answer: Answer, wish: Utterance = WISH, model: str | None = None) -> Transcript:
    with rest_server(PLACE, answer) as server:
        got: Transcript = outcome(server, lambda cloud, service: ear(cloud, service, model), lambda one: one.transcribe(wish))
    return got


@pytest.mark.parametrize(("language", "code"), [("en", "en-US"), ("tr", "tr-TR")])
@pytest.mark.parametrize("model", [None, "latest_short"])
def test_the_wish_is_sent_with_its_rate_and_the_key_in_a_header(language: Language, code: str, model: str | None) -> None:
    with rest_server(PLACE, FOX) as server:
        got = outcome(server, lambda cloud, service: ear(cloud, service, model, language), lambda one: one.transcribe(WISH))
        (asked,) = server.requests
    assert got == Transcript("a fox", language)
    assert asked.path == f"/v1{PLACE}"
    assert asked.headers["x-goog-api-key"] == KEY
    assert "authorization" not in asked.headers
    content = asked.json["audio"]["content"]
    assert base64.b64decode(content) == WISH.pcm
    config = {"encoding": "LINEAR16", "sampleRateHertz": 16_000, "languageCode": code}
    assert asked.json["config"] == (config | {"model": model} if model else config)


def test_only_the_first_minute_is_sent() -> None:
    long = Utterance(b"\1\2" * 61 * 8_000 + b"\3\4", AudioFormat(8_000))
    with rest_server(PLACE, FOX) as server:
        outcome(server, ear, lambda one: one.transcribe(long))
        assert base64.b64decode(server.requests[0].json["audio"]["content"]) == long.pcm[: 60 * 16_000]


def test_no_sound_is_no_request() -> None:
    with rest_server(PLACE, FOX) as server:
        assert outcome(server, ear, lambda one: one.transcribe(Utterance(b"", WISH.format))).text == ""
        assert server.requests == []


@pytest.mark.parametrize(
    ("said", "sure"), [((0.9, 0.8), True), ((0.9, 0.3), False), ((0.59, None), False), ((0.6, 0.0), True), ((None, None), True)]
)
def test_all_parts_are_joined_and_a_doubt_in_one_is_a_doubt(said: tuple[float | None, ...], sure: bool) -> None:
    texts = zip(("a fox", " and a hen"), said, strict=True)
    parts = [{"transcript": text} | ({} if one is None else {"confidence": one}) for text, one in texts]
    results = [{"alternatives": [part, {"transcript": "afox", "confidence": 0.1}], "languageCode": "en-us"} for part in parts]
    assert heard(told({"results": [*results, {"alternatives": []}, {}]})) == Transcript("a fox and a hen", "en", sure)


@pytest.mark.parametrize(
    "answer", [{}, {"totalBilledTime": "2s", "requestId": "1"}, {"results": []}, {"results": [{"alternatives": [{}]}]}]
)
def test_nobody_spoke(answer: object) -> None:
    assert heard(told(answer)) == Transcript("", "en")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>It works!</html>", "text/html"),
        Answer(b'{"results": [{"alt', "application/json"),
        Answer(b"", "application/json"),
        Answer(b"\xff\xfe\0", "image/png"),
        Answer(b"[" * 200_000, "application/json"),
        *(told(one) for one in (None, 7, "a fox", ["a fox"], {"text": "a fox"}, {"results": 7}, {"results": ["a"]}, {"results": {"a": 1}})),
        *(told({"results": [{"alternatives": one}]}) for one in (7, "a", ["a"], [{"transcript": 7}], [{"confidence": "high"}])),
    ],
)
def test_what_is_no_answer_is_said_so_and_not_asked_for_again(answer: Answer) -> None:
    with pytest.raises(ProviderUnavailable, match="makes no sense") as raised:
        heard(answer)
    assert raised.value.retryable is False


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_is_one_clear_sentence(fault: Fault) -> None:
    with rest_server(PLACE, fault.answer) as server:
        bear(server, fault, lambda: outcome(server, ear, lambda one: one.transcribe(WISH)))


def refusal(status: int, message: str, reason: str = "") -> Answer:
    return told({"error": {"code": status, "message": message, "details": [{"reason": reason}]}}, status)


def test_googles_own_words_for_a_wrong_key_and_a_wrong_model() -> None:
    with pytest.raises(AuthenticationFailed, match="does not accept the key; check THE_KEY"):
        heard(refusal(400, "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"))
    with pytest.raises(ModelRetired, match="does not have 'swift': The requested model is not supported"):
        heard(refusal(400, "The requested model is not supported for language: tr-TR."), model="swift")
    with pytest.raises(ProviderUnavailable, match="failed with status 400: Invalid audio channel count"):
        heard(refusal(400, "Invalid audio channel count"), model="swift")


def test_a_redirect_does_not_carry_the_key_to_another_place() -> None:
    with RestServer() as other, rest_server(PLACE, Answer(status=307, headers={"Location": f"{other.url}{PLACE}"})) as server:
        other.on[PLACE] = FOX
        with pytest.raises(ProviderUnavailable, match="status 307"):
            outcome(server, ear, lambda one: one.transcribe(WISH))
        assert other.requests == []


@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY}\0", f"ç{KEY}"])
def test_a_key_that_cannot_be_sent_is_not_shown(key: str) -> None:
    with rest_server(PLACE, FOX) as server, pytest.raises(AuthenticationFailed, match="letters that no key has"):
        outcome(server, lambda cloud, service: ear(cloud, replace(service, key=key)), lambda one: one.transcribe(WISH))


def test_an_answer_without_end_is_left() -> None:
    with pytest.raises(ProviderUnavailable, match="longer than 8 MB"):
        heard(Answer(b'{"text": "' + b"a" * 1_000_000, times=100))


@pytest.mark.parametrize("begin", [b"", b'{"results": ['])
def test_it_can_be_left_while_the_service_is_silent(begin: bytes) -> None:
    with rest_server(PLACE, Answer(begin, silent=True)) as server:
        leave(server, ear, lambda one: one.transcribe(WISH))
