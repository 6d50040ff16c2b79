"""The commands below `fably memory`. What they do is in `weighing.py`, which is imported when one of them is called."""

from typing import Any

import click

from fably.options import MODE, chosen, options
from fably.settings.modes import SET


@click.group()
def memory() -> None:
    """Show how much memory Fably may take, and why."""


@memory.command()
@options(*MODE, *SET)
@click.pass_context
def modes(ctx: click.Context, /, **_flags: Any) -> None:
    """Show what each memory mode sets, which one is in force and why, and which one suits this machine."""
    from fably.weighing import show_modes

    show_modes(chosen(ctx))
