"""What was changed, so that it can be taken back: notes, and the files as they were. Each note is on the disk before the change is made."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from installing.faults import InstallError

PLACE = "/opt/fably/install"
"""The folder of the record; the files as they were are in `before` in it, by their own path."""


def digest(content: bytes) -> str:
    """What a file is recognised by."""
    return hashlib.sha256(content).hexdigest()


def write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file, whole or not at all, also when the plug is pulled. Owner and mode of one that is there already stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.fably-new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, new)
            if os.geteuid() == 0:
                found = path.stat()
                os.chown(new, found.st_uid, found.st_gid)
        else:
            new.chmod(mode)
        new.replace(path)
        number = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
    finally:
        new.unlink(missing_ok=True)


class Record:
    """Notes in the order in which they were made. `root` is the machine's."""

    def __init__(self, root: Path) -> None:
        self._root, self._place = root, root / PLACE.lstrip("/")
        self._file = self._place / "record.json"
        self.notes: list[dict[str, Any]] = []
        if self._file.exists():
            try:
                self.notes = json.loads(self._file.read_text(encoding="utf-8"))["notes"]
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise InstallError(f"{self._file} cannot be read ({error}): it says what was changed; mend it or move it away") from error

    def note(self, what: str, **facts: Any) -> None:
        """Note a change that is about to be made. One that is noted already is not noted twice."""
        note = {"what": what, **facts}
        if note not in self.notes:
            self.notes.append(note)
            self.save()

    def of(self, what: str, **facts: Any) -> dict[str, Any] | None:
        """The note of that kind with these facts."""
        return next((one for one in self.notes if one["what"] == what and facts.items() <= one.items()), None)

    def strike(self, note: dict[str, Any]) -> None:
        """What it says has been taken back."""
        self.notes.remove(note)
        self.save()

    def save(self) -> None:
        write(self._file, (json.dumps({"notes": self.notes}, indent=1, ensure_ascii=False) + "\n").encode())

    def keep(self, path: Path) -> str:
        """Keep the file at `path` as it is now, beside how it was kept before. The name that `kept` finds it by."""
        count, name = 0, str(path.relative_to(self._root))
        while self.kept(found := f"{name}.{count}" if count else name).exists():
            count += 1
        write(self.kept(found), path.read_bytes(), 0o600)
        return found

    def kept(self, name: str) -> Path:
        """Where a file is kept."""
        return self._place / "before" / name
