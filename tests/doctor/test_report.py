"""What is shown: the same for people and for programs, in both languages, and never a secret."""

import os
import pty
import re
import signal
import subprocess
import sys
import time

import pytest
from farm import Farm

from fably import __version__
from fably.doctor.finding import Finding
from fably.doctor.report import table

from .conftest import Doctor, only

CANARY = "sk-canary-0123456789"


def test_in_turkish_it_says_what_happens_where_nobody_understands(doctor: Doctor) -> None:
    done = doctor("--json", "--language", "tr")
    found = only(done.of("ear"))
    assert (done.code, found["status"]) == (0, "warning")
    assert "Fably'nin kendi seçtiği bir masal" in str(found["detail"])
    assert "OPENAI_API_KEY" in str(found["fix"])
    shown = doctor("--language", "tr").out
    assert shown.startswith(f"Fably {__version__} ayarlı olan herkesten")
    assert shown.rstrip().endswith("Masal anlatılabilir. Sözler: çevrimdışı masalcı. Ses: espeak sesi.")


def test_the_table_has_the_same_findings_as_the_json(doctor: Doctor, farm: Farm, cloud: dict[str, str]) -> None:
    farm.chat, farm.speech = "401", "500"
    found = doctor("--json", **cloud).json["findings"]
    shown = doctor(**cloud).out
    assert "\x1b" not in shown
    rows = re.findall(r"^(ok|warning|failed) +(\w+) ", shown, re.MULTILINE)
    assert rows == [(one["status"], one["check"]) for one in found]
    assert all(len(line) <= 100 for line in shown.splitlines()[1:])
    said = " ".join(shown.split())
    assert shown.count("→ ") == sum(one["status"] != "ok" for one in found)
    assert "does not accept the key" in said
    assert all(one["subject"] in said for one in found)


@pytest.mark.parametrize("args", [["--json"], ["--debug"], ["--json", "--debug"], []])
@pytest.mark.parametrize("chat", ["401", "ok", "500"])
def test_no_secret_is_shown(doctor: Doctor, farm: Farm, args: list[str], chat: str) -> None:
    farm.chat = chat
    password = farm.url.replace("://", "://parent:s3sam-canary@")
    done = doctor(*args, OPENAI_API_KEY=CANARY, FABLY_LLM_URL=password, FABLY_TTS_URL=password, FABLY_STT_URL=farm.url)
    assert done.code == 0
    assert farm.requests
    assert "canary" not in done.out + done.err
    if "--debug" in args and chat != "ok":
        assert "fably.doctor.examining" in done.err


def test_what_mends_several_things_is_said_once() -> None:
    findings = [Finding(check, "OpenAI", "failed", "it cannot be reached", "check the network") for check in ("words", "voice", "ear")]
    shown = table([*findings, Finding("sound", "default", "ok", "it takes sound")], 100, "en", colour=False)
    assert (shown.count("→ check the network"), shown.count("→ as above"), shown.count("→")) == (1, 2, 3)


def test_ctrl_c_ends_it_at_once(farm: Farm) -> None:
    farm.chat = "silent-first"
    process = subprocess.Popen(
        [sys.executable, "-m", "fably", "doctor", "--llm-url", farm.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        while not farm.requests:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=10)  # its own deadlines are longer
    finally:
        process.kill()
    assert (process.returncode, err) == (130, "Stopped.\n")


def test_colours_are_for_a_terminal_alone(doctor: Doctor) -> None:
    lead, follow = pty.openpty()
    with subprocess.Popen([sys.executable, "-m", "fably", "doctor"], stdout=follow, stderr=subprocess.DEVNULL) as process:
        os.close(follow)
        seen = b""
        try:
            while more := os.read(lead, 4096):
                seen += more
        except OSError:  # a terminal whose other end is closed says so in this way
            pass
        assert process.wait(timeout=60) == 0
    os.close(lead)
    assert b"\x1b[32mok     \x1b[0m" in seen
