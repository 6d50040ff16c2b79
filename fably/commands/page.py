"""The commands `fably web` and `fably web password`. What they do is in `web/`, which is imported when one of them is called."""

from typing import Any

import click

from fably.commands.options import chosen, options


@click.group(invoke_without_command=True)
@click.option(
    "--host", metavar="ADDRESS", help="Listen here; 0.0.0.0 is for everybody at home, and then a password is needed.  [127.0.0.1]"
)
@click.option("--port", type=click.IntRange(1, 65_535), help="And at this port.  [7860]")
@click.option("--systemd", is_flag=True, help="Take the socket that systemd has made (LISTEN_FDS).")
@click.option("--idle-exit", metavar="TIME", help="Leave when nobody has looked for so long: 10m, 90s; 0 is never.  [10m with --systemd]")
@options("language", "stories_path", "web", "web_names", "control_socket", "quiet", "debug")
@click.pass_context
def web(ctx: click.Context, /, host: str | None, port: int | None, systemd: bool, idle_exit: str | None, **_flags: Any) -> None:
    """Serve the parent's page: stories to read and hear, wishes, and settings, in a browser."""
    if ctx.invoked_subcommand is None:
        from fably.web.command import page

        page(chosen(ctx), host, port, idle_exit, systemd=systemd)


@web.command()
@options("language")
@click.pass_context
def password(ctx: click.Context, /, **_flags: Any) -> None:
    """Set the password of the page, asked for here or read from standard input. Whoever is logged in is logged out."""
    from fably.web.command import set_password

    set_password(chosen(ctx))
