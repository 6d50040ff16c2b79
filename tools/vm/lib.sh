# Sourced by the scenarios, in the guest. What they find is printed as lines "CHECK ok NAME VALUE" and "CHECK FAIL NAME VALUE".
export SYSTEMD_COLORS=0 SYSTEMD_PAGER= HOME=/root
site=/opt/fably/current
python=$site/bin/python

say() { echo "=== $(cut -d' ' -f1 /proc/uptime) s: $*"; }

# check NAME COMMAND...: whether the command succeeds; the last line that it prints is the value
check() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then echo "CHECK ok $name ${said##*$'\n'}"; else echo "CHECK FAIL $name ${said##*$'\n'}"; fi
}

# within SECONDS COMMAND...: try until it succeeds
within() {
    local end=$(($(date +%s) + $1))
    shift
    until "$@" > /dev/null 2>&1; do
        [ "$(date +%s)" -lt "$end" ] || { "$@"; return 1; }
        sleep 1
    done
}

active() { [ "$(systemctl is-active "$1")" = active ]; }
pid() { systemctl show fably -p MainPID --value; }
another_than() { active fably && [ "$(pid)" != "$1" ] && [ "$(pid)" != 0 ]; }
available() { awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo; }
status() { systemctl show fably -p StatusText --value; }
status_is() { status | grep -qi "$1"; }

# The pins, a loudspeaker that can be listened to, a microphone that can be spoken to, and the Pi's own mark in /proc/cpuinfo
become_a_pi() {
    gpio-sim setup 54 > /dev/null
    modprobe snd-aloop pcm_substreams=2
    cat > /etc/asound.conf << 'END'
pcm.!default { type asym playback.pcm "out" capture.pcm "in" }
pcm.out { type plug slave.pcm "hw:Loopback,0,0" }
pcm.in { type plug slave.pcm "hw:Loopback,0,1" }
ctl.!default { type hw card Loopback }
END
    [ -e /proc/device-tree/system/linux,revision ] && return
    { cat /proc/cpuinfo; printf 'Hardware\t: BCM2835\nRevision\t: 902120\nModel\t\t: Raspberry Pi Zero 2 W Rev 1.0\n'; } > /run/cpuinfo
    mount --bind /run/cpuinfo /proc/cpuinfo
    for unit in fably fably-trouble; do # which have a /proc of their own
        mkdir -p /etc/systemd/system/$unit.service.d
        printf '[Service]\nBindReadOnlyPaths=/run/cpuinfo:/proc/cpuinfo\n' > /etc/systemd/system/$unit.service.d/90-pi.conf
    done
    systemctl daemon-reload
}

# take_memory MIB: hold so much that no more than MIB are available, as on a Pi after its start
take_memory() {
    local more=$(($(available) - $1))
    [ "$more" -gt 0 ] || return 0
    systemd-run --quiet --unit=taken -p LimitMEMLOCK=infinity -p OOMScoreAdjust=-1000 python3 -c "
import ctypes, time
held = bytearray($more << 20)
ctypes.CDLL(None).mlockall(1)
time.sleep(1e6)"
    sleep 5
}

# spoken TEXT FILE: what espeak-ng makes of it, in a room with a faint noise (a microphone that hears nothing at all counts as broken),
# eight seconds before it and eight after
spoken() {
    "$python" - "$1" "$2" << 'END'
import array, asyncio, random, sys, wave
from fably.tts.espeak import EspeakVoice

async def main() -> None:
    voice = EspeakVoice(language="en", voice=None)
    pcm = b"".join([piece async for piece in voice.synthesize(sys.argv[1])])
    with wave.open(sys.argv[2], "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(voice.format.rate)
        room = array.array("h", (random.randint(-30, 30) for _ in range(8 * voice.format.rate))).tobytes()
        file.writeframes(room + pcm + room)

asyncio.run(main())
END
}

# listen SECONDS FILE: record what the loudspeaker plays. The loopback takes the format of whoever plays first; this waits for that
listen() { timeout $(($1 + 120)) arecord -q -D hw:Loopback,1,0 -f S16_LE -r 22050 -c 1 -d "$1" "$2"; }

# loud FILE: how many seconds of it are no silence
loud() {
    "$python" - "$1" << 'END'
import array, sys, wave

with wave.open(sys.argv[1]) as file:
    samples = array.array("h", file.readframes(file.getnframes()))
step = file.getframerate() // 10
seconds = sum(max(map(abs, samples[at : at + step])) > 500 for at in range(0, len(samples) - step, step)) / 10
print(f"{seconds:.1f} s")
sys.exit(seconds < 1)
END
}
