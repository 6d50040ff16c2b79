"""The report that `--bundle` writes, to be attached to an issue: what was found, what the machine is, and what the box logged last.

It is made for strangers. Keys and passwords are taken out of it wherever they stand, and so are names of networks, of this machine and
its people, and what a child said: stories are called by it, and some lines quote it.
"""

import getpass
import json
import os
import re
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from fably import __version__
from fably.core.parts import written
from fably.core.secrecy import without
from fably.doctor.checkup import Checkup
from fably.doctor.last_lines import kept
from fably.doctor.machine.signs import kernel_log
from fably.doctor.machine.units import BOX, PAGE, SOCKET, TROUBLE, unit
from fably.doctor.machine.versions import known
from fably.doctor.patient import Patient
from fably.doctor.report import plain
from fably.library.names import is_name
from fably.logs import secrets_of
from fably.screen import show
from fably.settings import Settings, Url, fields_of

LINES = 300
"""Of a log, the last ones."""
LARGEST = 400_000
"""Characters of a report."""
FILES = (
    "/etc/os-release", "/proc/version", "/proc/cmdline", "/proc/meminfo", "/proc/pressure/memory", "/proc/swaps", "/proc/mounts",
    "/proc/asound/cards", "/proc/asound/pcm", "/etc/asound.conf", "/proc/device-tree/model", "/proc/device-tree/hat/product",
    "/proc/device-tree/hat/vendor", "/sys/fs/cgroup/cgroup.controllers",
)  # fmt: skip
PERSONAL = ("query_file", "prompt_file", "output", "web_names", "microphone_device", "sound_device")
"""Settings that may hold somebody's words, or a name that somebody gave; only that they are set is told."""
_TAKEN_OUT = (
    (re.compile(r"(?i)\b(e?ssid|psk|passphrase|password|wpa-psk|key-mgmt|bssid)(\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|\S.*)"), r"\1\2…"),
    (re.compile(r"(?i)(\b(?:connect(?:ed|ing|ion)?|associat\w+|activat\w+|joined)\b[^\n]*?\b(?:to|with)\s+)(['\"])[^'\"]+\2"), r"\1…"),
    (re.compile(r"\b(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\b"), "…"),  # a radio's address, by which maps know a house
    (re.compile(r"(?i)\b(?:sk|pk|rk|xi|key)[-_][\w*.-]{8,}|\bAIza[\w-]{8,}|\b[A-Za-z0-9_-]{40,}\b"), "…"),
    (re.compile(r"(?<=://)[^/\s@]+@"), ""),
    (re.compile(r"“[^”]*”|„[^“]*“|«[^»]*»"), "“…”"),
    (re.compile(r"(?<=/home/)[^/\s:]+"), "…"),
    (re.compile(r"(?m)^(Serial\s*:\s*)\S+"), r"\1…"),
    (re.compile(r"\b((?:serial|PARTUUID|UUID)=)\S+"), r"\1…"),
    (re.compile(r"(?m)((?:passage \d+ is heard|held back \([^)\n]*\)): ).*"), r"\1…"),  # what --debug shows of a story
    (re.compile(r"(?<!version )\b(?!127\.|0\.|255\.)\d{1,3}(?:\.\d{1,3}){3}\b(?!\.\d)"), "…"),
    (re.compile(r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])"), "…"),
    (re.compile(r"(?i)(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::[0-9a-f:]*(?!\w)"), "…"),
)
"""What is taken out wherever it stands, and what comes in its place."""


def write_bundle(file: str, checkup: Checkup, settings: Settings, patient: Patient) -> Path | None:
    """Write the report to `file`, for its writer alone to read; where it is. None for "-", which is standard output. Raises `OSError`."""
    report = bundle(checkup, settings, patient)
    if file == "-":
        show(report, sys.stdout)
        return None
    target = Path(file).absolute()
    with written(target, 0o600) as part:
        part.write_text(report, encoding="utf-8")
    return target


def bundle(checkup: Checkup, settings: Settings, patient: Patient) -> str:
    """The whole report, as text."""
    parts = [f"== {title}\n{text.strip()}\n" for title, text in _parts(checkup, settings, patient)]
    return discreet("\n".join(parts), words_of(settings, patient))[:LARGEST]


