"""Packages of others that bring what somebody asks for, and not all they have.

`openai` loads some 500 modules, most of them for services that tell no story: 10 MB, and a third of a second of a fast machine's time
before the first word. `gpiozero` loads motors and stepping stones for who has a button. Where the `__init__` of a package does nothing
but take names over from its modules, each can as well be taken over when it is looked at (PEP 562); what comes is the very same. A
package that does anything else, as one of a later version may, is loaded as it is.
"""

import re
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

_TAKES_OVER = re.compile(r"^from (\.+\w[\w.]*) import (?:\(([^)]*)\)|([\w ,*]+))$", re.MULTILINE)
_SAYS_NOTHING = re.compile(r"^(?:#.*|from __future__ import .*|)$", re.MULTILINE)
_packages: set[str] = set()
"""Each with a dot behind it."""


def lazily(package: str) -> None:
    """From now on `package`, and what is in it, is imported so. It costs nothing to say it again, or too late."""
    _packages.add(f"{package}.")
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)


def taken_over(source: str) -> dict[str, tuple[str, str]] | None:
    """Where each name of a package comes from, as (module, name there); all of a module is called by the module. None for a package that
    does more than taking over."""
    if _SAYS_NOTHING.sub("", _TAKES_OVER.sub("", source)).strip():
        return None
    found = {}
    for module, several, one in _TAKES_OVER.findall(source):
        for part in filter(None, (part.strip() for part in (several or one).split(","))):
            name, _as, here = part.partition(" as ")
            found[module if name == "*" else here or name] = (module, name)
    return found


class _Package(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        names = taken_over(self.get_data(self.path).decode())
        if names is None:
            super().exec_module(module)
            return

        def looked_at(name: str) -> object:
            if name not in names:
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            place, there = names[name]
            setattr(module, name, found := getattr(import_module(place, module.__name__), there))
            return found

        module.__dict__["__getattr__"] = looked_at
        for place, _all in [one for one in names.values() if one[1] == "*"]:
            del names[place]
            everything = vars(import_module(place, module.__name__))
            module.__dict__.update({name: everything[name] for name in everything.get("__all__", everything) if not name.startswith("_")})
        module.__dict__["__all__"] = [*names, *(name for name in vars(module) if not name.startswith("_"))]


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not f"{name}.".startswith(tuple(_packages)):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.submodule_search_locations and type(spec.loader) is SourceFileLoader:
            spec.loader = _Package(spec.loader.name, spec.loader.path)
        return spec
