"""Fakes and the real thing pass the same tests: what the protocols in core promise holds for every one of them."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from pathlib import Path

import pytest
from fakes import FakeMicrophone, FakeModel, FakeSpeaker, FakeVoice
from farm import Farm

from fably.audio.file import WavFile
from fably.audio.microphone import SoundCardMicrophone
from fably.audio.returning import Returning
from fably.audio.speaker import SoundCard
from fably.audio.volume import Volume
from fably.cloud import Cloud, Service
from fably.core.protocols import LanguageModel, Microphone, Speaker, TextToSpeech
from fably.core.types import AudioFormat, Message
from fably.listening.shared import SharedMicrophone
from fably.llm.offline import OfflineStoryteller
from fably.llm.openai import OpenAIModel
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate
from fably.providers.deadlines import Patience
from fably.providers.fallback import FallbackModel, FallbackVoice
from fably.tts.espeak import EspeakVoice
from fably.tts.openai import OpenAIVoice

PATIENCE = Patience(10, 10, 100)
MODELS = ["fake", "offline", "openai", "fallback"]
VOICES = ["fake", "espeak", "openai", "openai by chat", "fallback"]
SPEAKERS = ["fake", "card", "returning", "file"]
MICROPHONES = ["fake", "card", "shared"]


def model(name: str, cloud: Cloud, farm: Farm) -> LanguageModel:
    makers: dict[str, Callable[[], LanguageModel]] = {
        "fake": lambda: FakeModel("Once upon ", "a time, ", "she slept."),
        "offline": lambda: OfflineStoryteller("en", 1),
        "openai": lambda: OpenAIModel(cloud, Service(farm.url, key="k"), model="m", temperature=0.5, max_tokens=500),
        "fallback": lambda: FallbackModel(
            Candidates([Candidate("openai"), Candidate("offline")], lambda one: model(one.provider, cloud, farm)), PATIENCE, limit=9999
        ),
    }
    return makers[name]()


async def voice(name: str, cloud: Cloud, farm: Farm) -> TextToSpeech:
    if name == "fallback":
        loaded = {"fake": FakeVoice()}
        return await FallbackVoice(Candidates([Candidate("fake")], lambda one: loaded[one.provider]), PATIENCE, language="en").load()
    makers: dict[str, Callable[[], TextToSpeech]] = {
        "fake": FakeVoice,
        "espeak": lambda: EspeakVoice(language="en", voice=None),
        "openai": lambda: OpenAIVoice(cloud, Service(farm.url, key="k"), model="tts-1", voice=None),
        "openai by chat": lambda: OpenAIVoice(cloud, Service(farm.url, key="k"), model="gpt-audio-1.5", voice=None),
    }
    return makers[name]()


def speaker(name: str) -> Speaker:
    makers: dict[str, Callable[[], Speaker]] = {
        "fake": FakeSpeaker,
        "card": lambda: SoundCard(None, Volume()),
        "returning": lambda: Returning(lambda: SoundCard(None, Volume())),
        "file": lambda: WavFile("out.wav"),
    }
    return makers[name]()


async def in_scene(farm: Farm, act: Callable[[Cloud], AsyncGenerator[object, None]]) -> tuple[list[object], int]:
    """Everything that `act` gives, and the number of tasks that are left afterwards."""
    cloud = Cloud(3)
    try:
        async with aclosing(act(cloud)) as items:
            got = [item async for item in items]
    finally:
        await cloud.aclose()
    for _ in range(10):  # a client's generators that came to their own end are finalised by the loop, in its next rounds
        await asyncio.sleep(0)
    return got, len(asyncio.all_tasks())


@pytest.mark.parametrize("name", MODELS)
def test_a_model_gives_text_in_pieces_and_leaves_nothing(farm: Farm, name: str) -> None:
    async def act(cloud: Cloud) -> AsyncGenerator[object, None]:
        async with aclosing(model(name, cloud, farm).stream("Tell.", [Message("user", "a fox")])) as pieces:
            async for piece in pieces:
                yield piece

    pieces, tasks = asyncio.run(in_scene(farm, act))
    assert len(pieces) >= 3
    assert all(isinstance(piece, str) and piece for piece in pieces)
    assert "".join(map(str, pieces)).endswith(".")
    assert tasks == 1


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("read", [1, 2])
def test_a_model_can_be_left_at_any_moment(farm: Farm, name: str, read: int) -> None:
    async def act(cloud: Cloud) -> AsyncGenerator[object, None]:
        async with aclosing(model(name, cloud, farm).stream("Tell.", [Message("user", "a fox")])) as pieces:
            for _ in range(read):
                yield await anext(pieces)

    pieces, tasks = asyncio.run(in_scene(farm, act))
    assert (len(pieces), tasks) == (read, 1)


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_gives_whole_frames_in_its_format(farm: Farm, name: str) -> None:
    async def act(cloud: Cloud) -> AsyncGenerator[object, None]:
        one = await voice(name, cloud, farm)
        assert one.at_once >= 1
        assert one.format == AudioFormat(one.format.rate, 2, 1)
        async with aclosing(one.synthesize("Once upon a time, there was a fox.")) as chunks:
            async for pcm in chunks:
                assert pcm
                assert len(pcm) % one.format.frame == 0
                yield one.format.seconds(len(pcm))

    seconds, tasks = asyncio.run(in_scene(farm, act))
    assert 0.3 < sum(float(str(one)) for one in seconds) < 10
    assert tasks == 1


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_can_be_left_and_used_again(farm: Farm, name: str) -> None:
    async def act(cloud: Cloud) -> AsyncGenerator[object, None]:
        one = await voice(name, cloud, farm)
        for _ in range(3):
            async with aclosing(one.synthesize("Once upon a time, there was a fox. " * 5)) as chunks:
                yield len(await anext(chunks))

    sizes, tasks = asyncio.run(in_scene(farm, act))
    assert (len(sizes), tasks) == (3, 1)


@pytest.mark.parametrize("name", SPEAKERS)
@pytest.mark.parametrize("ending", ["drained", "aborted", "closed"])
def test_a_speaker_takes_sound_and_can_be_ended_in_every_way(name: str, ending: str) -> None:
    async def scene() -> int:
        one = speaker(name)
        await one.open(AudioFormat(16_000))
        await one.write(b"\1\1" * 1600)
        await one.write(b"")
        if ending == "drained":
            await one.drain()
        elif ending == "aborted":
            await one.abort()
        await one.close()
        return len(asyncio.all_tasks())

    assert asyncio.run(scene()) == 1
    if name == "file":
        assert Path("out.wav").exists() is (ending == "drained"), "the file is there when it is whole, and only then"
        assert list(Path().glob(".*part")) == []


def test_a_model_is_told_what_has_been_told(farm: Farm) -> None:
    async def act(cloud: Cloud) -> AsyncGenerator[object, None]:
        talk = [Message("user", "a fox"), Message("assistant", "Once upon a time,")]
        one = OpenAIModel(cloud, Service(farm.url, key="k"), model="m", temperature=None, max_tokens=77)
        async with aclosing(one.stream("How.", talk)) as pieces:
            async for piece in pieces:
                yield piece

    asyncio.run(in_scene(farm, act))
    asked = farm.asked("/chat/completions")[0]
    assert [one["role"] for one in asked["messages"]] == ["system", "user", "assistant", "user"]
    assert (asked["model"], asked["max_tokens"], asked.get("temperature")) == ("m", 77, None)


def test_sound_is_handed_on_with_the_first_bytes_not_with_the_last(farm: Farm) -> None:
    farm.speech = "held"

    async def act(cloud: Cloud) -> AsyncGenerator[object, None]:
        async with aclosing((await voice("openai", cloud, farm)).synthesize("x" * 100)) as chunks:
            async for pcm in chunks:
                farm.heard.set()  # only now does the farm send the rest
                yield len(pcm)

    sizes, _tasks = asyncio.run(in_scene(farm, act))
    assert len(sizes) > 1
    assert sum(int(str(one)) for one in sizes) == 48_000


def test_the_chat_voice_speaks_all_of_it_though_its_pieces_are_odd_and_without_numpy(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)  # whoever imports it fails, whatever ran before in this process

    async def act(cloud: Cloud) -> AsyncGenerator[object, None]:
        one = OpenAIVoice(cloud, Service(farm.url, key="k"), model="gpt-audio-1.5", voice=None)
        async with aclosing(one.synthesize("x" * 100)) as chunks:
            async for pcm in chunks:
                yield len(pcm)

    sizes, _tasks = asyncio.run(in_scene(farm, act))
    assert sum(int(str(one)) for one in sizes) == 48_000


@pytest.mark.parametrize("name", MICROPHONES)
def test_a_microphone_gives_whole_frames_and_can_be_left_and_used_again(name: str, ear_pipe: Path) -> None:
    makers: dict[str, Callable[[], Microphone]] = {
        "fake": lambda: FakeMicrophone(bytes(64_000)),
        "card": lambda: SoundCardMicrophone("ear"),
        "shared": lambda: SharedMicrophone(SoundCardMicrophone("ear")),
    }

    async def speaking() -> None:
        """Whoever is heard: there is always some sound, as at a real card."""
        number = os.open(ear_pipe, os.O_RDWR | os.O_NONBLOCK)
        try:
            while True:
                with suppress(BlockingIOError):
                    os.write(number, bytes(640))
                await asyncio.sleep(0.002)
        finally:
            os.close(number)

    async def scene() -> None:
        one = makers[name]()
        assert one.format == AudioFormat(16_000)
        speaker = asyncio.create_task(speaking())
        for _ in range(3):
            async with aclosing(one.stream()) as pieces:
                for _ in range(5):
                    pcm = await anext(pieces)
                    assert pcm
                    assert len(pcm) % one.format.frame == 0
                    assert one.format.seconds(len(pcm)) <= 0.1
            assert len(asyncio.all_tasks()) == 2
        speaker.cancel()

    asyncio.run(scene())
