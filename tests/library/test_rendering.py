"""Stories that are spoken ahead, with espeak and with the real Piper, and found again by whoever wishes for them with that voice."""

import fcntl
import os
from pathlib import Path

import pytest
from next_door import VOICE, needs_piper
from peers import Peers
from rendered import PIPER, fably, is_whole, only, sound, stories

from fably.core.errors import LibraryError
from fably.library.rendering import NOTES, PART, Rendering
from fably.library.story import OPUS, RENDERED, WAV, Story


@needs_piper
def test_what_espeak_had_to_tell_is_told_by_piper_after_it_was_spoken_ahead(voices: None, fox: Story, card_file: Path) -> None:
    done = fably("stories", "render", fox.name[:5], *PIPER)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert f"{fox.name}: 100 %" in done.stderr
    assert "of sound in" in done.stderr.splitlines()[-1]
    assert not card_file.exists(), "it never plays"
    story = only()
    assert (story.name, story.text, story.complete, is_whole(story)) == (fox.name, fox.text, True, True)
    assert (story.info["tts_provider"], story.info["tts_voice"]) == (["piper"], VOICE)
    assert {path.name for path in story.folder.iterdir()} & {WAV, RENDERED, OPUS, NOTES, PART} == {RENDERED}

    for words in (["a fox"], ["stories", "play", fox.name]):
        done = fably(*words, *PIPER, "--output", "out.wav")
        assert done.returncode == 0, done.stderr
        assert sound("out.wav") == sound(story.folder / RENDERED)
    assert only().name == fox.name

    done = fably("a fox", "--output", "out.wav")
    assert done.returncode == 0
    assert len(stories()) == 2, "by espeak it is another story again"
    assert sorted(story.info["tts_provider"] for story in stories()) == [["espeak"], ["piper"]]


@needs_piper
def test_nothing_is_spoken_twice_and_another_voice_takes_its_turn(voices: None, fox: Story) -> None:
    first = sound(fox.folder / WAV)
    assert fably("stories", "render", "--all", *PIPER).returncode == 0
    before = (fox.folder / RENDERED).stat().st_mtime_ns
    done = fably("stories", "render", "--all", *PIPER)
    assert (done.returncode, done.stderr) == (0, "There is nothing to speak: every story has its sound by this voice.\n")
    assert (fox.folder / RENDERED).stat().st_mtime_ns == before
    usual = len(sound(fox.folder / RENDERED)[1])
    assert fably("stories", "render", "--all", *PIPER, "--tts-length-scale", "1.5").returncode == 0
    assert len(sound(fox.folder / WAV)[1]) == pytest.approx(usual * 1.5, rel=0.01)
    assert not (fox.folder / RENDERED).exists()
    assert fably("stories", "render", "--all").returncode == 0
    assert sound(fox.folder / RENDERED) == first, "the same as when espeak told it"
    assert only().info["told_as"] == fox.name, "and found for the same wish again"
    assert fably("a fox", "--output", "out.wav").returncode == 0
    assert only().name == fox.name


def test_a_packed_story_is_spoken_anew_and_packed_again(fox: Story) -> None:
    assert fably("stories", "pack").returncode == 0
    assert (fox.folder / OPUS).exists()
    assert fably("stories", "render", fox.name, "--tts-voice", "gmw/en-GB-x-rp").returncode == 0
    assert {path.name for path in fox.folder.iterdir()} & {WAV, RENDERED, OPUS} == {WAV}
    length = len(sound(fox.folder / WAV)[1])
    assert fably("stories", "render", fox.name).returncode == 0
    assert {path.name for path in fox.folder.iterdir()} & {WAV, RENDERED, OPUS} == {RENDERED}
    assert fably("stories", "render", fox.name, "--tts-voice", "gmw/en-GB-x-rp").returncode == 0
    assert len(sound(fox.folder / WAV)[1]) == length
    assert fably("stories", "render", fox.name).returncode == 0
    done = fably("stories", "pack")
    assert done.stderr == "Stories packed: 1.\n"
    assert {path.name for path in fox.folder.iterdir()} & {WAV, RENDERED, OPUS} == {OPUS}
    assert is_whole(only())
    assert fably("stories", "export", fox.name, "out.wav").returncode == 0
    assert len(sound("out.wav")[1]) > 100_000


