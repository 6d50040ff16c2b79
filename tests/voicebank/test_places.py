"""Where a voice may come from: over https that is trusted, over http from home, and from a file of one's own."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fetched import NAME, VOICES, fably
from mirror import LARGE, SMALL, Mirror

OURS = Path("ours")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody has signed, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    where = tmp_path_factory.mktemp("tls") / "certificate.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(["openssl", *words.split(), "-keyout", where.with_suffix(".key"), "-out", where], capture_output=True, check=True)
    where.write_bytes(where.read_bytes() + where.with_suffix(".key").read_bytes())
    return where


@pytest.fixture
def secure(certificate: Path) -> Iterator[Mirror]:
    with Mirror(certificate) as one:
        one.add(NAME)
        yield one


def test_https_that_is_trusted(secure: Mirror, certificate: Path) -> None:
    done = fably(NAME, "--from", secure.url, SSL_CERT_FILE=str(certificate))
    assert done.returncode == 0, done.stderr
    assert (VOICES / f"{NAME}.onnx").read_bytes() == LARGE


def test_a_certificate_that_is_not_trusted_is_one_clear_sentence(secure: Mirror) -> None:
    done = fably(NAME, "--from", secure.url)
    assert done.returncode == 1
    assert "has a certificate that is not trusted: nobody who is known has signed it" in done.stderr
    assert done.stderr.count("\n") == 1
    assert secure.requests == []


def test_from_https_nobody_goes_on_to_http(secure: Mirror, certificate: Path) -> None:
    with Mirror() as plain:
        plain.add(NAME)
        secure.before = lambda path: (302, {"Location": f"{plain.url}/{path}"}) if path.endswith(".onnx") else None
        done = fably(NAME, "--from", secure.url, SSL_CERT_FILE=str(certificate))
        assert (done.returncode, plain.requests) == (1, [])
        assert "sends us on to 127.0.0.1 without https, where nobody goes" in done.stderr
        assert not list(VOICES.glob("*.onnx"))


def test_from_https_it_goes_on_to_https_with_the_range(secure: Mirror, certificate: Path) -> None:
    with Mirror(certificate) as store:
        store.add(NAME)
        store.cuts = [100_000]
        secure.before = lambda path: (302, {"Location": f"{store.url}/{path}"}) if path.endswith(".onnx") else None
        done = fably(NAME, "--from", secure.url, SSL_CERT_FILE=str(certificate))
        assert done.returncode == 0, done.stderr
        assert store.asked() == ["", "bytes=100000-"]
        assert (VOICES / f"{NAME}.onnx").read_bytes() == LARGE


def test_at_home_it_may_go_on_at_home_and_not_round_and_round() -> None:
    with Mirror() as home:
        home.add(NAME)
        home.files |= {f"moved/{path}": data for path, data in home.files.items()}
        home.before = lambda path: None if path.startswith("moved/") else (307, {"Location": f"{home.url}/moved/{path}"})
        assert fably(NAME, "--from", home.url).returncode == 0
        home.before = lambda path: (307, {"Location": f"{home.url}/{path}"})
        done = fably("--list", "--from", home.url)
        assert done.returncode == 1
        assert "from one address to the next without an end" in done.stderr


# ---- files of one's own --------------------------------------------------------------------------------------------------


@pytest.fixture
def ours() -> Path:
    OURS.mkdir()
    (OURS / "en_US-nana-low.onnx").write_bytes(LARGE)
    (OURS / "en_US-nana-low.onnx.json").write_bytes(SMALL)
    return OURS / "en_US-nana-low.onnx"


def test_a_file_is_copied_in_with_its_description(ours: Path) -> None:
    done = fably(str(ours))
    assert (done.returncode, done.stderr.splitlines()[0].split(".")[0]) == (0, "en_US-nana-low is there")
    assert {path.name: path.read_bytes() for path in VOICES.iterdir()} == {ours.name: LARGE, f"{ours.name}.json": SMALL}
    assert ours.exists()
    assert "is there already" in fably(str(VOICES / ours.name)).stderr
    assert (VOICES / ours.name).read_bytes() == LARGE
    ours.write_bytes(LARGE + b"newer")
    assert fably(str(ours)).returncode == 0
    assert (VOICES / ours.name).read_bytes() == LARGE + b"newer"


def test_what_a_copy_that_was_killed_has_left_goes_with_the_next_one(ours: Path) -> None:
    killed = (
        "import os, pathlib, shutil; from fably.voicebank.installing import copy_in\n"
        "shutil.copyfile = lambda source, new: (new.write_bytes(source.read_bytes()[:9]), os.kill(os.getpid(), 9))\n"
        f"copy_in(pathlib.Path({str(ours)!r}), pathlib.Path({str(VOICES)!r}))"
    )
    assert subprocess.run([sys.executable, "-c", killed], timeout=60, check=False).returncode == -signal.SIGKILL
    assert [one.suffix for one in VOICES.iterdir()] == [".part"]
    for ending in ("", ".json"):
        Path(f"{ours}{ending}").rename(f"{ours.with_name('en_US-other-low.onnx')}{ending}")
    assert fably(str(ours.with_name("en_US-other-low.onnx"))).returncode == 0
    assert {path.name for path in VOICES.iterdir()} == {"en_US-other-low.onnx", "en_US-other-low.onnx.json"}


def _folder(voice: Path) -> None:
    voice.unlink()
    voice.mkdir()


def _rename(voice: Path) -> None:
    for ending in ("", ".json"):
        Path(f"{voice}{ending}").rename(f"{voice.with_name('.hidden')}.onnx{ending}")


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "no file": (lambda voice: voice.unlink(), "low.onnx cannot be read: No such file or directory"),
    "neither": (lambda voice: shutil.rmtree(voice.parent), "low.onnx cannot be read: No such file or directory"),
    "no description": (lambda voice: Path(f"{voice}.json").unlink(), "a voice is two files, NAME.onnx and NAME.onnx.json"),
    "no JSON": (lambda voice: Path(f"{voice}.json").write_text("<html>"), "does not describe a voice of Piper"),
    "another JSON": (lambda voice: Path(f"{voice}.json").write_text(json.dumps([7])), "is no voice of Piper"),
    "a note of git-lfs": (lambda voice: voice.write_text("version https://git-lfs.github.com/spec/v1\noid"), "only a note of git-lfs"),
    "a page of the web": (lambda voice: voice.write_text("<!DOCTYPE html>"), "is no voice of Piper"),
    "a folder": (_folder, "cannot be read: Is a directory"),
    "a hidden name": (_rename, "no voice can be called so"),
}


@pytest.mark.parametrize("how", WRONG)
def test_what_is_no_voice_is_not_copied_in(ours: Path, how: str) -> None:
    spoil, says = WRONG[how]
    spoil(ours)
    done = fably(str(next(OURS.glob(".*.onnx"), ours)))
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not VOICES.exists() or not list(VOICES.iterdir())


def test_a_file_and_an_address_do_not_go_together(ours: Path) -> None:
    done = fably(str(ours), "--from", "http://nas/voices")
    assert done.returncode == 2
    assert "leave one of them out" in done.stderr
