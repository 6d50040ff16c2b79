"""A recogniser of the OpenAI protocol: what is sent, what is understood, and every way in which it can fail."""

import io
import json
import wave

import pytest
from rest_server import FAULTS, KEY, Answer, Fault, bear, leave, outcome, rest_server, told

from fably.cloud import Cloud, Service
from fably.core.errors import ProviderUnavailable
from fably.core.types import AudioFormat, Language, Transcript, Utterance
from fably.stt.openai import OpenAITranscriber, spoken

PLACE = "/audio/transcriptions"
WISH = Utterance(b"\1\2" * 16_000, AudioFormat(16_000))


def ear(cloud: Cloud, service: Service, language: Language = "en") -> OpenAITranscriber:
    return OpenAITranscriber(cloud=cloud, service=service, model="gpt-transcribe", language=language)


def heard(answer: Answer, wish: Utterance = WISH) -> Transcript:
    with rest_server(PLACE, answer) as server:
        got: Transcript = outcome(server, ear, lambda one: one.transcribe(wish))
    return got


def test_the_wish_is_sent_as_a_wav_file_with_model_and_language() -> None:
    with rest_server(PLACE, told({"text": "a fox"})) as server:
        got = outcome(server, lambda cloud, service: ear(cloud, service, "tr"), lambda one: one.transcribe(WISH))
        (asked,) = server.requests
    assert got == Transcript("a fox", "tr")
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    parts = asked.body.split(asked.headers["content-type"].partition("boundary=")[2].encode())
    fields = {part.split(b'name="')[1].split(b'"')[0]: part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n--") for part in parts[1:-1]}
    assert {name: fields[name] for name in (b"model", b"language", b"response_format")} == {
        b"model": b"gpt-transcribe",
        b"language": b"tr",
        b"response_format": b"json",
    }
    with wave.open(io.BytesIO(fields[b"file"])) as sent:
        assert (sent.getframerate(), sent.getnchannels(), sent.getsampwidth()) == (16_000, 1, 2)
        assert sent.readframes(20_000) == WISH.pcm


def test_no_sound_is_no_request() -> None:
    with rest_server(PLACE, told({"text": "you"})) as server:
        assert outcome(server, ear, lambda one: one.transcribe(Utterance(b"", WISH.format))).text == ""
        assert server.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        told({"text": " a fox\nand a hen "}),
        told({"text": "a fox and a hen", "task": "transcribe", "segments": [], "usage": None}),
        told("a fox and a hen"),
        Answer(b"a fox and a hen\n", "text/plain; charset=utf-8"),
        Answer(b"a fox and a hen", ""),
        Answer(b'{"text": "a fox and a hen"}', "text/plain"),
        Answer(b'\xef\xbb\xbf{"text": "a fox and a hen"}'),
        Answer(b'{"text": "a fox and a hen"}', piece=3),
    ],
)
def test_servers_that_answer_in_their_own_ways_are_understood(answer: Answer) -> None:
    assert heard(answer) == Transcript("a fox and a hen", "en")


def test_plain_text_that_happens_to_be_json_is_text() -> None:
    assert heard(Answer(b"7", "text/plain")).text == "7"
    assert heard(Answer(b"[BLANK_AUDIO]\n", "text/plain")).text == ""
    assert heard(Answer(b"", "text/plain")).text == ""


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<!DOCTYPE html><html>It works!</html>", "text/html"),
        Answer(b"<html>It works!</html>", "text/plain"),
        Answer(b"It works!", "text/html"),
        Answer(b'{"text": "a f', "application/json"),
        Answer(b'{"text": "a f', "text/plain"),
        Answer(b"", "application/json"),
        Answer(b"", ""),
        Answer(b"\x89PNG\r\n\x1a\n\xff\xfe", "image/png"),
        Answer(b"a fox", "image/png"),
        Answer(b"[" * 200_000, "application/json"),
        told({"text": None}),
        told({"text": ["a fox"]}),
        told({"words": "a fox"}),
        told({"error": f"failed to read audio data {KEY}"}),
        told(["a fox"]),
        told(7),
        told(None),
    ],
)
def test_what_is_no_answer_is_said_so_and_not_asked_for_again(answer: Answer) -> None:
    with pytest.raises(ProviderUnavailable) as raised:
        heard(answer)
    assert raised.value.retryable is False


def test_a_server_that_says_why_is_quoted() -> None:
    with pytest.raises(ProviderUnavailable, match=r"gave no words but application/json: failed to read audio data …$"):
        heard(told({"error": f"failed to read audio data {KEY}"}))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_is_one_clear_sentence(fault: Fault) -> None:
    with rest_server(PLACE, fault.answer) as server:
        bear(server, fault, lambda: outcome(server, ear, lambda one: one.transcribe(WISH)))


def test_an_answer_without_end_is_left() -> None:
    with pytest.raises(ProviderUnavailable, match="longer than 8 MB"):
        heard(Answer(b'{"text": "' + b"a" * 1_000_000, times=100))


@pytest.mark.parametrize("begin", [b"", b'{"text": "a'])
def test_it_can_be_left_while_the_service_is_silent(begin: bytes) -> None:
    with rest_server(PLACE, Answer(begin, silent=True)) as server:
        leave(server, ear, lambda one: one.transcribe(WISH))


@pytest.mark.parametrize(
    "words",
    [
        "[BLANK_AUDIO]", "(music)", " [Müzik] ", "*sighs*", "♪ ♪ ♪", "[Music] (laughs).", "<|nospeech|>", "...", "",
        "Thank you.", " you", "Thanks for watching!", "Altyazı M.K.", "İzlediğiniz için teşekkür ederim.",
    ],
)  # fmt: skip
def test_what_is_heard_in_silence_is_nothing(words: str) -> None:
    assert heard(Answer(json.dumps({"text": words}).encode())).text == ""


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("[Music] a fox", "a fox"),
        ("Thank you, fox", "Thank you, fox"),
        ("You and me.", "You and me."),
        ("3 (three", "3 (three"),
        ("ÇİĞ", "ÇİĞ"),
    ],
)
def test_what_is_said_stays(words: str, text: str) -> None:
    assert spoken(words) == text
