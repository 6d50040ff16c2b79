"""The shared connections: what is packed is not unpacked into memory, and nothing is left to import at the first request."""

import asyncio
import socket
import subprocess
import sys
import threading
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from farm import Farm

from fably.cloud import Cloud, Service
from fably.core.errors import ProviderUnavailable
from fably.core.types import AudioFormat, Message, Utterance
from fably.llm.openai import OpenAIModel
from fably.stt.google import GoogleTranscriber
from fably.stt.openai import OpenAITranscriber

WISH = Utterance(b"\0\1" * 8_000, AudioFormat(16_000))


class Packed:
    """A server whose only answer is 100 MB of white space in 100 kB."""

    def __init__(self) -> None:
        packer = zlib.compressobj(wbits=31)
        body = b"".join(packer.compress(b" " * 1_000_000) for _ in range(100)) + packer.flush()
        self._answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"
        self.heads: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            with connection:
                try:
                    self.heads.append(connection.recv(65_536).lower())
                    connection.sendall(self._answer)
                    while connection.recv(65_536):
                        pass
                except OSError:
                    continue

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)


@pytest.fixture
def packed() -> Iterator[Packed]:
    one = Packed()
    yield one
    one.close()


@pytest.mark.parametrize("who", ["words", "ear", "google"])
def test_a_packed_answer_that_nobody_asked_for_is_not_unpacked(packed: Packed, who: str) -> None:
    async def ask() -> None:
        cloud, service = Cloud(3), Service(packed.url)
        try:
            if who == "words":
                async for _ in OpenAIModel(cloud, service, model="m", temperature=None, max_tokens=9).stream(
                    "", [Message("user", "a fox")]
                ):
                    pass
            elif who == "ear":
                await OpenAITranscriber(cloud=cloud, service=service, model="m", language="en").transcribe(WISH)
            else:
                await GoogleTranscriber(cloud=cloud, service=service, model="m", language="en").transcribe(WISH)
        finally:
            await cloud.aclose()

    tracemalloc.start()
    try:
        with pytest.raises(ProviderUnavailable, match="sends its answer packed"):
            asyncio.run(ask())
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert b"accept-encoding: identity" in packed.heads[0]


@pytest.mark.parametrize("key_name", ["OPENAI_API_KEY", "DEEPSEEK_API_KEY"])
def test_what_the_environment_tells_openai_is_not_told_to_others(farm: Farm, monkeypatch: pytest.MonkeyPatch, key_name: str) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-ours")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-ours")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Gateway: token-ours")

    async def ask() -> None:
        cloud = Cloud(3)
        model = OpenAIModel(cloud, Service(farm.url, key="k", key_name=key_name), model="m", temperature=None, max_tokens=9)
        async for _ in model.stream("", [Message("user", "a fox")]):
            pass
        await cloud.aclose()

    asyncio.run(ask())
    told = {value for value in farm.headers[0].values() if value.endswith("-ours")}
    assert told == ({"org-ours", "proj-ours", "token-ours"} if key_name == "OPENAI_API_KEY" else set())


FIRST = """
import asyncio, sys
from fably.cloud import Cloud, Service
from fably.core.types import Message
from fably.llm.openai import OpenAIModel

async def ask():
    cloud = Cloud(3)
    model = await asyncio.to_thread(lambda: OpenAIModel(cloud, Service(sys.argv[1]), model="m", temperature=None, max_tokens=9))
    there = set(sys.modules)
    async for _ in model.stream("", [Message("user", "a fox")]):
        pass
    await cloud.aclose()
    print(*sorted(set(sys.modules) - there))

asyncio.run(ask())
"""


def test_the_first_request_imports_nothing(farm: Farm) -> None:
    done = subprocess.run([sys.executable, "-c", FIRST, farm.url], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [], "the loop stands still while something is imported"


@pytest.mark.parametrize("proxy", ["socks5://user:pa55word@proxy:1", "gopher://user:pa55word@proxy:1", "http://user:pa55word@proxy:abc"])
def test_a_proxy_that_is_none_is_one_sentence_without_its_password(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ProviderUnavailable, match="no connection to somewhere can be made: ") as caught:
        Cloud(3).http(Service("http://somewhere"))
    assert "pa55word" not in str(caught.value)
