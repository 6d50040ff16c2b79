"""Files that are changed, and given back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installing.edits import Edit, edit_of
from installing.faults import InstallError
from installing.machine import Machine
from installing.record import Record, digest, write


@dataclass(frozen=True)
class ChangedFile:
    """A `Step`: the file at `path` (of the machine) has been edited. `after` is called when it was not so before."""

    machine: Machine
    record: Record
    path: str
    edit: Edit
    why: str
    mode: int = 0o644
    after: Callable[[], None] = lambda: None

    @property
    def title(self) -> str:
        return self.why

    def changes(self) -> Sequence[str]:
        there, text = self._text()
        if self.edit.put(text) == text and there:
            return ()
        return (f"{'change' if there else 'write'} {self.path}: {self.why}",)

    def make(self) -> None:
        there, text = self._text()
        wanted = self.edit.put(text)
        if wanted == text and there:
            return
        path = self.machine.at(self.path)
        content = wanted.encode("utf-8", "surrogateescape")
        before = self.record.of("file", path=self.path)
        note = {
            "path": self.path,
            "created": not there if before is None else before["created"],
            "left": digest(content),
            "edit": self._note(before, text),
            "kept": before["kept"] if before else None,
            "theirs": bool(before and before["theirs"]),
            "folders": before["folders"] if before else [str(one.relative_to(self.machine.root)) for one in _missing(path.parent)],
        }
        if there and (before is None or digest(text.encode("utf-8", "surrogateescape")) != before["left"]):
            note |= {"kept": self.record.keep(path), "theirs": before is not None}  # somebody else has changed it since
        if before is not None:
            self.record.strike(before)
        self.record.note("file", **note)
        try:
            write(path, content, self.mode)
        except OSError as error:
            raise InstallError(f"{path} cannot be written: {error}") from error
        self.after()

    def _note(self, before: dict[str, Any] | None, text: str) -> dict[str, Any]:
        """Of words only those that were not there: what a person has put in is not ours to take out."""
        note = self.edit.note()
        if "words" in note:
            ours = before["edit"].get("words", []) if before else []
            note["words"] = [one for one in note["words"] if one in ours or one not in text.split()]
        return note

    def _text(self) -> tuple[bool, str]:
        path = self.machine.at(self.path)
        try:
            return True, path.read_text(encoding="utf-8", errors="surrogateescape")
        except FileNotFoundError:
            return False, ""
        except OSError as error:
            raise InstallError(f"{path} cannot be read: {error}") from error


def give_back(machine: Machine, record: Record, note: dict[str, Any]) -> str:
    """Undo the change that `note` tells of, and say what was done. Raises `InstallError`."""
    path = machine.at(note["path"])
    edit = edit_of(note["edit"])
    try:
        if not path.exists():
            return f"{note['path']} is gone already"
        content = path.read_bytes()
        ours, left = digest(content) == note["left"], edit.taken_out(content.decode("utf-8", "surrogateescape"))
        if left is None and not ours:
            was = f", and is as it was before in {record.kept(note['kept'])}" if note["kept"] else ""
            return f"{note['path']} was changed by somebody else since, and stays{was}"
        if note["kept"] and (left is None or (ours and not note["theirs"])):
            write(path, record.kept(note["kept"]).read_bytes())
            record.kept(note["kept"]).unlink()
            return f"{note['path']} as it was before"
        if left is not None and (left.strip() or not note["created"]):
            write(path, left.encode("utf-8", "surrogateescape"))
            return f"{note['path']}: ours taken out, what somebody else has changed since stays"
        path.unlink()
        for folder in (machine.at(one) for one in note["folders"]):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
    except OSError as error:
        raise InstallError(f"{path} cannot be given back: {error}") from error
    return f"{note['path']} removed"


def _missing(folder: Path) -> Iterator[Path]:
    """The folders that are not there yet, the deepest first."""
    while not folder.exists():
        yield folder
        folder = folder.parent
