"""The farm does what it says: each fault is looked at with bare sockets, without anything of ours on the other side."""

import http.client
import socket
import threading
import time
from contextlib import closing

import pytest
from asking import CHAT, PATHS, WYOMING, ask, connected, listened, told
from farm import MASAL, STORY, Farm, faults, tone
from farm.wire import HUGE

QUIET = ("silent", "open", "payload-length-", "garbage-later", "error-later", "start-only")
ENDLESS = ("endless", "roles-for-ever", "comments-for-ever", "other-for-ever", "data-length-huge", "payload-length-huge")
FLOODS = ("huge", "long-line")


def expected_end(kind: str, how: str) -> str:
    if how.startswith(ENDLESS):
        return "limit"
    if "reset" in how:
        return "reset"
    return (
        "quiet"
        if how.startswith(QUIET) or (kind in WYOMING and how.startswith(("garbage", "json", "no-type", "type-number", "data-")))
        else "eof"
    )


CASES = [(kind, how) for kind, names in faults.KINDS.items() if kind != "wyoming" for how in names if how != "held"]
CASES += [("synthesize", how) for how in faults.WYOMING_SPEECH] + [("transcribe", how) for how in faults.WYOMING_LISTENING]


@pytest.mark.parametrize(("kind", "how"), CASES)
def test_every_fault_ends_as_it_says(farm: Farm, kind: str, how: str) -> None:
    setattr(farm, kind if kind in PATHS else "wyoming", how)
    end = expected_end(kind, how)
    with closing(connected(farm, kind)) as one:
        if kind in WYOMING and end == "eof" and "hang-up" not in how:
            one.shutdown(socket.SHUT_WR)  # there are no more requests, so an answer without fault ends the conversation too
        got = listened(one, 0.05 if end == "quiet" else 10, 3000 if end == "limit" else HUGE * 2)
    if how == "hang-up-early" and got[2] == "reset":
        end = "reset"  # what the farm did not read any more is answered so by the kernel
    assert got[2] == end
    assert (got[0] == 0) is (how.startswith(("silent-early", "reset", "hang-up")) or how == "silent"), "nothing at all is said"
    assert (got[0] >= HUGE) is (how.startswith(FLOODS) or (kind, how) == ("listening", "endless")) or end == "limit"


@pytest.mark.parametrize("how", [one for one, what in faults.CHAT.items() if what == "ok" and not one.startswith("open")])
def test_what_is_only_unusual_is_the_whole_story(farm: Farm, how: str) -> None:
    farm.chat, farm.story = how, MASAL
    assert told(ask(farm, *CHAT)[1]) == MASAL


def test_characters_are_really_split(farm: Farm) -> None:
    farm.story, farm.chat = MASAL, "split-chunks"
    with closing(connected(farm, "chat")) as one:
        _, raw, _ = listened(one)
    chunks = raw.partition(b"\r\n\r\n")[2].split(b"\r\n")[1::2]
    assert sum(b"\xef\xbf\xbd" in chunk.decode("utf-8", "replace").encode() for chunk in chunks) > 20
    farm.chat = "split-packets"
    with closing(connected(farm, "chat")) as one:
        packets = list(iter(lambda: one.recv(1 << 16), b""))
    assert any("\ufffd" in packet.decode("utf-8", "replace") for packet in packets)
    assert "\ufffd" not in b"".join(packets).decode("utf-8", "replace")


@pytest.mark.parametrize("how", ["cut-fin", "cut-reset", "silent-later", "chunk-cut"])
@pytest.mark.parametrize("pieces", [0, 1, 7])
def test_it_breaks_off_at_the_piece_it_is_told(farm: Farm, how: str, pieces: int) -> None:
    farm.chat, farm.cut_after = how, pieces
    with closing(connected(farm, "chat")) as one:
        raw = b""
        while raw.count(b"content") < pieces + 1:  # the role's is empty
            raw += one.recv(1 << 16)
        raw += listened(one, 0.1 if how == "silent-later" else 10)[1]
    whole = raw if how != "chunk-cut" else raw[: raw.rindex(b"\r\n3e8")]
    assert told(whole) == STORY[: 4 * pieces]


