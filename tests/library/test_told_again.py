"""A story that is kept is told at once, and what is missing of it is made up and spoken: every sentence once."""

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from farm import SECONDS_A_CHARACTER, Farm

from fably.commands.shelf import play, resume
from fably.library.library import Library
from fably.library.story import Story, read_story
from fably.settings import Settings, load
from fably.terminal import tell_story

# sentences so long that no two of them are spoken as one, however fast the voice is
STORY = "\n\n".join(
    f"The {number} wind blew over the hills and told the fox that the moon was late. Then the {number} wind went home to the sea and slept."
    for number in ("first", "second", "third", "last")
)


@pytest.fixture
def farm() -> Iterator[Farm]:
    with Farm(story=STORY) as one:
        yield one


def settings_for(farm: Farm, **more: str) -> Settings:
    return load(
        {},
        {
            "FABLY_LLM_URL": farm.url,
            "FABLY_TTS_URL": farm.url,
            "FABLY_OUTPUT": "out.wav",
            "FABLY_OPENER": "no",
            "HOME": str(Path.home()),
            **more,
        },
    )


def stories() -> list[Story]:
    root = Path("home/.local/state/fably/stories")
    return [story for folder in sorted(root.iterdir()) if folder.name[0] != "." and (story := read_story(folder))]


def seconds(path: str = "out.wav") -> float:
    with wave.open(path) as read:
        return float(read.getnframes() / read.getframerate())


def test_asking_again_tells_the_same_story_without_asking_anybody(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_story(settings_for(farm), "A dragon, please!") == 0
    first, sound, asked = capsys.readouterr().out, Path("out.wav").read_bytes(), len(farm.requests)
    assert tell_story(settings_for(farm), "a dragon please") == 0
    assert (capsys.readouterr().out, Path("out.wav").read_bytes()) == (first, sound)
    assert len(farm.requests) == asked
    assert len(stories()) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"FABLY_TTS_VOICE": "nova"},
        {"FABLY_LLM_MODEL": "m"},
        {"FABLY_LANGUAGE": "tr"},
        {"FABLY_LENGTH": "long"},
        {"FABLY_IGNORE_CACHE": "1"},
    ],
)
def test_told_otherwise_it_is_another_story_and_the_old_one_stays(farm: Farm, more: dict[str, str]) -> None:
    tell_story(settings_for(farm), "a dragon")
    farm.story = "Another one. The end."
    tell_story(settings_for(farm, **more), "a dragon")
    assert sorted(one.text for one in stories()) == ["Another one. The end.", STORY]
    asked = len(farm.requests)
    tell_story(settings_for(farm, **{**more, "FABLY_IGNORE_CACHE": "0"}), "a dragon")
    assert len(farm.requests) == asked


def test_who_wishes_for_nothing_gets_another_story_every_time(farm: Farm) -> None:
    tell_story(settings_for(farm), "")
    tell_story(settings_for(farm), "")
    assert len(stories()) == 2


def test_a_story_that_somebody_else_had_to_tell_is_not_the_one_that_was_asked_for(farm: Farm) -> None:
    farm.chat = "500"
    tell_story(settings_for(farm), "a dragon")
    farm.chat = "ok"
    tell_story(settings_for(farm), "a dragon")
    assert [one.text == STORY for one in stories()].count(True) == 1
    assert len(stories()) == 2


def broken_off(farm: Farm, name: str = "a dragon") -> Story:
    """A story of which three passages were told, and the third one not to its end."""
    tell_story(settings_for(farm), name)
    (story,) = stories()
    text = (story.folder / "info.yaml").read_text(encoding="utf-8")
    head, places = text.split("passages:\n")
    head = "".join(line for line in head.splitlines(keepends=True) if not line.startswith(("samples", "state", "end")))
    third = story.places[3]
    end = f"end: {{paragraph: {third[0]}, character: {third[1] - 1}}}\n" if third[1] else "end: {paragraph: 0, character: 1000}\n"
    info = head + "state: partial\n" + end + "passages:\n" + "".join(places.splitlines(keepends=True)[:3])
    (story.folder / "info.yaml").write_text(info, encoding="utf-8")
    told = read_story(story.folder)
    assert told is not None
    assert (len(told.passages), len(told.clips), told.complete) == (3, 2, False)
    return told


def rest_of(told: Story) -> str:
    assert STORY.startswith(told.text)
    return STORY[len(told.text) :]


