"""The flags of the settings: made from their declaration, and read back from whichever command they stand at."""

from collections.abc import Callable
from typing import Any

import click

from fably.settings import Field, Settings, fields_of, load


class SettingOption(click.Option):
    """The flag of a setting. It takes text; reading and checking are the settings' business, so that every source is read alike."""

    def __init__(self, field: Field) -> None:
        is_flag = field.kind is bool
        more = {"is_flag": True} if is_flag else {"type": str, "metavar": field.metavar}
        default = "" if field.default is None or is_flag else f"  [{field.default}]"
        doc = f"Do not {field.doc[0].lower()}{field.doc[1:]}" if is_flag and field.default else field.doc
        super().__init__([str(field.flag), field.name], default=None, help=doc + default, **more)
        self.group = field.group


MODE = ("memory_mode", "lite_mode", "pi_zero_mode")
"""The settings that choose a memory mode: they belong to every command that tells, or looks at what would."""
OPTIONS: list[click.Parameter] = [SettingOption(field) for field in fields_of(Settings) if field.flag]


def options(*names: str) -> Callable[[Any], Any]:
    """The flags of the settings called `names`, for a command."""
    wanted = [one for one in OPTIONS if one.name in names]

    def add(command: Any) -> Any:
        command.__click_params__ = [*wanted, *getattr(command, "__click_params__", [])]
        return command

    return add


def chosen(ctx: click.Context, *, patient: bool = False) -> Settings:
    """The settings of a command: its own flags, over those that stand before its name.

    What makes no sense in settings.env is an error, but not for the box, which has to tell stories all the same, nor for one who is
    `patient`: they get a warning, and the rest of it.
    """
    flags: dict[str, Any] = {}
    known = {one.name for one in OPTIONS}
    one: click.Context | None = ctx
    while one is not None:
        flags = {name: value for name, value in one.params.items() if name in known and value not in (None, False, ())} | flags
        one = one.parent
    complaints: list[str] = []
    settings = load(flags, complain=complaints.append)
    if complaints and not (patient or settings.loop):
        return load(flags)  # which raises the first of them, as it can be said in any language
    for complaint in complaints:
        click.echo(f"fably: {complaint}", err=True)
    return settings


class ListingGroup(click.Group):
    """A group that lists when no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = args and (not args[0].startswith("-") or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["list", *args])
