"""The commands below `fably memory`. What they do is in `weighing.py`, `ledger.py` and `soaking.py`, imported when one is called."""

from pathlib import Path
from typing import Any

import click

from fably.commands.options import MODE, chosen, options
from fably.settings.modes import SET

WEIGHED = ("language", "tts_provider", "tts_url", "tts_model", "tts_voice", *MODE, "debug")


@click.group()
def memory() -> None:
    """See how much memory Fably takes and may take, and whether that grows."""


@memory.command()
@options("language", *MODE, *SET)
@click.pass_context
def modes(ctx: click.Context, /, **_flags: Any) -> None:
    """Show what each memory mode sets, which one is in force and why, and which one suits this machine."""
    from fably.commands.weighing import show_modes

    show_modes(chosen(ctx))


@memory.command()
@click.option("--json", "json", is_flag=True, help="One JSON object on standard output.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.svg", help="Draw the last hours into FILE.svg.")
@options("language", *MODE, "memory_limit")
@click.pass_context
def report(ctx: click.Context, /, json: bool, plot: Path | None, **_flags: Any) -> None:
    """Show what is taken now, what was loaded and left, at what cost, and how much was held when."""
    from fably.ledger import report

    report(chosen(ctx), json=json, plot=plot)


@memory.command()
@click.option("--count", type=click.IntRange(8, 10_000), default=100, help="How many stories are told.  [100]")
@options(*WEIGHED)
@click.pass_context
def leaks(ctx: click.Context, /, count: int, **_flags: Any) -> None:
    """Tell stories into nothing, one after the other, and see whether memory grows. The exit code is 1 if it does."""
    from fably.commands.soaking import leaks

    ctx.exit(leaks(chosen(ctx), count))