def _parts(checkup: Checkup, settings: Settings, patient: Patient) -> Iterator[tuple[str, str]]:
    yield f"Fably {__version__}, {patient.now().isoformat(timespec='minutes')}", "to be attached to an issue, after a look at it"
    yield "what was found", json.dumps([plain(one) for one in checkup.findings], ensure_ascii=False, indent=1)
    yield "what is set", "\n".join(_set(settings))
    yield "packages", "\n".join(f"{one} {version}" for one in _packages() if (version := patient.version(one)))
    for name in (BOX, TROUBLE, SOCKET, PAGE):
        if facts := unit(patient, name):
            yield name, "\n".join(f"{key}={value}" for key, value in facts.items())
    lines = [f"{one.at} {one.boot} {one.pid} {one.what} {one.says}" for one in kept(patient, settings)]
    yield "what the box logged last, through crashes and power cuts", "\n".join(lines[-LINES:])
    journal = patient.ask("journalctl", "--unit", "fably*", "--quiet", "--no-pager", "--output=short-iso", f"--lines={LINES}")
    yield "the journal", journal or ""
    yield "the kernel's log", "\n".join(kernel_log(patient)[-LINES:])
    for file in (*FILES, *(f"{patient.boot}/{one}" for one in ("config.txt", "cmdline.txt") if patient.boot)):
        if (text := patient.read(file)) is not None:
            yield file, text


def _packages() -> list[str]:
    """Those that Fably may use."""
    ours = ("fably", "click", "openai", "sounddevice", "gpiozero", "lgpio", "piper-tts", "faster-whisper", "wyoming", "gradio", "av")
    return sorted({*ours, "onnxruntime", "numpy", "pocketsphinx", "pymicro-wakeword", *(one["package"] for one in known()["versions"])})


def _set(settings: Settings) -> Iterator[str]:
    """What is set to something else than usual; of what is secret, or somebody's own, only that it is."""
    usual = Settings()
    for field in fields_of(Settings):
        value = getattr(settings, field.name)
        if value != getattr(usual, field.name):
            hidden = field.secret or field.name in PERSONAL or isinstance(value, Path | Url)
            yield f"{field.env}={'…' if hidden else value}"


def words_of(settings: Settings, patient: Patient) -> Sequence[str]:
    """The words that are nobody's business: keys, the names of networks, of this machine and its people, and of the stories."""
    found = [*secrets_of(settings), socket.gethostname()]
    with suppress(OSError, KeyError):
        found.append(getpass.getuser())
    found += _people(patient)
    for radio in patient.names("/sys/class/net"):
        told = patient.ask("iw", "dev", radio, "link") or "" if patient.there(f"/sys/class/net/{radio}/phy80211") else ""
        found += re.findall(r"^\s*SSID: (.+)$", told, re.MULTILINE)
    networks = "/etc/NetworkManager/system-connections"
    found += [one.removesuffix(".nmconnection") for one in patient.names(networks)]
    with suppress(OSError):
        found += [name for name in os.listdir(settings.library_path) if is_name(name)]  # noqa: PTH208 - names are wanted
    ordinary = {"fably", "root", "localhost", "pi", "raspberrypi", ""}
    return sorted({one for one in found if one not in ordinary}, key=len, reverse=True)


def _people(patient: Patient) -> Iterator[str]:
    """Who may log in to the machine: their accounts' names and their own. With sudo it is the box that writes the report, and not they."""
    for line in (patient.read("/etc/passwd") or "").splitlines():
        account, _, number, _, own, *_ = [*line.split(":"), *[""] * 6]
        if number.isdecimal() and 1000 <= int(number) < 60_000:
            yield account
            yield own.partition(",")[0]


def discreet(text: str, words: Sequence[str]) -> str:
    """`text` without any of `words`, and without what looks like a secret, or like somebody's words."""
    for one in words:
        text = without(one, text)
    for pattern, instead in _TAKEN_OUT:
        text = pattern.sub(instead, text)
    return text
