"""Sees what every Python process of a tree imports, also those that are killed, as engines are."""

from pathlib import Path

# Python imports this by itself before anything else. Each process writes to a file of its own, at once, for it may be killed.
# An audit hook would not do: import_module calls none.
_WATCHER = """\
import os, sys
_file = os.open(os.path.join({folder!r}, f"{{os.getpid()}}.imports"), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
os.write(_file, "\\n".join(["", *sys.modules, ""]).encode())
class Watcher:
    @staticmethod
    def find_spec(name, path=None, target=None):
        os.write(_file, f"{{name}}\\n".encode())
sys.meta_path.insert(0, Watcher)
"""


class Watch:
    """What a tree of processes imports that has `path` on its PYTHONPATH. A name counts even where there is no such module."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        (path / "sitecustomize.py").write_text(_WATCHER.format(folder=str(path.absolute())), encoding="utf-8")

    def seen(self) -> list[set[str]]:
        """For each process, the names of what it asked for."""
        return [set(file.read_text(encoding="utf-8").split()) for file in sorted(self.path.glob("*.imports"))]
