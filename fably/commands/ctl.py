"""The commands below `fably ctl`, which speak to a box that is on. What they do is in `commanding.py`, imported when one is called."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fably.commands.options import chosen, options
from fably.core.errors import ConfigError

STORY = click.argument("story")
MAYBE_STORY = click.argument("story", required=False)
SILENT = click.option("--silent", is_flag=True, help="Make it and keep it, and play nothing.")


@click.group()
def ctl() -> None:
    """Speak to the box that is on: tell, stop, pause, resume, volume, status, settings and so on."""


def command(name: str, *more: str, **attributes: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """A command of `ctl`, with the flags that all of them have."""

    def made(function: Callable[..., Any]) -> click.Command:
        with_json = click.option("--json", "json", is_flag=True, help="The box's own answer, as one JSON object.")(function)
        return ctl.command(name, **attributes)(click.pass_context(options("control_socket", "language", *more)(with_json)))

    return made


def ask(ctx: click.Context, do: str, json: bool, /, **given: Any) -> None:
    """Have the box do something, show what it says to that, and leave with the exit code."""
    from fably.commands.commanding import ask

    ctx.exit(ask(chosen(ctx, patient=True), do, given, json=json))


@command("status")
def status(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Show what it is doing."""
    ask(ctx, "status", json)


@command("watch")
def watch(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Show what it is doing, and what happens from then on, until Ctrl-C."""
    from fably.commands.commanding import watch

    ctx.exit(watch(chosen(ctx, patient=True), json=json))


@command("press")
@click.argument("kind", type=click.Choice(["short", "double", "long"]), default="short")
def press(ctx: click.Context, /, kind: str, json: bool, **_flags: Any) -> None:
    """Press the button."""
    ask(ctx, "press", json, kind=kind)


@command("tell", "age", "length")
@click.argument("wish", nargs=-1)
@click.option("--story", help="A story of the library instead, or one that came with Fably, by its name.")
@click.option("--first", type=int, help="Its passage to begin with.  [0]")
@SILENT
def tell(
    ctx: click.Context, /, wish: tuple[str, ...], story: str | None, first: int | None, silent: bool, json: bool, **_flags: Any
) -> None:
    """Tell the story of WISH; without one a story of its own choosing. --age, --length and --language count for this story only."""
    settings = chosen(ctx, patient=True)
    of_this = {name: getattr(settings, name) for name in ("age", "length", "language") if name in settings.flags}
    ask(ctx, "tell", json, wish=" ".join(wish) or None, story=story, first=first, aloud=False if silent else None, **of_this)


@command("continue")
@MAYBE_STORY
@SILENT
def go_on(ctx: click.Context, /, story: str | None, silent: bool, json: bool, **_flags: Any) -> None:
    """Tell what happened next, after the last story or STORY."""
    ask(ctx, "continue", json, story=story, aloud=False if silent else None)


@command("stop")
def stop(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Be silent. `resume` knows the place."""
    ask(ctx, "stop", json)


@command("pause")
def pause(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Be silent, and ready to go on."""
    ask(ctx, "pause", json)


@command("resume")
def resume(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Go on, from the start of the same sentence."""
    ask(ctx, "resume", json)


@command("again")
def again(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Go back to the start of this story."""
    ask(ctx, "again", json)


@command("next-voice")
def next_voice(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Go on with the next voice."""
    ask(ctx, "next_voice", json)


@command("volume", context_settings={"ignore_unknown_options": True})
@click.argument("percent", required=False, metavar="[PERCENT|+N|-N]")
def volume(ctx: click.Context, /, percent: str | None, json: bool, **_flags: Any) -> None:
    """Make it so loud, or louder or softer by N; without a number show how loud it is."""
    if percent is None:
        ask(ctx, "status", json, only="volume")
        return
    try:
        number = int(percent)
    except ValueError:
        fault = ConfigError(f"{percent[:60]!r} is no number of percent, such as 40, +5 or -5")
        raise fault.of_kind("no_percent", given=percent[:60]) from None
    ask(ctx, "volume", json, **{"by" if percent[0] in "+-" else "percent": number})


@command("say")
@click.argument("digits")
def say(ctx: click.Context, /, digits: str, json: bool, **_flags: Any) -> None:
    """Say DIGITS aloud, slowly and twice."""
    ask(ctx, "say", json, digits=digits)


@command("preview")
@click.argument("voice")
@click.argument("sentence", nargs=-1)
def preview(ctx: click.Context, /, voice: str, sentence: tuple[str, ...], json: bool, **_flags: Any) -> None:
    """Have VOICE say SENTENCE, or a line of its own."""
    ask(ctx, "preview", json, voice=voice, text=" ".join(sentence) or None)


@command("hear")
@click.argument("file", type=click.Path(path_type=Path))
def hear(ctx: click.Context, /, file: Path, json: bool, **_flags: Any) -> None:
    """Show the wish that somebody speaks in FILE, any WAV of 20 seconds at most. --language is what they speak."""
    from fably.commands.commanding import ask, sound_in

    settings = chosen(ctx, patient=True)
    ctx.exit(ask(settings, "hear", {"sound": sound_in(file), "language": settings.language}, json=json))


@command("room")
def room(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Have engines that nobody needs leave the memory."""
    ask(ctx, "room", json)


@command("settings")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def settings(ctx: click.Context, /, names: tuple[str, ...], json: bool, **_flags: Any) -> None:
    """Show what is set, and where that comes from."""
    ask(ctx, "settings", json, only=names)


@command("set")
@click.argument("pairs", nargs=-1, required=True, metavar="NAME=VALUE...")
def set_(ctx: click.Context, /, pairs: tuple[str, ...], json: bool, **_flags: Any) -> None:
    """Set something for good, in settings.env. NAME= takes it back; NAME alone asks for the value, as a key must be."""
    from fably.commands.commanding import values_of

    ask(ctx, "set", json, values=values_of(chosen(ctx, patient=True), pairs))


@command("restart")
def restart(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Begin anew, with what is set now."""
    ask(ctx, "restart", json)


@command("favourite")
@STORY
@click.option("--off", is_flag=True, help="No favourite any more.")
def favourite(ctx: click.Context, /, story: str, off: bool, json: bool, **_flags: Any) -> None:
    """Make a story a favourite."""
    ask(ctx, "favourite", json, story=story, on=False if off else None)


@command("rename")
@STORY
@click.argument("title", nargs=-1)
def rename(ctx: click.Context, /, story: str, title: tuple[str, ...], json: bool, **_flags: Any) -> None:
    """Call a story TITLE."""
    ask(ctx, "rename", json, story=story, title=" ".join(title))


@command("delete")
@STORY
def delete(ctx: click.Context, /, story: str, json: bool, **_flags: Any) -> None:
    """Delete a story; `restore` brings it back."""
    ask(ctx, "delete", json, story=story)


@command("restore")
@STORY
def restore(ctx: click.Context, /, story: str, json: bool, **_flags: Any) -> None:
    """Bring a deleted story back."""
    ask(ctx, "restore", json, story=story)
