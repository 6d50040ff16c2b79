"""PortAudio begins with standard error turned away; what Fably says meanwhile is read. It ends with the process, and not before."""

import subprocess
import sys

SAYS = """
import os, sys
real = os.dup2
def dup2(old, new):
    real(old, new)
    if new == 2:
        moments.append(os.readlink("/proc/self/fd/2"))
        print("Stopped.", len(moments), "ş", file=sys.stderr)
moments = []
os.dup2 = dup2
from fably.audio.portaudio import portaudio
assert portaudio() is portaudio()
assert moments[0] == "/dev/null" != moments[-1], moments
print("the end", file=sys.stderr)
"""


def test_what_is_said_while_it_begins_is_read() -> None:
    done = subprocess.run([sys.executable, "-X", "utf8", "-W", "error", "-c", SAYS], capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "Stopped. 1 ş\nStopped. 2 ş\nthe end\n")


def test_a_program_without_standard_error_has_a_card_too() -> None:
    without = "import sys; sys.stderr.close(); sys.stderr = None\nfrom fably.audio.portaudio import portaudio; portaudio()"
    assert subprocess.run([sys.executable, "-c", without], check=False).returncode == 0


HELD_UP = """
import threading
from fably.audio.portaudio import portaudio
stream, playing = portaudio().RawOutputStream(samplerate=16_000, channels=1, dtype="int16"), threading.Event()
stream.start()
def feed():
    while True:
        stream.write(bytes(3_200))
        playing.set()
threading.Thread(target=feed, daemon=True).start()
playing.wait()
"""


def test_a_thread_that_a_card_holds_up_keeps_its_stream_until_the_process_has_gone() -> None:
    done = subprocess.run([sys.executable, "-c", HELD_UP], capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
