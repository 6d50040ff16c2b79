"""The command line: argv becomes settings and one call. The only place that prints."""

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

import click

from fably import __version__
from fably.commands.ctl import ctl
from fably.commands.footprint import memory
from fably.commands.health import doctor
from fably.commands.options import OPTIONS, chosen
from fably.commands.page import web
from fably.commands.refusals import show_fault, show_refusal
from fably.commands.slips import Known, slip
from fably.commands.stories import stories
from fably.commands.voices import voices
from fably.core.errors import ConfigError, FablyError, VoiceUnknown
from fably.settings.fields import like

WISH = "tell a story"  # no word that anybody can type is the name of the hidden command


class Door(click.Group):
    """A group whose first word may be a command; whatever else is there is a wish, quoted or not."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _values, rest, _order = self.make_parser(ctx).parse_args(list(args))
        before = args[: len(args) - len(rest)]
        if rest and before[-1:] != ["--"] and self._is_command(*rest[:2]):
            return super().parse_args(ctx, args)
        flags = args[: args.index("--")] if "--" in args else args
        if rest and before[-1:] != ["--"]:
            if rest[0] == "help" and all(one in self.commands for one in rest[1:]):
                return super().parse_args(ctx, [*rest[1:], "--help"])
            if fault := slip(list(takewhile(lambda one: not one.startswith("-"), rest)) or rest, self._known()):
                raise fault
        about = [flag for flag in flags if flag in ("-h", "--help", "--version")]  # wherever they stand, they are about the whole
        return super().parse_args(ctx, about or [WISH, *args])

    def _is_command(self, first: str, second: str = "-") -> bool:
        """Whether `first` is a command, and no wish with words that follow: "voices of the sea", "stories about frogs"."""
        command = self.commands.get(first)
        if command is None:
            return False
        if first == "ctl" and second != "-":  # no wish begins so: `ctl sleep 10` is meant for the box
            return True
        if second.startswith("-") or not isinstance(command, click.Group):
            return second.startswith("-")
        return second in command.commands or like(second, list(command.commands)) != ""  # a slip of the finger is no wish

    def _known(self) -> dict[str, Known]:
        """The commands, as far as a slip of the finger is judged by them."""
        known = {}
        for name, command in self.commands.items():
            below = command.commands if isinstance(command, click.Group) else {}
            named = (one for one, its in below.items() if any(isinstance(param, click.Argument) for param in its.params))
            known[name] = Known(tuple(below), next(named, ""))
        return {name: one for name, one in known.items() if not self.commands[name].hidden}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _format_groups(self.get_params(ctx), formatter)
        super().format_commands(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)


def _format_groups(params: Sequence[click.Parameter], formatter: click.HelpFormatter) -> None:
    """Options by group, as the settings are declared."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for param in params:
        if isinstance(param, click.Option):
            shown = param.get_help_record(click.get_current_context())
            if shown:
                groups.setdefault(getattr(param, "group", "Others"), []).append(shown)
    for title, rows in groups.items():
        with formatter.section(title):
            formatter.write_dl(rows)


VERSION = click.version_option(__version__, message="fably %(version)s")


class Wish(click.Command):
    """The hidden command, which has no name in what is shown."""

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        return super().make_context("", args, parent, **extra)


EXAMPLES = click.Option(["--examples", "list_examples"], is_flag=True, help="List the stories that came with Fably, and leave.")


class ContinueOption(click.Option):
    """What happened next: no setting, for it is about one evening."""

    group = "What is told"


CONTINUE = ContinueOption(
    ["--continue", "continued"], is_flag=False, flag_value="", metavar="[STORY]",
    help="Tell what happened next, in the last story or in the one called STORY, or about that; one that broke off goes on.",
)  # fmt: skip


PARAMS = [*OPTIONS, CONTINUE, EXAMPLES]


@click.command(WISH, cls=Wish, hidden=True, params=[click.Argument(["query"], nargs=-1), *PARAMS], add_help_option=False)
@click.pass_context
def wish(ctx: click.Context, /, query: Sequence[str], list_examples: bool, continued: str | None = None, **_flags: Any) -> None:
    settings = chosen(ctx)
    if list_examples:
        from fably.commands.bookshelf import list_examples as listed

        listed(settings)
        return
    if continued is not None:
        if settings.loop or settings.query_file:
            flag = "--loop" if settings.loop else "--query-file"
            fault = ConfigError(f'--continue tells one story; leave {flag} out, or say "what happened next?" there')
            raise fault.of_kind("one_story", flag=flag)
        from fably.terminal import continue_story

        ctx.exit(continue_story(settings, " ".join([continued, *query]).strip()))
    if settings.loop:
        from fably.box.looping import live

        ctx.exit(live(settings, " ".join(query)))
    from fably.terminal import tell_story

    ctx.exit(tell_story(settings, " ".join(query)))


_EPILOG = "Every option can be set in the environment, in settings.env or in .env: --llm-url is FABLY_LLM_URL there."


def _door() -> Door:
    door = Door("fably", context_settings={"help_option_names": ["-h", "--help"]}, params=[*PARAMS], epilog=_EPILOG)
    door.subcommand_metavar = "[QUERY]...  |  COMMAND [ARGS]..."
    door.help = "Tell a bedtime story about QUERY, made up and spoken at the same time."
    VERSION(door)
    for command in (wish, voices, stories, memory, doctor, ctl, web):
        door.add_command(command)
    return door


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 told, 1 could not be told, 2 a setting is wrong, 130 stopped."""
    typed = sys.argv[1:] if args is None else args
    sys.exit(_guarded(lambda: _door()(args=args, prog_name="fably", standalone_mode=False), typed))


def _guarded(run: Callable[[], Any], args: Sequence[str]) -> int:
    """Whatever goes wrong is one sentence on standard error, never a traceback."""
    try:
        return _flushed(int(run() or 0))
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        show_refusal(error, args)
        return error.exit_code
    except FablyError as error:
        show_fault(error, args)
        return 2 if isinstance(error, ConfigError | VoiceUnknown) else 1  # a voice that is not there is a wrong setting
    except OSError as error:  # most likely a standard stream that takes nothing: --help into a full disk
        with contextlib.suppress(OSError):
            click.echo(f"fably: {error.strerror or error}", err=True)
        os._exit(1)  # without the flush at exit, which would complain once more
    except (KeyboardInterrupt, click.Abort):
        return 130


def _flushed(code: int) -> int:
    if sys.stdout is not None:
        sys.stdout.flush()
    return code
