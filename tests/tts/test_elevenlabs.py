"""The voice of ElevenLabs: what is sent, which voice speaks, and every way in which it can fail."""

from contextlib import aclosing
from dataclasses import replace

import pytest
from elevenlabs_server import OWN, PCM, SOUND, TEXT, calling, mouth, own, place, speech
from rest_server import FAULTS, KEY, Answer, Asked, Fault, RestServer, bear, leave, outcome, rest_server, told

from fably.core.errors import AuthenticationFailed, ModelRetired, ProviderError, ProviderUnavailable, QuotaExceeded
from fably.core.types import AudioFormat
from fably.tts.elevenlabs import ElevenLabsVoice


@pytest.mark.parametrize(
    ("model", "takes"), [("eleven_flash_v2_5", True), ("eleven_turbo_v2_5", True), ("eleven_v3", True), ("eleven_multilingual_v2", False)]
)
def test_text_model_and_language_are_sent_and_raw_samples_asked_for(model: str, takes: bool) -> None:
    with rest_server(place(OWN), PCM) as server:
        got = outcome(server, lambda cloud, service: mouth(cloud, service, OWN, model, "tr"), speech)
        (asked,) = server.requests
    assert got == SOUND
    assert asked.path == f"/v1{place(OWN)}?output_format=pcm_24000"
    assert asked.headers["xi-api-key"] == KEY
    assert asked.json == {"text": TEXT, "model_id": model} | ({"language_code": "tr"} if takes else {})
    assert (ElevenLabsVoice.format, ElevenLabsVoice.at_once) == (AudioFormat(24_000), 2)


@pytest.mark.parametrize("piece", [1, 2, 3, 15, 16, 17, 4_096, 0])
@pytest.mark.parametrize("kind", ["audio/pcm", "application/octet-stream", "audio/mpeg", ""])
def test_however_the_bytes_are_cut_the_samples_are_whole(piece: int, kind: str) -> None:
    sound = SOUND[:3_000]
    with rest_server(place(OWN), Answer(sound + b"\1", kind, piece=piece)) as server:
        assert outcome(server, mouth, speech) == sound


def test_speech_that_is_shorter_than_what_is_looked_at_is_heard() -> None:
    with rest_server(place(OWN), Answer(b"\1\2\3", "audio/pcm")) as server:
        assert outcome(server, mouth, speech) == b"\1\2"


def test_the_first_samples_are_handed_on_before_the_last_are_made() -> None:
    async def first(voice: ElevenLabsVoice) -> bytes:
        async with aclosing(voice.synthesize(TEXT)) as chunks:
            return await anext(chunks)

    with rest_server(place(OWN), Answer(SOUND, "audio/pcm", silent=True)) as server:
        assert SOUND.startswith(outcome(server, mouth, first))
        assert server.left.wait(20)


@pytest.mark.parametrize(
    ("answer", "error", "retryable", "says"),
    [
        (own("invalid_api_key", f"wrong: {KEY}"), AuthenticationFailed, False, "does not accept the key; check THE_KEY"),
        (own("missing_permissions", "It is missing the permission x"), AuthenticationFailed, False, "is missing the permission"),
        (own("quota_exceeded", "You have 3 credits remaining"), QuotaExceeded, False, "from this account: You have 3 credits"),
        (own("payment_required", "Free users cannot use library voices", 402), QuotaExceeded, False, "Free users cannot"),
        (own("model_not_found", "A model with this ID does not exist", 400), ModelRetired, False, "does not have 'eleven_flash_v2_5'"),
        (own("invalid_uid", "An invalid ID: 'eleven_flash_v2_5'", 400), ModelRetired, False, "does not have 'eleven_flash_v2_5'"),
        (own("", "busy", 429, code="system_busy"), QuotaExceeded, True, "no more requests for now: busy"),
        (own("too_many_concurrent_requests", "too many", 429), QuotaExceeded, True, "for now: too many"),
        (own("max_character_limit_exceeded", "too long", 400), ProviderUnavailable, False, "status 400: too long"),
        (told({"detail": [KEY]}, 400), ProviderUnavailable, False, "status 400: …"),
    ],
)  # fmt: skip
def test_what_elevenlabs_says_goes_before_its_http_status(answer: Answer, error: type[ProviderError], retryable: bool, says: str) -> None:
    with rest_server(place(OWN), answer) as server, pytest.raises(error) as raised:
        outcome(server, mouth, speech)
    assert says in str(raised.value)
    assert raised.value.retryable is retryable


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_is_one_clear_sentence(fault: Fault) -> None:
    answer = replace(fault.answer, kind="audio/pcm") if fault.answer.cut else fault.answer
    with rest_server(place(OWN), answer) as server:
        bear(server, fault, lambda: outcome(server, mouth, speech))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_so_is_every_fault_of_the_list_of_voices(fault: Fault) -> None:
    with rest_server("/voices", fault.answer) as server:
        bear(server, fault, lambda: outcome(server, calling("Alice"), speech))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>"),
        Answer(b'{"voices": [{'),
        Answer(b""),
        Answer(b"[" * 200_000),
        *map(told, (None, 7, [], {}, {"voices": 7}, {"voices": [7]}, {"voices": [{"id": 1}]})),
    ],
)
def test_a_list_of_another_shape_is_said_so(answer: Answer) -> None:
    with rest_server("/voices", answer) as server, pytest.raises(ProviderUnavailable, match="makes no sense"):
        outcome(server, calling("Alice"), speech)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"error": "no"}', "application/json"),
        Answer(SOUND, "application/json; charset=utf-8"),
        Answer(b"<html>It works!</html>", "text/html"),
        Answer(b"<html>It works!</html>", "application/octet-stream", piece=1),
        Answer(b"Internal Server Error", "text/plain"),
        Answer(b'{\n  "error": "no"}', ""),
        Answer(b"RIFF" + SOUND, "audio/wav"),
        Answer(b"ID3\4" + SOUND, "audio/mpeg", piece=1),
        Answer(b"OggS" + SOUND, "audio/pcm"),
    ],
)
def test_what_is_no_raw_sound_is_not_heard(answer: Answer) -> None:
    with (
        rest_server(place(OWN), answer) as server,
        pytest.raises(ProviderUnavailable, match=r"where (sound|raw PCM) was asked for") as raised,
    ):
        outcome(server, mouth, speech)
    assert raised.value.retryable is False