@pytest.mark.parametrize("how", ["short-body", "chunk-cut"])
@pytest.mark.parametrize("kind", ["chat", "speech", "listening"])
def test_less_comes_than_was_promised(farm: Farm, kind: str, how: str) -> None:
    setattr(farm, kind, how)
    path, body = PATHS[kind]
    with pytest.raises(http.client.IncompleteRead):
        ask(farm, path.removeprefix("/v1"), body)


@pytest.mark.parametrize("later", [None, "7", "Wed, 21 Oct 2037 07:28:00 GMT"])
def test_a_refusal_may_say_when_to_come_again(farm: Farm, later: str | None) -> None:
    farm.chat, farm.retry_after = "429", later
    answer, _ = ask(farm, *CHAT)
    assert (answer.status, answer.headers["Retry-After"]) == (429, later)


def test_a_redirect_leads_to_itself(farm: Farm) -> None:
    farm.speech = "redirect"
    answer, _ = ask(farm, "/text-to-speech/v/stream?output_format=pcm_24000", {"text": "x"})
    assert (answer.status, answer.headers["Location"]) == (307, "/v1/text-to-speech/v/stream?output_format=pcm_24000")


def test_a_script_is_followed_and_then_the_default(farm: Farm) -> None:
    farm.script["chat"] = ["500", "429", "ok"]
    farm.chat = "404"
    assert [ask(farm, *CHAT)[0].status for _ in range(5)] == [500, 429, 200, 404, 404]
    farm.script["chat"] = ["silent-frist"]
    with pytest.raises(ValueError, match="silent-frist"):
        farm.next("chat")


@pytest.mark.parametrize("how", ["ok", "odd", "odd-total", "trickle", "octet-stream"])
def test_the_sound_is_all_there(farm: Farm, how: str) -> None:
    farm.speech = how
    assert ask(farm, "/audio/speech", {"model": "m", "input": "a fox"})[1] == tone("a fox") + b"\0" * (how == "odd-total")


def test_what_trickles_takes_its_time(farm: Farm) -> None:
    farm.listening, farm.pause = "trickle", 0.002
    begun = time.monotonic()
    _, raw = ask(farm, "/speech:recognize", {})
    assert time.monotonic() - begun > len(raw) * farm.pause


def test_refused_is_refused(farm: Farm) -> None:
    for address in (farm.refused_url.removesuffix("/v1"), farm.refused_tcp):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 10)


def test_it_sees_who_hangs_up_while_it_is_silent(farm: Farm) -> None:
    farm.chat = farm.wyoming = "silent"
    both = [connected(farm, "chat"), connected(farm, "synthesize")]
    while len(farm.requests) < 2:
        time.sleep(0.005)
    assert farm.open_connections == 2
    for one in both:
        one.close()
    while farm.open_connections:
        time.sleep(0.005)


def test_it_ends_at_once_and_leaves_nothing_whatever_goes_on() -> None:
    before = threading.active_count()
    with Farm(chat="silent", speech="held", listening="endless", wyoming="endless") as farm:
        waiting = [connected(farm, kind) for kind in ("chat", "speech", "listening", "listing", "synthesize", "describe")]
        while len(farm.requests) < len(waiting):
            time.sleep(0.005)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5, "a silence would be longer"
    assert threading.active_count() == before
    for one in waiting:
        assert listened(one)[2] in ("eof", "reset")
        one.close()


def test_it_starts_quickly() -> None:
    def start() -> float:
        begun = time.perf_counter()
        with Farm():
            return time.perf_counter() - begun

    assert min(start() for _ in range(5)) < 0.05
