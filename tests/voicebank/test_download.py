"""`fably voices download` against a real server that fails: a voice is there as a whole or not at all, and nothing is asked for twice."""

import fcntl
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fetched import NAME, VOICES, fably, fetched, files
from mirror import LARGE, SMALL, Mirror, md5
from next_door import needs_piper
from peers import Peers
from ran import ran

from fably.core.errors import ConfigError, ProviderUnavailable
from fably.voicebank import fetching, installing

WHOLE = {f"{NAME}.onnx": LARGE, f"{NAME}.onnx.json": SMALL}


def test_it_is_fetched_as_a_whole_and_only_once(mirror: Mirror) -> None:
    seen: list[int] = []
    assert fetched(mirror, progress=seen)
    assert files() == WHOLE
    assert seen == sorted(seen)
    assert seen[-1] == len(LARGE) + len(SMALL)
    assert not fetched(mirror)
    assert mirror.asked() == [""]


def test_from_the_command_line_with_a_line_every_tenth(mirror: Mirror) -> None:
    done = fably(NAME, "--from", mirror.url)
    assert (done.returncode, done.stdout) == (0, "")
    lines = done.stderr.splitlines()
    assert lines[-1] == f"{NAME} is there. To hear it: fably voices preview {NAME} --tts-provider piper"
    assert lines[-2] == f"{NAME} (1 MB): 100 %"
    assert files() == WHOLE
    done = fably(NAME.lower().replace("_", "-"), "--from", mirror.url)  # as it was called once
    assert (done.returncode, done.stderr) == (0, f"{NAME} is there already, in state/voices\n")
    assert fably(NAME, "--from", mirror.url, "--quiet").stderr == ""


def test_cut_in_the_middle_only_the_rest_is_asked_for(mirror: Mirror) -> None:
    mirror.cuts = [100_000, 200_000]
    assert fetched(mirror)
    assert files() == WHOLE
    assert mirror.asked() == ["", "bytes=100000-", "bytes=300000-"]


def test_what_was_cut_too_often_goes_on_the_next_time_and_nobody_sees_a_voice_before(mirror: Mirror) -> None:
    mirror.cuts = [10_000] * fetching.ATTEMPTS
    with pytest.raises(ProviderUnavailable, match=r"broke off before its answer was whole; the same command goes on where it was$"):
        fetched(mirror)
    assert not list(VOICES.glob("*.onnx"))
    assert fetched(mirror)
    assert mirror.asked()[-1] == f"bytes={10_000 * fetching.ATTEMPTS}-"
    assert mirror.asked(".json").count("") == 3, "two lists and one description"
    assert files() == WHOLE


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_person_or_killed_it_goes_on(mirror: Mirror, how: signal.Signals) -> None:
    mirror.silent_after = 150_000
    process = subprocess.Popen(
        [sys.executable, "-m", "fably", "voices", "download", NAME, "--from", mirror.url],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "FABLY_STATE_PATH": "state"},
    )  # fmt: skip
    assert mirror.silent.wait(60)
    while not any(path.stat().st_size > 100_000 for path in VOICES.glob(".*.part")):
        assert process.poll() is None
    process.send_signal(how)
    _out, said = process.communicate(timeout=60)
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert said.endswith("Stopped. The same command goes on where it was.\n")
    assert not list(VOICES.glob("*.onnx"))
    mirror.silent_after = -1
    assert fetched(mirror)
    assert int(mirror.asked()[-1].removeprefix("bytes=").removesuffix("-")) > 100_000
    assert files() == WHOLE


def test_a_server_without_ranges_gives_all_of_it_again(mirror: Mirror) -> None:
    mirror.cuts, mirror.ranges = [100_000], False
    assert fetched(mirror)
    assert files() == WHOLE
    assert mirror.asked() == ["", "bytes=100000-"]