def test_resuming_begins_with_the_sentence_that_was_heard_and_goes_on_to_the_end(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    told = broken_off(farm)
    capsys.readouterr()
    farm.requests.clear()
    farm.story = rest_of(told)
    assert resume(settings_for(farm), None) == 0
    assert capsys.readouterr().out.strip().split() == (told.passages[2].text + farm.story).split()
    assert told.passages[2].text in farm.spoken
    assert told.passages[1].text not in farm.spoken
    assert farm.asked("/chat/completions")[0]["messages"][2] == {"role": "assistant", "content": told.text}
    (whole,) = stories()
    assert (whole.complete, whole.text, len(whole.clips)) == (True, STORY, len(whole.passages))
    assert whole.seconds == pytest.approx(sum(len(one.text) for one in whole.passages) * SECONDS_A_CHARACTER, abs=0.01)
    asked = len(farm.requests)
    assert play(settings_for(farm), whole.name) == 0
    assert len(farm.requests) == asked
    assert seconds() == pytest.approx(whole.seconds)


def test_asking_again_for_a_story_that_broke_off_tells_all_of_it(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    told = broken_off(farm)
    capsys.readouterr()
    farm.requests.clear()
    farm.story = rest_of(told)
    assert tell_story(settings_for(farm), "a dragon") == 0
    assert capsys.readouterr().out.split() == STORY.split()
    assert told.passages[0].text not in farm.spoken, "its sound is there"
    (whole,) = stories()
    assert (whole.complete, whole.text) == (True, STORY)
    assert seconds() == pytest.approx(whole.seconds, abs=0.01)


def test_a_story_that_was_whole_but_not_heard_to_its_end_asks_no_model(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()
    info = (story.folder / "info.yaml").read_text(encoding="utf-8")
    info = "".join(line for line in info.splitlines(keepends=True) if not line.startswith("samples"))
    (story.folder / "info.yaml").write_text(info.replace("state: complete", "text: whole\nstate: partial"), encoding="utf-8")
    farm.requests.clear()
    capsys.readouterr()
    assert resume(settings_for(farm), None) == 0
    assert capsys.readouterr().out.strip() == story.passages[-1].text
    assert farm.asked("/chat/completions") == []
    (again,) = stories()
    assert (again.complete, again.text, len(again.clips)) == (True, STORY, len(story.passages))


def test_a_story_whose_sound_is_gone_is_spoken_anew_and_kept_again(farm: Farm) -> None:
    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()
    (story.folder / "story.wav").unlink()
    farm.requests.clear()
    for _ in range(2):
        assert play(settings_for(farm), story.name) == 0
        assert seconds() == pytest.approx(story.seconds)
    assert sorted(farm.spoken) == sorted(one.text for one in story.passages), "once"
    assert farm.asked("/chat/completions") == []
    (again,) = stories()
    assert (again.text, again.complete, len(again.clips)) == (STORY, True, len(story.passages))


@pytest.mark.parametrize("what", [b"", b"RIFF", b"\0" * 44, b"garbage" * 1000])
def test_a_wav_that_is_broken_is_as_good_as_none(farm: Farm, what: bytes) -> None:
    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()
    (story.folder / "story.wav").write_bytes(what)
    assert play(settings_for(farm), story.name) == 0
    assert seconds() == pytest.approx(story.seconds)


def test_a_wav_that_was_cut_is_told_as_far_as_it_goes(farm: Farm) -> None:
    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()
    wav = story.folder / "story.wav"
    wav.write_bytes(wav.read_bytes()[: 44 + 2 * story.clips[2].start + 100])
    farm.requests.clear()
    assert play(settings_for(farm), story.name) == 0
    assert sorted(farm.spoken) == sorted(one.text for one in story.passages[2:])
    assert seconds() == pytest.approx(story.seconds)


@pytest.mark.parametrize(
    "what", ["", "\0", "- a\n- b", "query: [", "passages: 7", "passages: [{paragraph: 99, character: 0}]\nstate: complete", "&a [*a]"]
)
def test_an_info_of_garbage_costs_neither_the_text_nor_the_telling(farm: Farm, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()
    (story.folder / "info.yaml").write_text(what, encoding="utf-8")
    capsys.readouterr()
    farm.story = " The end."
    assert play(settings_for(farm), story.name) == 0
    assert capsys.readouterr().out.split()[: len(STORY.split())] == STORY.split()


def test_a_story_that_is_deleted_while_it_is_played_is_played_to_its_end(farm: Farm) -> None:
    import asyncio

    from fably.assembly import library, storyteller
    from fably.story.pipeline import Outcome

    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()

    async def scene() -> list[str]:
        heard = []
        async with storyteller(settings_for(farm), lambda _notice: None) as teller:
            async for passage in teller.again(story, Outcome()):
                heard.append(passage.text)
                if len(heard) == 1:
                    library(settings_for(farm)).delete(story.name)
        return heard

    assert asyncio.run(scene()) == [one.text for one in story.passages]
    assert stories() == []
    assert Library(story.folder.parent).restore(story.name).text == STORY
