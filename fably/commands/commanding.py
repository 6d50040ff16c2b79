"""What `fably ctl …` does: it asks the box, and shows what that says, for people or as JSON."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from json import dumps
from pathlib import Path
from typing import Any

import click

from fably.control.client import Client, connected
from fably.control.place import places
from fably.control.protocol import Refused
from fably.core.errors import ConfigError
from fably.pcm.converting import Converter
from fably.pcm.utterance import read_utterance
from fably.running import run
from fably.screen import show
from fably.settings import Field, Settings, fields_of
from fably.settings.fields import like, no_setting
from fably.texts import text

RATE = 16_000
"""Hz of the sound that a box takes."""
BAD_INPUT = ("bad_request", "unknown_command", "unknown_story", "wrong_setting")


def ask(settings: Settings, do: str, given: Mapping[str, Any], *, json: bool) -> int:
    """Have the box do `do`, show what it says, and give the exit code: 0 done, 1 not possible, 2 bad input. `only` in `given` is not for
    the box: it says what of the answer is wanted. Raises `NobodyThere`."""
    return run(_ask(settings, do, {**given}, json))


async def _ask(settings: Settings, do: str, given: dict[str, Any], json: bool) -> int:
    only = given.pop("only", ())
    async with _box(settings) as box:
        try:
            said = await (box.hear(**given) if do == "hear" else box.ask(do, **given))
        except Refused as fault:
            if json:
                show(dumps({"ok": False, "error": fault.word, "says": str(fault)}, ensure_ascii=False) + "\n", sys.stdout)
            show(f"fably: {fault}\n", sys.stderr)
            return 2 if fault.word in BAD_INPUT else 1
        shown = dumps(said, ensure_ascii=False) + "\n" if json else _text(settings, do, said, only)
        show(shown, sys.stdout)
    return _heard(settings, said) if do == "hear" else 0


def _heard(settings: Settings, said: Mapping[str, Any]) -> int:
    """The exit code for a wish that was spoken: a script may tell it, if there is one. What is to be known of it is for a person."""
    if not said["wish"] or not said["sure"]:
        show(text(settings.language, f"control.heard_{'perhaps' if said['wish'] else 'nobody'}") + "\n", sys.stderr)
    return 0 if said["wish"] else 1


def watch(settings: Settings, *, json: bool) -> int:
    """Show what happens until nobody reads it any more. Raises `NobodyThere`."""
    return run(_watch(settings, json))


async def _watch(settings: Settings, json: bool) -> int:
    async with _box(settings) as box:
        said = await box.ask("watch")
        try:
            _written(dumps(said, ensure_ascii=False) + "\n" if json else _text(settings, "status", said, ()))
            async for event in box.events():
                _written(dumps(event, ensure_ascii=False) + "\n" if json else _happened(settings, event))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or else it would fail again when the process ends
    return 0


def _written(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


def _box(settings: Settings) -> AbstractAsyncContextManager[Client]:
    return connected(places(settings.control_socket, os.environ, settings.state), settings.language)


# ---- what is shown -------------------------------------------------------------------------------------------------------


def _text(settings: Settings, do: str, said: Mapping[str, Any], only: Sequence[str]) -> str:
    def line(key: str, **values: object) -> str:
        return text(settings.language, key, **values) + "\n"

    match do:
        case "status" if only:
            return line("control.volume", **said["volume"])
        case "status":
            told_by = {name: said[name] for name in ("words", "voice", "version")}
            return (
                _doing(settings, said)
                + line("control.volume", **said["volume"])
                + line("control.told_by", spoken=said["language"], **told_by)
            )
        case "volume":
            return f"{said['now']}\n"
        case "hear":
            return f"{_plain(said['wish'])}\n" if said["wish"] else ""
        case "settings":
            return "".join(f"{complaint}\n" for complaint in said["complaints"]) + _listed(settings, said["fields"], only)
        case "set":
            names = ", ".join(said["restart"])
            overruled = (line("control.overruled", name=name, origin=origin) for name, origin in said["overruled"].items())
            return (line("control.saved_restart", names=names) if names else line("control.saved")) + "".join(overruled)
        case "favourite" | "rename" | "delete" | "restore":
            return line("control.library_done", name=said["story"])
        case _:
            return ""


def _doing(settings: Settings, said: Mapping[str, Any]) -> str:
    state, story = text(settings.language, f"state.{said['state']}"), said["story"]
    if story is None:
        return state + "\n"
    return (
        text(settings.language, "control.telling", state=state, title=_plain(story["title"]), percent=round(story["progress"] * 100)) + "\n"
    )


def _happened(settings: Settings, event: Mapping[str, Any]) -> str:
    match event["event"]:
        case "state":
            return _doing(settings, event)
        case "passage":
            return f"{_plain(event['text'])}\n"
        case "volume":
            return text(settings.language, "control.volume", **{name: event[name] for name in ("now", "least", "most")}) + "\n"
        case "library":
            return text(settings.language, "control.library") + "\n"
        case "ends_in":
            return text(settings.language, "control.ends_in", minutes=max(1, round(event["seconds"] / 60))) + "\n"
        case _:
            return ""  # of a newer box


def _listed(settings: Settings, fields: Sequence[Mapping[str, Any]], only: Sequence[str]) -> str:
    wanted = [_named(one).name for one in only]
    rows = []
    for field in fields:
        if wanted and field["name"] not in wanted:
            continue
        value = field.get("value")
        if field["secret"]:
            value = text(settings.language, "control.secret_set", ends=field["ends"]) if field["set"] else None
        shown = "-" if value is None else {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        waits = "  " + text(settings.language, "control.waits") if field["waits"] else ""
        rows.append(f"{field['name']:26} {_plain(str(shown))}  ({field['origin']}){waits}\n")
    return "".join(rows)


def _plain(words: str) -> str:
    """The same without what a terminal might obey."""
    return "".join(one if one.isprintable() else " " for one in words)


def sound_in(file: Path) -> bytes:
    """What is said in a WAV file, as the box takes it. Raises `ConfigError`."""
    try:
        utterance = read_utterance(file)
    except OSError as error:
        fault = ConfigError(f"{file} cannot be read: {error.strerror or error}")
        raise fault.of_kind("unreadable_file", file=file, reason=error) from error
    except ValueError as error:
        raise ConfigError(f"{file} {error}") from error
    return Converter(RATE).convert(utterance.pcm, utterance.format)


# ---- what is typed -------------------------------------------------------------------------------------------------------


def values_of(settings: Settings, pairs: Sequence[str]) -> dict[str, str | None]:
    """The values that NAME=VALUE means. Raises `ConfigError`."""
    values: dict[str, str | None] = {}
    for pair in pairs:
        name, given, value = pair.partition("=")
        field = _named(name)
        if field.secret and value:
            raise ConfigError(f"{field.env} is a secret: others see what is typed in a command; leave =… out, and it is asked for")
        values[field.name] = (value if given else _typed(settings, field)) or None
    return values


def _named(name: str) -> Field:
    """The setting that is meant by its name, its flag, or its name in the environment. Raises `ConfigError`."""
    known = {one.name: one for one in fields_of(Settings)} | {one.env.lower(): one for one in fields_of(Settings)}
    found = known.get(name.strip("-").replace("-", "_").lower())
    if found is None:
        raise no_setting(name[:40], like(name.lower(), list(known)), "`fably ctl settings`")
    return found


def _typed(settings: Settings, field: Field) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        typed = sys.stdin.readline().strip() if sys.stdin is not None else ""
        if not typed:  # an empty pipe is no wish to lose a key
            raise ConfigError(f"no value for {field.env} came; type one, or say {field.name}= to take it back")
        return typed
    return str(click.prompt(text(settings.language, "control.value_of", name=field.env), hide_input=field.secret, prompt_suffix="")).strip()
