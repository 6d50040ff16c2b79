"""Programs of the machine that are run: the only place where that is done."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from installing.faults import InstallError


class Programs:
    """Runs programs. On a folder that only stands for a machine (not `live`) none is run, as nothing there could be."""

    def __init__(self, live: bool) -> None:
        self.live = live

    def run(self, *command: str | Path, environ: Mapping[str, str] | None = None) -> str:
        """Run it to its end, and give what it wrote. Raises `InstallError` with its last words when it fails."""
        if not self.live:
            return ""
        code, said = self.tried(*command, environ=environ)
        if code:
            last = "\n".join(f"    {line}" for line in said.strip().splitlines()[-15:])
            raise InstallError(f"{' '.join(map(str, command))} failed (exit code {code}):\n{last}")
        return said

    def tried(self, *command: str | Path, environ: Mapping[str, str] | None = None, seconds: float | None = None) -> tuple[int, str]:
        """Its exit code and what it wrote; 127 where there is no such program, 124 when it took longer than `seconds`."""
        if not self.live:
            return 0, ""
        usual = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):  # ours, and no business of theirs
            usual.pop(name, None)
        try:
            done = subprocess.run(
                [str(one) for one in command],
                env={**usual, **(environ or {})},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            return 124, f"it took longer than {seconds:g} seconds ({error})"
        except OSError as error:
            return 127, str(error)
        return done.returncode, done.stdout