def test_what_is_told_by_somebody_else_waits_and_the_others_are_spoken(fox: Story) -> None:
    assert fably("an owl", "--output", "out.wav").returncode == 0
    number = os.open(fox.folder, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    done = fably("stories", "render", "--all", "--tts-voice", "gmw/en-GB-x-rp")
    os.close(number)
    assert done.returncode == 1
    assert f"{fox.name} is being told by somebody else\n" in done.stderr
    assert [story.info.get("tts_voice") for story in stories()].count("gmw/en-GB-x-rp") == 1


def test_what_changes_meanwhile_is_not_lost(fox: Story) -> None:
    format = fox.format
    assert format is not None
    with Rendering(fox.folder, {}, format) as made:
        with pytest.raises(LibraryError, match="is being told by somebody else"):
            Rendering(fox.folder, {}, format)
        for _ in fox.passages:
            made.sound(b"\1\2")
            made.passage_ends()
        assert fably("stories", "favourite", fox.name).returncode == 0
        assert made.finish({}).favourite
    with Rendering(fox.folder, {"voice": "another"}, format) as made:
        assert made.ends == []
        for _ in fox.passages:
            made.passage_ends()
        (fox.folder / "paragraph_0.txt").write_text("Another text.")
        with pytest.raises(LibraryError, match="has changed meanwhile"):
            made.finish({})


@pytest.mark.parametrize("spoil", ["{", "[]", '{"ends": [-1]}', '{"ends": ["x"]}', "[" * 100_000])
def test_notes_that_make_no_sense_are_begun_anew(fox: Story, spoil: str) -> None:
    format = fox.format
    assert format is not None
    with Rendering(fox.folder, {}, format) as made:
        made.sound(b"\1\2" * 10)
        made.passage_ends()
    with Rendering(fox.folder, {}, format) as made:
        assert made.ends == [10]
    (fox.folder / NOTES).write_text(spoil)
    with Rendering(fox.folder, {}, format) as made:
        assert made.ends == []


def test_what_cannot_be_spoken_is_one_sentence(fox: Story) -> None:
    info = fox.folder / "info.yaml"
    info.write_text(info.read_text().replace("state: complete", "state: partial"))
    done = fably("stories", "render", fox.name)
    assert (done.returncode, done.stderr) == (
        1, f"fably: {fox.name} broke off; `fably stories resume {fox.name}` tells its end first\n",
    )  # fmt: skip
    assert fably("stories", "render", "--all").stderr.startswith("There is nothing to speak")
    assert "there is no story called 'nobody'" in fably("stories", "render", "nobody").stderr
    for words in ([], ["--all", fox.name]):
        done = fably("stories", "render", *words)
        assert done.returncode == 2
        assert "Name the stories that are to be spoken, or all of them with --all." in done.stderr


@needs_piper
def test_a_voice_that_fails_leaves_the_old_sound(voices: None, fox: Story) -> None:
    before = sound(fox.folder / WAV)
    Path("state/voices", f"{VOICE}.onnx").write_bytes(b"")
    done = fably("stories", "render", fox.name, *PIPER)
    assert done.returncode == 1
    assert "no voice that Piper can speak with" in done.stderr
    assert sound(only().clips[0].file) == before


@needs_piper
def test_a_child_s_story_is_spoken_in_its_own_language(voices: None, fox: Story, peers: Peers) -> None:
    peers.tiny_voice(Path("state/voices").absolute(), "tr_TR-tiny-low", hertz=16_000, language="tr")
    assert fably("tilki", "--language", "tr", "--output", "out.wav").returncode == 0
    assert fably("stories", "render", "--all", *PIPER).returncode == 0
    assert {story.language: story.info["tts_voice"] for story in stories()} == {"en": VOICE, "tr": "tr_TR-tiny-low"}
    assert fably("tilki", "--language", "tr", "--output", "out.wav", *PIPER).returncode == 0
    assert sound("out.wav")[0] == 16_000
    assert len(stories()) == 2


@needs_piper
def test_a_language_without_a_voice_keeps_no_other_from_being_spoken(fox: Story, peers: Peers) -> None:
    folder = Path("state/voices").absolute()
    folder.mkdir(parents=True)
    peers.tiny_voice(folder, "tr_TR-tiny-low", hertz=16_000, language="tr")
    assert fably("tilki", "--language", "tr", "--output", "out.wav").returncode == 0
    done = fably("stories", "render", "--all", "--quiet", *PIPER)
    assert (done.returncode, done.stderr) == (
        1, "fably: piper has no voice for the language 'en'; in state/voices there is tr_TR-tiny-low\n",
    )  # fmt: skip
    assert {story.language: story.info["tts_provider"] for story in stories()} == {"en": ["espeak"], "tr": ["piper"]}


@needs_piper
def test_a_note_that_the_card_has_spoilt_costs_only_the_story_s_new_sound(voices: None, fox: Story) -> None:
    assert fably("stories", "render", fox.name, *PIPER).returncode == 0
    (note,) = (fox.folder.parent / ".also").iterdir()
    note.write_bytes(b"\xd1\0\xff")
    done = fably("a fox", *PIPER, "--output", "out.wav")
    assert done.returncode == 0, done.stderr
    assert len(stories()) == 2


@needs_piper
def test_a_voice_of_another_language_does_not_take_a_story_s_sound_away_unasked(voices: None, fox: Story) -> None:
    assert fably("tilki", "--language", "tr", "--output", "out.wav").returncode == 0
    done = fably("stories", "render", "--all", *PIPER, "--tts-voice", VOICE)
    assert done.returncode == 0
    assert f"The voice {VOICE} is of another language: the stories told in 'tr' keep their sound." in done.stderr
    assert {story.language: story.info["tts_provider"] for story in stories()} == {"en": ["piper"], "tr": ["espeak"]}
    (tilki,) = (story for story in stories() if story.language == "tr")
    assert fably("stories", "render", tilki.name, *PIPER, "--tts-voice", VOICE).returncode == 0, "but asked to"
    assert [story.info["tts_voice"] for story in stories()] == [VOICE, VOICE]
