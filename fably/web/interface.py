"""The way to the interface, which is Gradio: imported when somebody looks. In a checkout it is below `tools`, in a wheel beside us."""

import importlib
import sys
from pathlib import Path
from typing import Any

from fably.core.errors import MissingDependency

HERE = Path(__file__).resolve().parent
PACKAGE = "gradio_app"
EXTRA = "pip install 'fably[web]'"


def folder() -> Path:
    """Where the interface's files are."""
    within = HERE / PACKAGE
    return within if within.is_dir() else HERE.parents[1] / "tools" / PACKAGE


def interface() -> Any:
    """The module `lite_app`. Takes seconds, and 120 MB. Raises `MissingDependency`."""
    above = str(folder().parent)
    if above not in sys.path:
        sys.path.append(above)
    try:
        return importlib.import_module(f"{PACKAGE}.lite_app")
    except ImportError as error:
        raise MissingDependency(f"the page needs {error.name or 'Gradio'}; install it with: {EXTRA}") from error
