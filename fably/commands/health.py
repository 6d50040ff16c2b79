"""The command `fably doctor`. What it does is in `doctor/`, which is imported when it is called."""

from typing import Any

import click

from fably.commands.options import MODE, chosen, options
from fably.core.errors import ConfigError

LOOKED_AT = (
    "single_provider", "external_services", "llm_provider", "llm_url", "llm_model", "temperature", "max_tokens",
    "tts_provider", "tts_url", "tts_model", "tts_voice", "external_tts", "stt_provider", "stt_url", "stt_model",
    "language", "age", "allow", "stories_path", "prompt_file", "output", "sound_device", "microphone_device", "volume", "debug", *MODE,
)  # fmt: skip


@click.command()
@click.option("--json", "json", is_flag=True, help="One JSON object on standard output: ok, findings, version.")
@click.option("--fix", "fix", is_flag=True, help="Run the commands that mend something and can do no harm; the rest is for root.")
@click.option("--as-root", "as_root", is_flag=True, hidden=True)  # the command that the installer leaves calls it before the rest
@click.option("--tone", "tone", is_flag=True, help="Play a soft tone and listen whether the microphone hears it.")
@click.option("--bundle", "bundle", metavar="FILE", help="Write a report without secrets, to attach to an issue; - is standard output.")
@options(*LOOKED_AT)
@click.pass_context
def doctor(ctx: click.Context, /, json: bool, fix: bool, as_root: bool, tone: bool, bundle: str | None, **_flags: Any) -> None:
    """Ask everybody who is set up for something small, look at the machine, and say what is broken, and how to mend it.

    The exit code is 0 when a story could be told and heard, 2 when a setting makes no sense, else 1.
    """
    from fably.doctor.visit import Wanted, visit, visit_nobody

    if json and bundle == "-":
        raise click.UsageError("--json and --bundle - would both be written to standard output; name a file for the report.", ctx)
    if as_root:
        from fably.doctor.as_root import mend_as_root
        from fably.doctor.patient import Patient

        mend_as_root(chosen(ctx, patient=True), Patient())
        return
    try:
        settings = chosen(ctx)
    except ConfigError as error:
        ctx.exit(visit_nobody(error, json=json))
    ctx.exit(visit(settings, Wanted(json=json, fix=fix, tone=tone, bundle=bundle)))
