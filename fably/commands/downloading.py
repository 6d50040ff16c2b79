"""What `fably voices download` does: shows which voices of Piper there are, and puts one where Piper finds it."""

import asyncio
import sys
from pathlib import Path

from fably import logs
from fably.commands.progress import Progress
from fably.core.errors import ConfigError
from fably.running import STOPPED, run
from fably.screen import show
from fably.settings import Settings
from fably.texts import text
from fably.voicebank.installing import copy_in, install, listing_at, megabytes
from fably.voicebank.listing import Offer
from fably.voicebank.place import Place


def list_offers(settings: Settings, source: str | None, language: str | None) -> None:
    """Show the voices that there are, of a language or all, with their sizes. Raises `ProviderError` and `ConfigError`."""
    offers = run(listing_at(_place(settings, source), settings.connect_seconds)).of(language)
    for one in offers:
        speakers = f", {one.speakers} speakers" if one.speakers > 1 else ""
        show(f"{one.name:40} {megabytes(one.size):>7}  {one.spoken}{speakers}\n", sys.stdout)


def download(settings: Settings, source: str | None, name: str) -> int:
    """Fetch the voice called `name`, or copy it in from the file of that name; give the exit code. Raises as `list_offers` does."""
    try:
        if name.endswith(".onnx"):
            model = Path(name).expanduser()
            if source is not None:
                raise ConfigError(f"--from is an address, and {name} is a file; leave one of them out")
            called, new = model.stem, copy_in(model, settings.voices_path)
        else:
            called, new = run(_download(settings, _place(settings, source), name))
    except (KeyboardInterrupt, asyncio.CancelledError):
        show("\n" + text(settings.language, "status.stopped_halfway") + "\n", sys.stderr)
        return STOPPED
    if not settings.quiet:
        key = "ready" if new else "there"
        show(text(settings.language, f"voices.{key}", name=called, folder=settings.voices_path) + "\n", sys.stderr)
    return 0


async def _download(settings: Settings, place: Place, name: str) -> tuple[str, bool]:
    offer: Offer = (await listing_at(place, settings.connect_seconds)).offer(name)
    with Progress(f"{offer.name} ({megabytes(offer.size)})", offer.size, quiet=settings.quiet) as progress:
        return offer.name, await install(place, offer, settings.voices_path, settings.connect_seconds, progress.at)


def _place(settings: Settings, source: str | None) -> Place:
    if settings.debug:
        logs.start(settings)
    return Place(source) if source else Place()
