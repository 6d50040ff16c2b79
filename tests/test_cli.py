"""The command line as a person meets it: a real process, real files, real exit codes."""

import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest
from farm import Farm
from ran import ran

FABLY = [sys.executable, "-m", "fably"]
LIBRARY = Path("home/.local/state/fably/stories")
JOURNAL = LIBRARY.with_name("memory.jsonl")


def story_of(*args: str, **environ: str) -> str:
    """What is told for `args`, written to a file rather than played."""
    done = ran(*args, "--output", "story.wav", **environ)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["Tell me a story about a dragon"],
        ["tell", "me", "a", "story", "about", "a", "dragon"],
        ["voices", "of", "a", "dragon"],
        ["--", "voices"],
        ["--", "-5 dragons"],
        ["--tts-voice", "gmw/en", "a dragon"],
        ["a dragon", "--age", "4"],
    ],
    ids=" ".join,
)
def test_whatever_is_not_a_command_is_a_wish(words: list[str]) -> None:
    flags = ["--output", "story.wav"]
    done = ran(*flags, *words)
    assert done.returncode == 0, done.stderr
    assert "dragon" in done.stdout or words[-1] == "voices"
    assert len(done.stdout.split()) > 300


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["doctr"], "fably: doctr is not a command; did you mean doctor? A story about it: fably -- doctr"),
        (["doctr", "--age", "4"], "did you mean doctor?"),
        (["--quiet", "voice"], "did you mean voices?"),
        (["story", "list"], "story list is not a command; did you mean: fably stories list? A story about it: fably -- story list"),
        (["storys", "play", "a-dragon"], "did you mean: fably stories play a-dragon?"),
        (["voices", "nova"], "did you mean: fably voices preview nova?"),
    ],
    ids=str,
)
def test_what_is_nearly_a_command_is_no_wish(args: list[str], says: str) -> None:
    done = ran(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("args", [["fox"], ["sleep", "10"], ["sing", "a", "song"]], ids=" ".join)
def test_what_is_meant_for_the_box_is_no_wish(args: list[str]) -> None:
    done = ran("ctl", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"No such command {args[0]!r}" in done.stderr


@pytest.mark.parametrize(
    "wish", ["voices of the sea", "stories about frogs", "doctor owl", "story play with a dragon", "-- doctr", "tractor"]
)
def test_what_only_begins_like_a_command_is_a_wish(wish: str) -> None:
    done = ran("--output", "story.wav", "--quiet", *wish.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("story.wav").exists()


def test_help_is_a_word_too() -> None:
    assert ran("help").stdout == ran("--help").stdout
    assert ran("help", "doctor").stdout == ran("doctor", "--help").stdout
    assert "Usage: fably doctor" in ran("help", "doctor").stdout


def test_a_command_stays_a_command_with_flags_before_it_or_after_it() -> None:
    for args in (["voices"], ["--tts-provider", "espeak", "voices"], ["voices", "--tts-provider", "espeak"]):
        done = ran(*args, OPENAI_API_KEY="k")
        assert done.returncode == 0, done.stderr
        assert "gmw/en-US" in done.stdout
        assert ("nova" in done.stdout) is (args == ["voices"])


def test_help_shows_the_options_in_groups_and_the_commands() -> None:
    shown = ran("--help").stdout
    for expected in (
        "Who makes up the story:",
        "--llm-url",
        "Who speaks it:",
        "--no-opener",
        "--output",
        "Commands:",
        "voices",
        "--version",
    ):
        assert expected in shown
    assert ran("a dragon", "--help").stdout == shown, "wherever it stands"
    assert "\n  tell a story" not in shown, "the hidden command stays hidden"


def test_the_story_is_plain_text_on_standard_output_and_the_rest_on_the_other() -> None:
    done = ran("a fox", "--output", "story.wav")
    assert "\x1b" not in done.stdout + done.stderr
    assert "fox" in done.stdout
    assert done.stdout.count("\n\n") >= 5
    assert "offline (nothing else is set up)" in done.stderr
    assert "espeak (nothing else is set up)" in done.stderr


def test_quiet_shows_nothing() -> None:
    done = ran("a fox", "--output", "story.wav", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("language", "wish", "hero"), [("en", "a story about a dragon", "dragon"), ("tr", "bir ejderha masalı", "ejderha")]
)
def test_a_story_of_minutes_with_sound_at_a_sane_level(language: str, wish: str, hero: str) -> None:
    assert hero in story_of(wish, "--language", language)
    with wave.open("story.wav") as sound:
        rate, pcm = sound.getframerate(), sound.readframes(sound.getnframes())
    samples = memoryview(pcm).cast("h")
    seconds = len(samples) / rate
    assert 120 <= seconds <= 300
    tenth = rate // 10
    levels = [max(abs(one) for one in samples[at : at + tenth]) for at in range(0, len(samples) - tenth, tenth)]
    assert 8_000 < max(levels) < 32_000, "audible, and not clipped"
    longest = silent = 0
    for level in levels:
        silent = silent + 1 if level < 100 else 0
        longest = max(longest, silent)
    assert longest < 20, "no silence of two seconds"


def test_sound_on_standard_output_is_a_wav_and_nothing_else() -> None:
    done = subprocess.run([*FABLY, "a fox", "--output", "-"], capture_output=True, timeout=60, check=True)
    assert done.stdout[:4] + done.stdout[8:16] == b"RIFFWAVEfmt "
    assert len(done.stdout) > 1_000_000
    assert b"fox" in done.stderr


NASTY = {
    "shell": "dragon's egg; touch pwned",
    "path": "../../etc",
    "nothing": "",
    "umlauts": "ö" * 200,
    "a lot": "x " * 60_000,
    "markup": "<b>a fox</b> {name} %s \\n $(touch pwned) `touch pwned`",
    "emoji": "🐉🦊\u202e\u0007",
    "dots": "...",
    "slash": "/",
}


@pytest.mark.parametrize("wish", NASTY.values(), ids=NASTY.keys())
def test_a_nasty_wish_gets_a_story_and_touches_nothing(wish: str) -> None:
    told = story_of(wish, FABLY_ENABLE_EXAMPLES="no")  # one of the shelf may be longer
    assert 350 <= len(told.split()) <= 600
    files = {path for path in Path().rglob("*") if path.is_file() and LIBRARY not in path.parents}
    assert files == {Path("story.wav"), Path("home/.asoundrc"), JOURNAL}
    assert not wish or wish not in JOURNAL.read_text(encoding="utf-8")
    folders = list(LIBRARY.iterdir())
    assert len(folders) == 1
    assert 0 < len(folders[0].name.encode()) <= 80
    assert not folders[0].name.startswith(".")
    assert {path.suffix for path in folders[0].iterdir()} == {".txt", ".wav", ".yaml"}


@pytest.mark.parametrize("wish", ["a \0 fox", "fox " * 250_000], ids=["nul", "a megabyte"])
def test_what_no_shell_can_pass_gets_a_story_too(wish: str, capsys: pytest.CaptureFixture[str]) -> None:
    from fably.cli import main

    with pytest.raises(SystemExit) as left:
        main([wish, "--output", "story.wav"])
    assert left.value.code == 0
    shown = capsys.readouterr()
    assert "fox" in shown.out
    assert ("only its first 1000 characters" in shown.err) is (len(wish) > 1000)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--age", "x", "a fox"], "--age: 'x' is not a whole number"),
        (["--language", "de", "a fox"], "--language: 'de' is not known; choose one of en, tr"),
        (["--llm-provider", "opnai", "a fox"], "did you mean openai?"),
        (["--llm-ulr", "x", "a fox"], "No such option"),
        (["--llm-url", "homeserver", "a fox"], "is not an address"),
        (["--llm-provider", "openai", "a fox"], "needs the key OPENAI_API_KEY"),
        (["--prompt-file", "none.txt", "a fox"], "--prompt-file: none.txt cannot be read"),
        (["--output", "no/such/folder/x.wav", "a fox"], "--output: no/such/folder/x.wav cannot be written"),
        (["--output", "/", "a fox"], "--output"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_exit_code_2(args: list[str], says: str) -> None:
    done = ran(*args)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_voice_that_does_not_exist_is_named() -> None:
    done = ran("a fox", "--tts-provider", "espeak", "--tts-voice", "nobody", "--output", "story.wav")
    assert done.returncode == 2
    assert "no voice 'nobody'; `fably voices` lists" in done.stderr
    assert not Path("story.wav").exists()


def test_no_sound_card_is_said_once_and_the_story_goes_into_a_file() -> None:
    Path("home/.asoundrc").write_text("pcm.!default { type hw card 99 }\nctl.!default { type hw card 99 }\n", encoding="utf-8")
    done = ran("a fox", "--sound-device", "no such card")
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert sum("cannot be opened" in line for line in lines) == 1
    path = Path(lines[-1].removeprefix("The story is in "))
    with wave.open(str(path)) as sound:
        assert sound.getnframes() / sound.getframerate() > 60


def test_a_library_that_cannot_be_written_is_said_and_the_story_is_told() -> None:
    Path("file").write_text("in the way", encoding="utf-8")
    done = ran("a fox", "--stories-path", "file", "--output", "story.wav")
    assert done.returncode == 0
    assert "The story cannot be kept: file: " in done.stderr
    assert Path("story.wav").exists()


def test_the_library_of_a_full_disk_is_left_clean() -> None:
    """/dev/full says what a full disk says, for the file that is written; the library's own is tested in test_library."""
    done = ran("a fox", "--output", "/dev/full")
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(LIBRARY.glob(".*")) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130)])
@pytest.mark.parametrize("chat", ["ok", "silent-first"])
def test_a_signal_ends_it_cleanly_at_any_moment(farm: Farm, number: int, code: int, chat: str) -> None:
    farm.chat = chat
    process = subprocess.Popen(
        [*FABLY, "a fox", "--llm-url", farm.url, "--tts-url", farm.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        while not farm.requests:
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == code
    assert "Traceback" not in out + err
    assert "Stopped." in err
    assert list(LIBRARY.glob(".*")) == []


def test_whoever_reads_along_may_leave() -> None:
    process = subprocess.Popen([*FABLY, "a fox", "--output", "story.wav"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert b"Traceback" not in process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert Path("story.wav").exists()


def test_a_key_is_shown_nowhere(farm: Farm) -> None:
    farm.chat = "401"
    done = ran("a fox", "--llm-url", farm.url, "--tts-url", farm.url, "--debug", "--output", "story.wav", OPENAI_API_KEY="sk-canary")
    assert done.returncode == 0
    assert "fably.providers.candidates" in done.stderr, "--debug shows what happened"
    assert "canary" not in done.stdout + done.stderr
    for path in LIBRARY.rglob("*"):
        assert path.is_dir() or b"canary" not in path.read_bytes()


def test_two_reports_are_not_written_into_one_another() -> None:
    done = ran("doctor", "--json", "--bundle", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "name a file for the report" in done.stderr