@pytest.mark.parametrize("body", [b"", b"\1"])
def test_no_sound_at_all_is_a_fault(body: bytes) -> None:
    with (
        rest_server(place(OWN), Answer(body, "audio/pcm")) as server,
        pytest.raises(ProviderUnavailable, match=r"gave no sound$"),
    ):
        outcome(server, mouth, speech)


def test_speech_that_breaks_off_gives_what_came_and_then_the_fault() -> None:
    heard: list[bytes] = []

    async def listen(voice: ElevenLabsVoice) -> None:
        async with aclosing(voice.synthesize(TEXT)) as chunks:
            async for pcm in chunks:
                heard.append(pcm)  # noqa: PERF401 - kept when it breaks off

    with (
        rest_server(place(OWN), Answer(SOUND + b"\1", "audio/pcm", cut=True)) as server,
        pytest.raises(ProviderUnavailable, match="broke off"),
    ):
        outcome(server, mouth, listen)
    assert b"".join(heard) == SOUND


def test_speech_without_end_is_ended() -> None:
    heard = 0

    async def listen(voice: ElevenLabsVoice) -> None:
        nonlocal heard
        async with aclosing(voice.synthesize("Hi")) as chunks:
            async for pcm in chunks:
                heard += len(pcm)

    with rest_server(place(OWN), Answer(bytes(100_000), "audio/pcm", piece=100_000, times=1_000)) as server:
        with pytest.raises(ProviderUnavailable, match="does not come to an end"):
            outcome(server, mouth, listen)
    assert 9 < ElevenLabsVoice.format.seconds(heard) <= 11


def test_a_list_without_end_is_left() -> None:
    with (
        rest_server("/voices", Answer(b" " * 1_000_000, times=100)) as server,
        pytest.raises(ProviderUnavailable, match="longer than 8 MB"),
    ):
        outcome(server, calling("Alice"), speech)


@pytest.mark.parametrize("begin", [b"", SOUND])
def test_it_can_be_left_while_the_service_is_silent(begin: bytes) -> None:
    with rest_server(place(OWN), Answer(begin, "audio/pcm", silent=True)) as server:
        leave(server, mouth, speech)


def test_it_can_be_left_while_the_list_is_awaited() -> None:
    with rest_server("/voices", Answer(silent=True)) as server:
        leave(server, calling("Alice"), speech)


def test_a_redirect_does_not_carry_the_key_to_another_place() -> None:
    with RestServer() as other:

        def elsewhere(asked: Asked) -> Answer:
            return Answer(status=307, headers={"Location": other.url.removesuffix("/v1") + asked.path})

        with rest_server(place(OWN), elsewhere) as server:
            other.on[place(OWN)] = PCM
            with pytest.raises(ProviderUnavailable, match="status 307"):
                outcome(server, mouth, speech)
        assert other.requests == []
