"""The far end of a sound card made of ALSA's `type file`: takes samples from its input at their own speed and writes them to a file.

card.py FILE BYTES_PER_SECOND          the file is called FILE.part until the stream has been closed
"""

import contextlib
import fcntl
import os
import sys
import time

F_SETPIPE_SZ = 1031


def main() -> None:
    path, speed = sys.argv[1], int(sys.argv[2])
    with contextlib.suppress(OSError):  # it holds more than that already
        fcntl.fcntl(0, F_SETPIPE_SZ, 4096)
    due = None
    with open(f"{path}.part", "wb", buffering=0) as file:  # noqa: PTH123 - this starts once for every test, so it imports little
        while pcm := os.read(0, speed // 100):
            due = (due or time.monotonic()) + len(pcm) / speed
            file.write(pcm)
            time.sleep(max(0.0, due - time.monotonic()))
    with contextlib.suppress(FileNotFoundError):  # its player was killed, and who plays next has begun, and may have ended, meanwhile
        os.rename(f"{path}.part", path)  # noqa: PTH104


if __name__ == "__main__":
    main()
