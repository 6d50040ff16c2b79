# Sourced by the scenarios, in the guest. What they find is printed as lines "CHECK ok", name and value (or "CHECK FAIL"), with tabs between.
export SYSTEMD_COLORS=0 SYSTEMD_PAGER= HOME=/root
site=/opt/fably/current
python=$site/bin/python

say() { echo "=== $(cut -d' ' -f1 /proc/uptime) s: $*"; }

# check NAME COMMAND...: whether the command succeeds; the last line that it prints is the value
check() {
    local name=$1 said how=ok
    shift
    said=$("$@" 2>&1) || how=FAIL
    said=${said##*$'\n'}
    printf 'CHECK %s\t%s\t%s\n' "$how" "$name" "${said:-$([ $how = ok ] && echo yes || echo no)}"
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

# box REQUEST, box heard FILE: see guest/box.py
box() { python3 "$BENCH/in/fably/tools/vm/guest/box.py" "$@"; }

# bench_unit NAME TYPE COMMAND...: a service of this bench, which runs before the box, now and after each start of the machine
bench_unit() {
    local name=bench-$1 type=$2
    shift 2
    cp -r "$BENCH/in/fably/tools/vm/guest/." /usr/local/lib/bench/
    cat > "/etc/systemd/system/$name.service" << END
[Unit]
Description=$name, of tools/vm
After=systemd-logind.service dbus.service systemd-udevd.service bench-pi.service
Before=fably.service fably-trouble.service
[Service]
Type=$type
RemainAfterExit=yes
TimeoutStartSec=5min
LimitMEMLOCK=infinity
OOMScoreAdjust=-1000
ExecStart=$*
[Install]
WantedBy=multi-user.target
END
    systemctl daemon-reload
    systemctl enable --quiet --now "$name"
}

# A Pi, as far as Fably can tell: see guest/pi. It is one after the next start of the machine, too
become_a_pi() {
    cat > /etc/asound.conf << 'END'
pcm.!default { type asym playback.pcm "out" capture.pcm "in" }
pcm.out { type plug slave.pcm "hw:Loopback,0,0" }
pcm.in { type plug slave.pcm "hw:Loopback,0,1" }
ctl.!default { type hw card Loopback }
END
    bench_unit pi oneshot /usr/local/lib/bench/pi
    [ -e /run/cpuinfo ] || return 0
    for unit in fably fably-trouble; do # which have a /proc of their own
        mkdir -p /etc/systemd/system/$unit.service.d
        printf '[Service]\nBindReadOnlyPaths=/run/cpuinfo:/proc/cpuinfo\n' > /etc/systemd/system/$unit.service.d/90-pi.conf
    done
    systemctl daemon-reload
}

# take_memory MIB: hold so much that no more than MIB are available, as on a Pi after its start; from then on it is written down
take_memory() { bench_unit memory notify /usr/bin/python3 /usr/local/lib/bench/memory.py "$1"; }

# memory_kept [SECOND]: since that second after power-on, or all the time, 40 MiB were available and nobody was killed for want of memory
memory_kept() {
    awk -v from="${1:-0}" '
        $1 == "#" || $1 < from { next }
        !seen++ { least = $2; swapped = $3; killed = $4 }
        $2 < least { least = $2 }
        { swaps = $3 - swapped; kills = $4 - killed }
        END {
            printf "least %d MiB, %.1f MiB swapped out, %d killed, %d samples\n", least, swaps / 256, kills, seen
            exit !(seen && least >= 40 && !kills)
        }' /run/bench/memory
}
now() { cut -d. -f1 /proc/uptime; }

# double_press: within a third of a second, which leaves no time for other programs to start
double_press() {
    local sim=/sys/kernel/config/gpio-sim/bench pull
    pull=/sys/devices/platform/$(< $sim/dev_name)/$(< $sim/bank0/chip_name)/sim_gpio17/pull
    for pulled in pull-down pull-up pull-down pull-up; do
        echo $pulled > "$pull"
        sleep 0.06
    done
}

# spoken TEXT FILE: what espeak-ng makes of it in a woman's voice, at the rate of the recogniser, so that ALSA converts nothing; in a room
# with a faint noise (a microphone that hears nothing at all counts as broken), eight seconds before it and thirty after
spoken() {
    "$python" - "$1" "$2" << 'END'
import array, asyncio, random, sys, wave
from fably.pcm.converting import Converter
from fably.tts.espeak import EspeakVoice

async def main() -> None:
    voice, rate = EspeakVoice(language="en", voice="gmw/en-US+f2"), 16_000
    pcm = b"".join([piece async for piece in voice.synthesize(sys.argv[1])])
    with wave.open(sys.argv[2], "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        noise = array.array("h", (random.randint(-30, 30) for _ in range(rate))).tobytes()
        file.writeframes(8 * noise + Converter(rate).convert(pcm, voice.format) + 30 * noise)

asyncio.run(main())
END
}

# wish FILE: press the button, and speak what is in FILE to whoever listens then; true once somebody tells
wish() {
    local began=1
    aplay -q -D plughw:Loopback,1,1 "$1" &
    local speaking=$!
    sleep 2
    gpio-sim press 17 0.2
    within 30 status_is listening && within 60 status_is "thinking\|telling" || began=
    kill $speaking 2> /dev/null # what is asked back is answered by the button
    wait $speaking 2> /dev/null
    [ "$began" ] || { echo "nobody listened: $(status)"; return 1; }
    within 120 status_is "telling\|waiting"
    if status_is waiting; then
        echo "it asked back" >&2
        gpio-sim press 17 0.2 # yes
        within 60 status_is telling
    fi
}

# listen SECONDS FILE: record what the loudspeaker plays. The loopback takes the format of whoever plays first; this waits for that
listen() { timeout $(($1 + 120)) arecord -q -D hw:Loopback,1,0 --buffer-time=4000000 -f S16_LE -r 22050 -c 1 -d "$1" "$2"; }

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

# alike FILE STORY: whether what was heard is what was kept of the story in that folder: twenty seconds of the one, after the first
# twenty, are looked for in the other, by their loudness 25 times a second
alike() {
    "$python" - "$1" "$2" << 'END'
import array, math, sys, wave
from pathlib import Path

def loudness(name):
    with wave.open(str(name)) as file:
        samples, step = array.array("h", file.readframes(file.getnframes())), file.getframerate() // 25
    return [float(sum(map(abs, samples[at : at + step : 3]))) for at in range(0, len(samples) - step, step)]

def correlation(a, b):
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    a, b = [one - mean_a for one in a], [one - mean_b for one in b]
    return sum(map(float.__mul__, a, b)) / (math.hypot(*a) * math.hypot(*b) or 1)

kept, heard = loudness(Path(sys.argv[2], "story.wav")), loudness(sys.argv[1])
piece = kept[500:1000]
best = max(correlation(piece, heard[at : at + len(piece)]) for at in range(len(heard) - len(piece)))
print(f"correlation {best:.2f}")
sys.exit(best < 0.8)
END
}

# story_of WORD: the folder of the newest story whose wish has WORD in it
story_of() { ls -td /var/lib/fably/stories/*"$1"* /var/lib/fably/stories/.telling-*"$1"* 2> /dev/null | head -1; }
