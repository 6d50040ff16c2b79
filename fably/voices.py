"""The commands below `fably voices`. What they do is in `audition.py`, which is imported when one of them is called."""

from typing import Any

import click

from fably.options import ListingGroup, chosen, options

ASKED = ("tts_provider", "tts_url", "tts_model", "language", "debug")


@click.group(cls=ListingGroup)
def voices() -> None:
    """List the voices there are, and hear one of them."""


@voices.command("list")
@options(*ASKED)
@click.pass_context
def list_(ctx: click.Context, /, **_flags: Any) -> None:
    """List the voices of each provider that is set up. --tts-voice takes a name, or the id in brackets."""
    from fably.audition import list_voices

    ctx.exit(list_voices(chosen(ctx)))


@voices.command()
@click.argument("name")
@options(*ASKED, "tts_speaker", "tts_length_scale", "output", "sound_device", "volume")
@click.pass_context
def preview(ctx: click.Context, /, name: str, **_flags: Any) -> None:
    """Hear the voice NAME say a sentence."""
    from fably.audition import preview

    preview(chosen(ctx), name)
