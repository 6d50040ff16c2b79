"""The farm speaks each protocol as the real services do."""

import json
from contextlib import closing
from typing import Any

import pytest
from asking import CHAT, ask, connected
from farm import Farm, tone
from farm.sound import MP3


@pytest.mark.parametrize(
    ("path", "body", "header", "find"),
    [
        (*CHAT, "Authorization", lambda said: said["error"]["message"]),
        ("/models", None, "Authorization", lambda said: said["error"]["message"]),
        ("/models", None, "xi_api_key", lambda said: said["detail"]["message"]),
        ("/text-to-speech/v/stream?output_format=pcm_24000", {"text": "x"}, "xi_api_key", lambda said: said["detail"]["message"]),
        ("/speech:recognize", {"audio": {}}, "X_Goog_Api_Key", lambda said: said["error"]["status"] and said["error"]["message"]),
    ],
)
def test_the_wrong_key_is_refused_and_quoted(farm: Farm, path: str, body: Any, header: str, find: Any) -> None:
    farm.key = "sk-right"
    prefix = "Bearer " * (header == "Authorization")
    answer, raw = ask(farm, path, body, **{header: prefix + "sk-wrong-1234"})
    assert answer.status == 401
    assert "sk-wrong-1234" in find(json.loads(raw))
    assert ask(farm, path, body, **{header: prefix + "sk-right"})[0].status == 200
    assert ask(farm, path, body)[0].status == 401
    assert [one.get(header.lower().replace("_", "-")) for one in farm.headers] == [prefix + "sk-wrong-1234", prefix + "sk-right", None]


def test_a_form_comes_byte_by_byte(farm: Farm) -> None:
    sound = b"RIFF\r\n--x\r\n\0\xff\r\r\n\n--"
    start = b"--bOuNd\r\nContent-Disposition: form-data; "
    model = start + b'name="model"\r\n\r\nwhisper-1\r\n'
    file = start + b'name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n' + sound
    body = model + file + b"\r\n--bOuNd--\r\n"
    _, raw = ask(farm, "/audio/transcriptions", body, Content_Type="multipart/form-data; boundary=bOuNd")
    assert json.loads(raw) == {"text": farm.said}
    assert farm.asked("/transcriptions") == [{"model": "whisper-1", "file": sound, "filename": "a.wav"}]


def test_google_hears_what_is_said_and_nothing_where_nothing_is(farm: Farm) -> None:
    assert json.loads(ask(farm, "/speech:recognize", {})[1])["results"][0]["alternatives"] == [{"transcript": farm.said, "confidence": 0.9}]
    farm.said = ""
    assert json.loads(ask(farm, "/speech:recognize", {})[1]) == {}


def test_elevenlabs_speaks_as_it_is_asked_to(farm: Farm) -> None:
    where = "/text-to-speech/v/stream"
    assert ask(farm, f"{where}?output_format=pcm_24000", {"text": "a fox"})[1] == tone("a fox")
    assert ask(farm, f"{where}?output_format=pcm_16000", {"text": "a fox"})[1] == tone("a fox", 16_000)
    assert ask(farm, where, {"text": "a fox"})[1] == MP3
    farm.voices = {"anna": "Anna"}
    assert ask(farm, where, {"text": "a fox"})[0].status == 404
    assert json.loads(ask(farm, "/voices")[1]) == {"voices": [{"voice_id": "anna", "name": "Anna"}]}
    assert json.loads(ask(farm, "/audio/voices")[1]) == {"voices": ["anna"]}
    assert farm.spoken == ["a fox"] * 4


def test_wyoming_by_its_own_classes(farm: Farm) -> None:
    from wyoming.event import read_event
    from wyoming.info import Info

    with closing(connected(farm, "describe")) as one, one.makefile("rb") as reader:
        event = read_event(reader)
        assert event is not None
        info = Info.from_event(event)
    assert [voice.name for voice in info.tts[0].voices] == ["anna", "deniz"]
    assert len(info.asr) == 1
    farm.wyoming, farm.rate = "odd", 16_000
    with closing(connected(farm, "synthesize")) as one, one.makefile("rb") as reader:
        events = [read_event(reader)]
        while events[-1] is not None and events[-1].type != "audio-stop":
            events.append(read_event(reader))
    assert b"".join(one.payload or b"" for one in events if one) == tone("a fox in the snow", 16_000)
    farm.wyoming = "ok"
    with closing(connected(farm, "transcribe")) as one, one.makefile("rb") as reader:
        event = read_event(reader)
    assert event is not None
    assert event.data["text"] == farm.said
    assert farm.asked("transcribe")[0]["pcm"] == b"\0\1\2\3"
