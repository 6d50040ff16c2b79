"""The commands below `fably stories`. What they do is in `shelf.py`, which is imported when one of them is called."""

from pathlib import Path
from typing import Any

import click

from fably.commands.options import MODE, ListingGroup, chosen, options

WHERE = ("stories_path", "language")
EXAMPLES = ("compress_examples",)
VOICE = ("tts_provider", "tts_url", "tts_model", "tts_voice", "tts_speaker", "tts_length_scale")
HEARD = (*WHERE, "output", "sound_device", "volume", "bedtime", "sleep_timer", *VOICE, "quiet", "debug")
TOLD = (*HEARD, "llm_provider", "llm_url", "llm_model", "single_provider", "age", "allow", "examples_on_demand", *EXAMPLES, *MODE)
NAME = click.argument("name")


@click.group(cls=ListingGroup)
def stories() -> None:
    """List, show, play, resume and otherwise look after the stories that are kept."""


@stories.command("list")
@click.option("--count", type=click.IntRange(1), default=20, help="How many are shown.  [20]")
@click.option("--all", "everything", is_flag=True, help="Show all of them.")
@click.option("--deleted", is_flag=True, help="Show those that can be restored.")
@click.option(
    "--examples", "list_examples", is_flag=True, help="Show those that came with Fably: name, age, what it is about, title, hero."
)
@options(*WHERE, *EXAMPLES)
@click.pass_context
def list_(
    ctx: click.Context, /, count: int = 20, everything: bool = False, deleted: bool = False, list_examples: bool = False, **_flags: Any
) -> None:
    """List the stories, newest first: when, how long, * favourite, … broke off, language, name, title or wish."""
    if list_examples:
        from fably.commands.bookshelf import list_examples as listed

        listed(chosen(ctx))
        return
    from fably.commands.shelf import list_stories

    list_stories(chosen(ctx), None if everything else count, deleted=deleted)


@stories.command()
@NAME
@options(*WHERE, *EXAMPLES)
@click.pass_context
def show(ctx: click.Context, /, name: str, **_flags: Any) -> None:
    """Show the text of a story, who told it, and what was held back from the child."""
    from fably.commands.shelf import show_story

    show_story(chosen(ctx), name)


@stories.command()
@NAME
@options(*TOLD)
@click.pass_context
def play(ctx: click.Context, /, name: str, **_flags: Any) -> None:
    """Tell a story again, from its beginning, or one that came with Fably. NAME may be the beginning of a name."""
    from fably.commands.shelf import play

    ctx.exit(play(chosen(ctx), name))


@stories.command()
@click.argument("name", required=False)
@options(*TOLD)
@click.pass_context
def resume(ctx: click.Context, /, name: str | None, **_flags: Any) -> None:
    """Go on with a story that broke off, at the sentence that was being heard; without NAME it is the last one."""
    from fably.commands.shelf import resume

    ctx.exit(resume(chosen(ctx), name))


@stories.command("continue")
@click.argument("name", nargs=-1, metavar="[NAME]")
@options(*TOLD)
@click.pass_context
def continue_(ctx: click.Context, /, name: tuple[str, ...], **_flags: Any) -> None:
    """Tell what happened next: the rest of a story that broke off, or a new one about the same; without NAME it is the last one. NAME
    may also be what the story is about."""
    from fably.terminal import continue_story

    ctx.exit(continue_story(chosen(ctx), " ".join(name)))


@stories.command()
@NAME
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options(*WHERE)
@click.pass_context
def export(ctx: click.Context, /, name: str, file: Path, **_flags: Any) -> None:
    """Write a story to FILE: its text to a .txt, its sound to a .wav or an .opus."""
    from fably.commands.shelf import export

    export(chosen(ctx), name, file)


@stories.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@options(*WHERE)
@click.pass_context
def pack(ctx: click.Context, /, names: tuple[str, ...], **_flags: Any) -> None:
    """Pack the sound of stories into a fifteenth of its room; without NAME, of all of them."""
    from fably.commands.shelf import pack

    pack(chosen(ctx), names)


@stories.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="Speak all of them.")
@options(*WHERE, *VOICE, "quiet", "debug")
@click.pass_context
def render(ctx: click.Context, /, names: tuple[str, ...], everything: bool, **_flags: Any) -> None:
    """Speak kept stories ahead, with the voice that is set, for one that cannot keep up with a telling.

    Their sound is replaced once the new one is whole. What is stopped goes on where it was.
    """
    if bool(names) == everything:
        raise click.UsageError("Name the stories that are to be spoken, or all of them with --all.", ctx)
    from fably.commands.rendering import render

    ctx.exit(render(chosen(ctx), names, everything=everything))


@stories.command()
@NAME
@click.option("--for-good", is_flag=True, help="With no way back, also of one that was deleted before.")
@options(*WHERE)
@click.pass_context
def delete(ctx: click.Context, /, name: str, for_good: bool, **_flags: Any) -> None:
    """Delete a story; `restore` brings it back."""
    from fably.commands.shelf import delete

    delete(chosen(ctx), name, for_good=for_good)


@stories.command()
@NAME
@options(*WHERE)
@click.pass_context
def restore(ctx: click.Context, /, name: str, **_flags: Any) -> None:
    """Bring a deleted story back."""
    from fably.commands.shelf import restore

    restore(chosen(ctx), name)


@stories.command()
@NAME
@click.option("--off", is_flag=True, help="No favourite any more.")
@options(*WHERE)
@click.pass_context
def favourite(ctx: click.Context, /, name: str, off: bool, **_flags: Any) -> None:
    """Make a story a favourite: its sound stays, however little room there is."""
    from fably.commands.shelf import favourite

    favourite(chosen(ctx), name, off=off)


@stories.command()
@NAME
@click.argument("title", nargs=-1)
@options(*WHERE)
@click.pass_context
def rename(ctx: click.Context, /, name: str, title: tuple[str, ...], **_flags: Any) -> None:
    """Call a story TITLE, as the list shows it; NAME stays its name. Without TITLE it is called by its wish again."""
    from fably.commands.shelf import rename

    rename(chosen(ctx), name, " ".join(title))
