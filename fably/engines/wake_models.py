"""Wake words as the box chooses them: which engine, which of its words, and what it is started with.

The packages are looked at and not imported, for they load numpy; so a name that is wrong is known before anything is started.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from fably.core.errors import ConfigError, MissingDependency
from fably.engines.table import Wanted

_FEATURES = frozenset({"melspectrogram", "embedding_model"})  # models that lie beside the words and are none


@dataclass(frozen=True)
class _Engine:
    """An engine of `fably.engines.wake_words`, from outside."""

    package: str
    extra: str
    endings: tuple[str, ...]
    """Of the files that it takes; the first is that of the words that it brings."""
    usual: str | None
    """The word that is taken where nobody chose; None for one that brings none."""


_ENGINES = {
    "microwakeword": _Engine("pymicro_wakeword", "wakeword", (".json",), "okay_nabu"),
    "openwakeword": _Engine("pyopen_wakeword", "wakeword", (".tflite",), "hey_jarvis"),
    "openwakeword-original": _Engine("openwakeword", "openwakeword", (".tflite", ".onnx"), None),
}


def wake_word(engine: str, model: str | None, threshold: float | None) -> Wanted:
    """The engine with the word that is chosen: the name of one that it brings, or a file of one's own.

    Raises `MissingDependency` without its package, `ConfigError` for a word that is not there.
    """
    known = _ENGINES[engine]
    for package in (known.package, "wyoming"):
        if importlib.util.find_spec(package) is None:
            how = f"install it with: pip install 'fably[{known.extra}]', or start without --wakeword"
            raise MissingDependency(f"the wake word engine {engine} needs the package {package}; {how}")
    file = _file(engine, known, model or known.usual)
    named = str(file) if model and Path(model).suffix in known.endings else file.stem
    sure = () if threshold is None else ("--threshold", f"{threshold:g}")
    return Wanted("wakeword", file.stem, ("--engine", engine, "--model", named, *sure), file.stat().st_size)


def _file(engine: str, known: _Engine, model: str | None) -> Path:
    words = _brought(known)
    kinds = " or ".join(known.endings)
    if model is None:
        raise ConfigError(f"the wake word engine {engine} brings no word; give a file of yours ({kinds}) with --wakeword-model")
    if Path(model).suffix in known.endings:
        try:
            file = Path(model).expanduser().absolute()
            if file.is_file():
                return file
        except (OSError, RuntimeError, ValueError):  # a name that no file can have, the home of nobody
            pass
        raise ConfigError(f"--wakeword-model: there is no file {model}")
    if found := words.get(model.strip().casefold().replace(" ", "_").replace("-", "_")):
        return found
    there = f"there is {', '.join(sorted(words))}, or a file of yours ({kinds})" if words else f"give a file of yours ({kinds})"
    raise ConfigError(f"--wakeword-model: {engine} has no wake word {model!r}; {there}")


def _brought(known: _Engine) -> dict[str, Path]:
    """The words that the package of an engine brings, by name."""
    spec = importlib.util.find_spec(known.package)
    folders = spec.submodule_search_locations if spec and known.usual else None
    found = Path(folders[0], "models").glob(f"*{known.endings[0]}") if folders else ()
    return {one.stem: one for one in found if one.stem not in _FEATURES}
