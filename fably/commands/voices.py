"""The commands below `fably voices`. What they do is in `audition.py`, which is imported when one of them is called."""

from typing import Any

import click

from fably.commands.options import MODE, ListingGroup, chosen, options

ASKED = ("tts_provider", "tts_url", "tts_model", "language", "debug", *MODE)


@click.group(cls=ListingGroup)
def voices() -> None:
    """List the voices there are, hear one of them, and fetch more for Piper."""


@voices.command("list")
@options(*ASKED)
@click.pass_context
def list_(ctx: click.Context, /, **_flags: Any) -> None:
    """List the voices of each provider that is set up. --tts-voice takes a name, or the id in brackets."""
    from fably.commands.audition import list_voices

    ctx.exit(list_voices(chosen(ctx)))


@voices.command()
@click.argument("name")
@options(*ASKED, "tts_speaker", "tts_length_scale", "output", "sound_device", "volume")
@click.pass_context
def preview(ctx: click.Context, /, name: str, **_flags: Any) -> None:
    """Hear the voice NAME say a sentence."""
    from fably.commands.audition import preview

    preview(chosen(ctx), name)


@voices.command()
@click.argument("name", required=False, metavar="NAME|FILE.onnx")
@click.option("--list", "listing", is_flag=True, help="Show which voices there are, all or those of the language NAME, such as tr.")
@click.option("--from", "source", metavar="URL", help="Fetch from a copy of Piper's voices at home; http is allowed there.")
@options("language", "quiet", "debug")
@click.pass_context
def download(ctx: click.Context, /, name: str | None, listing: bool, source: str | None, **_flags: Any) -> None:
    """Fetch a voice for Piper from its official place, or copy it in from a file.

    What broke off goes on where it was.
    """
    from fably.commands.downloading import download, list_offers

    if listing:
        list_offers(chosen(ctx), source, name)
    elif name is None:
        raise click.UsageError("Name a voice, such as en_US-lessac-low; --list shows those there are.", ctx)
    else:
        ctx.exit(download(chosen(ctx), source, name))
