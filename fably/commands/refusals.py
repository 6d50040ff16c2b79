"""What the command line does not understand, in the language that is set. click speaks English, and its own catalogues are for whole
desktops; so each of its complaints is told by its class, in our words."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from fably.core.errors import FablyError
from fably.core.types import Language
from fably.settings import Field, Settings, fields_of
from fably.settings.reading import language_told

FLAG = "--language"
MOST = 3
"""Options that are named to somebody who mistyped one."""


def language_of(args: Sequence[str]) -> Language:
    """The language of who typed `args`, though nothing else of it may make sense."""
    given = [after for one, after in zip(args, [*args[1:], ""], strict=True) if one == FLAG]
    given += [one.partition("=")[2] for one in args if one.startswith(f"{FLAG}=")]
    return language_told(given[-1] if given else None)


def show_fault(fault: FablyError, args: Sequence[str]) -> None:
    """Say on standard error what went wrong."""
    from fably.faults import sentence  # the words, only now

    if sys.stderr is not None:
        language = language_of(args)
        click.echo(f"fably: {fault if language == 'en' else sentence(language, fault)}", err=True)


def show_refusal(refusal: click.ClickException, args: Sequence[str]) -> None:
    """Say on standard error what click did not understand."""
    language = language_of(args)
    if language == "en":
        refusal.show()
        return
    from fably.texts import text

    wrong, about = _told(refusal)
    ctx = getattr(refusal, "ctx", None)
    help_ = f"{ctx.command_path if ctx is not None else 'fably'} --help"
    if sys.stderr is not None:
        click.echo(f"fably: {text(language, f'wrong.{wrong}', **about)}\n{text(language, 'wrong.see_help', command=help_)}", err=True)


def _told(refusal: click.ClickException) -> tuple[str, dict[str, Any]]:
    """The name of the sentence, and what fills it."""
    match refusal:
        case click.NoSuchOption():
            like = ", ".join((refusal.possibilities or [])[:MOST])
            return "no_option_like" if like else "no_option", {"option": refusal.option_name, "like": like}
        case click.BadOptionUsage() if (field := _setting(refusal.option_name)) is not None:
            return "takes_no_value" if field.kind is bool else "no_value", {"option": refusal.option_name}
        case click.MissingParameter() if refusal.param is not None and refusal.ctx is not None:
            return "missing", {"what": refusal.param.make_metavar(refusal.ctx)}
        case click.BadParameter() if refusal.param is not None and isinstance(refusal.param.type, click.Choice):
            return "not_one_of", {"choices": ", ".join(map(str, refusal.param.type.choices))}
        case click.UsageError() if name := getattr(refusal, "command_name", ""):  # click 8.2 has no class for it
            return "no_such", {"name": name}
    return "misused", {"says": refusal.format_message().rstrip(".")}


def _setting(option: str) -> Field | None:
    return next((one for one in fields_of(Settings) if one.flag == option), None)