def test_a_server_that_says_nothing_more_is_left_and_asked_once_more(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PATIENCE", 0.3)
    monkeypatch.setattr(fetching, "ATTEMPTS", 2)
    mirror.silent_after = 1_000
    with pytest.raises(ProviderUnavailable, match=r"gives nothing any more; the same command goes on where it was$"):
        fetched(mirror)
    assert mirror.asked() == ["", "bytes=1000-"]


def test_a_wrong_checksum_is_said_and_the_file_is_removed(mirror: Mirror) -> None:
    path = next(path for path in mirror.files if path.endswith(f"{NAME}.onnx"))
    mirror.files[path] = LARGE[:-1] + b"x"
    with pytest.raises(ProviderUnavailable, match=rf"gives as {NAME}\.onnx does not have the checksum of its list, so it is not kept"):
        fetched(mirror)
    assert not list(VOICES.glob("*.onnx"))
    assert not list(VOICES.glob(f".{NAME}.onnx.{md5(LARGE)[:4]}*"))
    assert mirror.asked() == [""]


def test_a_file_that_changed_between_two_attempts_is_fetched_anew(mirror: Mirror) -> None:
    mirror.cuts = [10_000] * fetching.ATTEMPTS
    with pytest.raises(ProviderUnavailable):
        fetched(mirror)
    newer = b"\x08" + LARGE[:0:-1]
    mirror.add(NAME, newer)
    assert fetched(mirror)
    assert files() == {**WHOLE, f"{NAME}.onnx": newer}, "and nothing is left of the old one"
    assert mirror.asked()[-1] == ""


def test_a_beginning_that_is_none_of_it_costs_one_more_turn(mirror: Mirror) -> None:
    VOICES.mkdir(parents=True)
    (VOICES / f".{NAME}.onnx.{md5(LARGE)[:12]}.part").write_bytes(b"x" * 100_000)
    assert fetched(mirror)
    assert mirror.asked() == ["bytes=100000-", ""]
    assert files() == WHOLE


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_size_that_is_a_lie_is_said(mirror: Mirror, difference: int) -> None:
    about = next(one for path, one in mirror.voices[NAME]["files"].items() if path.endswith(".onnx"))
    about["size_bytes"] += difference
    mirror.files["voices.json"] = json.dumps(mirror.voices).encode()
    with pytest.raises(ProviderUnavailable, match=rf"gives {len(LARGE)} bytes of .* where its list has {len(LARGE) + difference}"):
        fetched(mirror)
    assert not list(VOICES.glob("*.onnx"))


def test_a_disk_that_is_too_small_is_seen_before(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "SPARE", 10**15)
    with pytest.raises(ConfigError, match=r"needs 1000000001 MB, and state/voices has room for \d+ MB; make some, or name another state"):
        fetched(mirror)
    assert mirror.asked() == []


def test_a_disk_that_is_full_in_the_middle_is_one_sentence(mirror: Mirror) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fably", "voices", "download", NAME, "--from", mirror.url], capture_output=True, text=True, timeout=60,
        env={**os.environ, "FABLY_STATE_PATH": "state"}, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )  # fmt: skip
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "fably: state/voices cannot be written: File too large")
    assert not list(VOICES.glob("*.onnx"))
    assert fetched(mirror)
    assert mirror.asked()[-1] != ""


def test_a_folder_that_cannot_be_written_is_one_sentence(mirror: Mirror) -> None:
    Path("state").write_text("a file")
    done = fably(NAME, "--from", mirror.url)
    assert (done.returncode, done.stderr) == (2, "fably: state/voices cannot be written: Not a directory\n")


def test_two_at_once_do_not_write_into_the_same_file(mirror: Mirror) -> None:
    VOICES.mkdir(parents=True)
    number = os.open(VOICES, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    with pytest.raises(ConfigError, match="somebody else is fetching a voice into state/voices"):
        fetched(mirror)
    os.close(number)
    assert fetched(mirror)


def test_a_file_that_is_listed_and_not_there_and_a_place_without_a_list(mirror: Mirror) -> None:
    mirror.files = {path: data for path, data in mirror.files.items() if not path.endswith(f"{NAME}.onnx")}
    with pytest.raises(ProviderUnavailable, match=rf"does not have {NAME}\.onnx, though it is in its list"):
        fetched(mirror)
    assert mirror.asked() == [""]
    done = fably(NAME, "--from", mirror.url + "/elsewhere")
    assert done.returncode == 1
    assert "has no list of Piper's voices; --from takes the address below which voices.json lies" in done.stderr


def test_busy_for_a_while(mirror: Mirror) -> None:
    answers: list[tuple[int, dict[str, str]] | None] = [(503, {}), (429, {}), None]
    mirror.before = lambda path: answers.pop(0) if path.endswith(".onnx") and answers else None
    assert fetched(mirror)
    mirror.before = lambda _path: (401, {})
    with pytest.raises(ProviderUnavailable, match=r"does not give voices\.json: status 401$"):
        fetched(mirror)


def test_nobody_listens() -> None:
    done = fably(NAME, "--from", "http://127.0.0.1:9/")
    assert (done.returncode, done.stderr) == (1, "fably: 127.0.0.1:9 cannot be reached: nobody listens there\n")


@needs_piper
def test_what_was_fetched_speaks(mirror: Mirror, peers: Peers, tmp_path: Path) -> None:
    peers.tiny_voice(tmp_path, "en_US-tiny-low")
    model = tmp_path / "en_US-tiny-low.onnx"
    mirror.add("en_US-tiny-low", model.read_bytes(), Path(f"{model}.json").read_bytes())
    assert fably("en_US-tiny-low", "--from", mirror.url).returncode == 0
    done = ran("voices", "preview", "en_US-tiny-low", "--tts-provider", "piper", "--output", "hear.wav", FABLY_STATE_PATH="state")
    assert (done.returncode, done.stderr) == (0, "The voice is in hear.wav\n")
