"""Our own Piper and the real wyoming-piper are interchangeable: to anybody's Wyoming client, and to our Wyoming voice."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psutil
import pytest
from next_door import SENTENCE, VOICE, needs_piper, of_letters, served
from peers import SAMPLES, Peers
from ports import free_port
from wyoming.audio import AudioChunk, AudioStart
from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeVoice

from fably.core.errors import ProviderUnavailable, VoiceUnknown
from fably.tts.wyoming import WyomingVoice

pytestmark = needs_piper
T = TypeVar("T")
KINDS = ["ours over tcp", "ours over a socket with a path", "wyoming-piper"]
FORMAT = (22_050, 2, 1)
LONG = f"{SENTENCE} " * 200


class Server(NamedTuple):
    """A server that listens."""

    address: str
    kill: Callable[[], None]


@contextmanager
def server_of(kind: str, peers: Peers, folder: Path, sockets: Path) -> Iterator[Server]:
    if kind == "wyoming-piper":
        with peers.piper(folder, VOICE) as peer:
            yield Server(peer.address, peer.process.kill)
        return
    uri = f"tcp://127.0.0.1:{free_port()}" if "tcp" in kind else f"unix://{sockets / 'piper.sock'}"
    with served("fably.engines.piper", "--voice", str(folder / f"{VOICE}.onnx"), uri=uri):
        (process,) = (one for one in psutil.Process().children() if uri in one.cmdline())
        yield Server(uri, process.kill)


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest, peers: Peers, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server_of(request.param, peers, folder, tmp_path_factory.mktemp("sockets")) as one:
        yield one


def run(scene: Coroutine[Any, Any, T]) -> T:
    """Within far more time than it takes: a server that says nothing is a failure."""

    async def bounded() -> T:
        async with asyncio.timeout(120):
            return await scene

    return asyncio.run(bounded())


async def answer(client: AsyncClient, text: str, voice: str | None = None) -> list[Event]:
    await client.write_event(Synthesize(text, SynthesizeVoice(voice) if voice else None).event())
    events: list[Event] = []
    while not events or events[-1].type != "audio-stop":
        event = await client.read_event()
        assert event, "it has hung up"
        events.append(event)
    return events


async def answers(server: Server, *texts: str) -> list[list[Event]]:
    async with AsyncClient.from_uri(server.address) as client:
        return [await answer(client, text) for text in texts]


def size(events: list[Event]) -> int:
    """Bytes of sound."""
    return sum(len(AudioChunk.from_event(one).audio) for one in events if AudioChunk.is_type(one.type))


def test_it_lists_the_voice_when_it_is_asked_to_describe_itself(server: Server) -> None:
    async def scene() -> Info:
        async with AsyncClient.from_uri(server.address) as client:
            await client.write_event(Describe().event())
            event = await client.read_event()
            assert event
            return Info.from_event(event)

    (program,) = run(scene()).tts
    (voice,) = (one for one in program.voices if one.name == VOICE)
    assert (program.name, voice.installed, voice.languages) == ("piper", True, ["en_US"])


def test_it_says_how_the_sound_is_then_the_sound_and_then_that_it_has_ended(server: Server) -> None:
    ((first, *chunks, last),) = run(answers(server, SENTENCE))
    assert (first.type, last.type) == ("audio-start", "audio-stop")
    start = AudioStart.from_event(first)
    assert (start.rate, start.width, start.channels) == FORMAT
    sound = [AudioChunk.from_event(one) for one in chunks]
    assert {(one.rate, one.width, one.channels) for one in sound} == {FORMAT}
    assert size(chunks) == of_letters(len(SENTENCE))


def test_the_sound_is_the_tone_of_each_letter(server: Server) -> None:
    (events,) = run(answers(server, "a a!"))
    samples = memoryview(b"".join(one.payload or b"" for one in events)).cast("h")
    loud = [any(samples[at + SAMPLES // 4 : at + SAMPLES // 2]) for at in range(0, len(samples), SAMPLES)]
    assert loud == [False, False, True, False, False, False, True, False, True, False, False], "^_a_ _a_!_$"


def test_it_may_be_asked_for_its_voice_by_name(server: Server) -> None:
    async def scene() -> list[Event]:
        async with AsyncClient.from_uri(server.address) as client:
            return await answer(client, SENTENCE, VOICE)

    assert size(run(scene())) == of_letters(len(SENTENCE))


def test_no_text_is_no_sound_and_the_next_is_spoken(server: Server) -> None:
    nothing, something = run(answers(server, "", SENTENCE))
    assert (size(nothing), size(something)) == (0, of_letters(len(SENTENCE)))


def test_letters_that_the_voice_does_not_have_are_passed_over(server: Server) -> None:
    strange, emoji, plain = run(answers(server, "Hi 狐 \u202e\U0001f98a ß.", "\U0001f98a", "Hi   ."))
    assert size(strange) == size(plain) == of_letters(len("Hi   ."))
    assert size(emoji) <= of_letters(1)


def test_turkish_is_spoken_letter_by_letter(server: Server) -> None:
    (events,) = run(answers(server, "Çok güzel, ılık bir gün ışığı."))
    assert size(events) > of_letters(len("Cok guzel, ilik bir gun isigi."))  # the marks on letters have a tone too


def test_two_clients_at_once_are_both_served(server: Server) -> None:
    async def scene() -> list[list[list[Event]]]:
        return await asyncio.gather(*(answers(server, SENTENCE, "It slept.", SENTENCE) for _ in range(2)))

    for one in run(scene()):
        assert [size(events) for events in one] == [of_letters(len(text)) for text in (SENTENCE, "It slept.", SENTENCE)]


def test_an_event_that_it_does_not_know_is_passed_over(server: Server) -> None:
    async def scene() -> list[Event]:
        async with AsyncClient.from_uri(server.address) as client:
            await client.write_event(Event("what-is-this", {"a": 1}, b"sound"))
            return await answer(client, SENTENCE)

    assert size(run(scene())) == of_letters(len(SENTENCE))


def test_whoever_leaves_in_mid_sentence_or_talks_nonsense_is_no_matter(server: Server) -> None:
    async def scene() -> list[list[Event]]:
        for _ in range(3):
            async with AsyncClient.from_uri(server.address) as rude:
                await rude.write_event(Synthesize(LONG).event())
                assert await rude.read_event()
        reader, writer = await (
            asyncio.open_connection("127.0.0.1", int(server.address.rpartition(":")[2]))
            if server.address.startswith("tcp:")
            else asyncio.open_unix_connection(server.address.removeprefix("unix://"))
        )
        writer.write(b"nonsense\n")
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        return await answers(server, SENTENCE)

    assert size(run(scene())[0]) == of_letters(len(SENTENCE))


def a_voice(server: Server, **changed: Any) -> WyomingVoice:
    settings = {"address": server.address, "connect_seconds": 5.0, "language": "en", "model": None, "voice": None, **changed}
    return WyomingVoice(**settings)


def spoken(one: WyomingVoice, text: str) -> int:
    """Bytes of sound. Neither a task nor a connection is left."""

    async def scene() -> int:
        before = psutil.Process().num_fds()
        async with aclosing(one.synthesize(text)) as chunks:
            heard = sum([len(pcm) async for pcm in chunks])
        assert psutil.Process().num_fds() == before
        assert len(asyncio.all_tasks()) == 1
        return heard

    return asyncio.run(scene())


@pytest.mark.parametrize("voice", [None, VOICE, VOICE.upper()])
def test_our_voice_speaks_a_sentence_to_its_last_sample(server: Server, voice: str | None) -> None:
    assert spoken(a_voice(server, voice=voice), SENTENCE) == of_letters(len(SENTENCE))


def test_our_voice_speaks_a_passage_of_several_sentences(server: Server) -> None:
    """The one is cut between sentences, the other where a piece would be too long."""
    passage = f"{SENTENCE} It slept.\nAnd then it woke up."
    assert spoken(a_voice(server), passage) == pytest.approx(of_letters(len(passage)), rel=0.05)


def test_our_voice_lists_what_there_is_and_names_what_is_not(server: Server) -> None:
    assert VOICE in asyncio.run(a_voice(server).voices())
    with pytest.raises(VoiceUnknown, match="has no voice 'nobody'"):
        spoken(a_voice(server, voice="nobody"), SENTENCE)


def test_our_voice_leaves_in_mid_sentence_and_speaks_again(server: Server) -> None:
    async def scene() -> None:
        one, before = a_voice(server), psutil.Process().num_fds()
        for _ in range(3):
            async with aclosing(one.synthesize(LONG)) as chunks:
                await anext(chunks)
            assert len(asyncio.all_tasks()) == 1
            assert psutil.Process().num_fds() == before

    asyncio.run(scene())
    assert spoken(a_voice(server), SENTENCE) == of_letters(len(SENTENCE))


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_killed_in_mid_sentence_has_broken_off(kind: str, peers: Peers, folder: Path, tmp_path: Path) -> None:
    async def scene(server: Server) -> AsyncGenerator[int, None]:
        async with aclosing(a_voice(server).synthesize(LONG * 2)) as chunks:
            async for pcm in chunks:
                yield len(pcm)
                server.kill()

    async def heard(server: Server) -> None:
        async with aclosing(scene(server)) as sizes:
            async for _ in sizes:
                pass

    with server_of(kind, peers, folder, tmp_path) as server, pytest.raises(ProviderUnavailable, match="broke off before"):
        asyncio.run(heard(server))
