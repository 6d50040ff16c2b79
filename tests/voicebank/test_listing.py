"""The list of voices: what is in it can be asked for, and what is wrong with it or with the asking is said."""

import json

import pytest
from fetched import NAME, fably, fetched, files
from mirror import Mirror
from peers import Peers

from fably.core.errors import ConfigError, ProviderUnavailable
from fably.voicebank.listing import read_listing
from fably.voicebank.place import Place


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("en_US-lesac-medium", f"did you mean {NAME}"),
        ("xxxx", "`fably voices download --list` shows those there are"),
        ("../../etc/passwd", "Piper has no voice '../../etc/passwd'"),
        ("", "Piper has no voice ''"),
    ],
)
def test_a_voice_that_is_not_there_is_named_with_the_nearest(mirror: Mirror, name: str, hint: str) -> None:
    done = fably("--from", mirror.url, "--", name)
    assert done.returncode == 2
    assert hint in done.stderr
    assert done.stderr.count("\n") == 1
    assert files() == {}


@pytest.mark.parametrize("data", [b"<html>", b"[]", b"{}", b"[" * 100_000, b'{"en_US-a-low": 7}', b'{"../a-b-c": {"files": {}}}'])
def test_a_list_that_is_none_is_one_sentence(mirror: Mirror, data: bytes) -> None:
    mirror.files["voices.json"] = data
    with pytest.raises(ProviderUnavailable, match=r"gives as voices\.json is no list of Piper's voices"):
        fetched(mirror)


def test_a_list_cannot_lead_elsewhere(mirror: Mirror) -> None:
    for path, about in list(mirror.voices[NAME]["files"].items()):
        mirror.voices[NAME]["files"][f"../{path}"] = about
    mirror.files["voices.json"] = json.dumps(mirror.voices).encode()
    with pytest.raises(ConfigError, match="Piper has no voice"):
        fetched(mirror)


def test_the_list_with_sizes_by_language(mirror: Mirror) -> None:
    done = fably("--list", "--from", mirror.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["en_GB-aru-low", NAME, "tr_TR-fahrettin-medium"]
    assert "English, Nowhere, 12 speakers" in done.stdout
    for language in ("tr", "tr_TR", "tr-tr", "Turkish"):
        assert fably("--list", language, "--from", mirror.url).stdout.split()[:3] == ["tr_TR-fahrettin-medium", "0", "MB"]
    done = fably("--list", "xx", "--from", mirror.url)
    assert (done.returncode, done.stderr) == (2, "fably: Piper has no voice for 'xx'; it speaks en, tr\n")


@pytest.mark.parametrize("address", ["ftp://nas/voices", "nas", "http://", "file:///etc", "http://nas:99999/", "http://nas\n/"])
def test_an_address_that_is_none(address: str) -> None:
    done = fably(NAME, "--from", address)
    assert done.returncode == 2
    assert done.stderr.startswith("fably: --from: ")
    assert done.stderr.count("\n") == 1


def test_without_a_name_it_says_what_is_missing() -> None:
    done = fably()
    assert done.returncode == 2
    assert "Name a voice, such as en_US-lessac-low; --list shows those there are." in done.stderr


def test_the_list_of_the_real_voices_is_read_whole(peers: Peers) -> None:
    """As wyoming-piper carries it."""
    (found,) = peers.files("wyoming_piper/voices.json")
    listing = read_listing(found.read_bytes())
    assert len(listing.offers) == len(json.loads(found.read_bytes())) > 100
    assert listing.offer("en-us-lessac-medium").files[1].path == "en/en_US/lessac/medium/en_US-lessac-medium.onnx"
    assert {one.language for one in listing.of("english")} == {"en_US", "en_GB"}
    assert Place().at(listing.offer("pt_PT-tugão-medium").files[1].path).endswith("/pt_PT/tug%C3%A3o/medium/pt_PT-tug%C3%A3o-medium.onnx")
