"""The command `fably doctor`. What it does is in `doctor/`, which is imported when it is called."""

from typing import Any

import click

from fably.commands.options import MODE, chosen, options
from fably.core.errors import ConfigError

LOOKED_AT = (
    "single_provider", "external_services", "llm_provider", "llm_url", "llm_model", "temperature", "max_tokens",
    "tts_provider", "tts_url", "tts_model", "tts_voice", "external_tts", "stt_provider", "stt_url", "stt_model",
    "language", "age", "allow", "stories_path", "prompt_file", "output", "sound_device", "volume", "debug", *MODE,
)  # fmt: skip


@click.command()
@click.option("--json", "json", is_flag=True, help="One JSON object on standard output: ok, findings, version.")
@options(*LOOKED_AT)
@click.pass_context
def doctor(ctx: click.Context, /, json: bool, **_flags: Any) -> None:
    """Ask everybody who is set up for something small, try the sound card and the library, and say how to mend what is broken.

    The exit code is 0 when a story could be told and heard, 2 when a setting makes no sense, else 1.
    """
    from fably.doctor.visit import visit, visit_nobody

    try:
        settings = chosen(ctx)
    except ConfigError as error:
        ctx.exit(visit_nobody(error, json=json))
    ctx.exit(visit(settings, json=json))
