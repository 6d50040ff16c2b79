# The README's "parent's evening", followed to the letter: each line of its blocks is run as it stands there, in this order, and between
# the blocks is done what it says there. It needs Gradio among the wheels. What this machine lacks is stood in for here, and nowhere else:
# a network (by what the image has, this checkout, and a folder of wheels), somebody who types, a hand, a voice, an ear, and a restart.
source "$BENCH/in/lib.sh"
secret=moonlight-and-honey

sudo() {
    case "$1 ${2:-}" in
        "apt-get "*) echo "there is no network; the image has what this brings" ;;
        "./tools/install "*) "$@" --from "$BENCH/in/wheels" ;;
        "reboot ") systemctl restart fably ;;
        *) "$@" ;;
    esac
}
git() { [ "$1 $2" = "clone ADDRESS" ] && cp -r "$BENCH/in/fably" "$3"; }

# follow NUMBER: run the lines of that block, in this shell, for one of them is cd
follow() {
    local line how
    while IFS= read -r line <&3; do
        how=0
        eval "$line" > /tmp/said 2>&1 <<< "$secret" || how=$?
        check "\$ $line" sh -c "tail -n 1 /tmp/said; exit $how"
        cat /tmp/said
    done 3< <(awk -v wanted="$1" '/^```sh evening$/ { inside = ++found == wanted; next } /^```/ { inside = 0 } inside' "$BENCH/in/fably/README.md")
}

become_a_pi
take_memory 292
cd /root || exit 1

say "5. install"
follow 1
systemctl stop fably
mkdir -p /etc/systemd/system/fably.service.d
printf '[Service]\nEnvironment=FABLY_STT_SECONDS=120\n' > /etc/systemd/system/fably.service.d/92-slow.conf # an emulated processor takes its time
systemctl daemon-reload
listen 20 /tmp/greeting.wav &
systemctl start fably
wait $!
check "the box greets" loud /tmp/greeting.wav

say "6. the first story"
spoken "Tell me a story about a dragon." /tmp/wish.wav
listen 120 /tmp/heard.wav &
listening=$!
aplay -q -D plughw:Loopback,1,1 /tmp/wish.wav &
sleep 2
gpio-sim press 17 0.2
check "a press: it listens" within 30 status_is listening
check "it thinks about what it heard" within 90 status_is "thinking\|telling"
if within 120 status_is "telling\|waiting" && status_is waiting; then
    gpio-sim press 17 0.2 # it was not sure, and asks whether that was the wish: a press says yes
fi
check "it tells" within 120 status_is telling
wait $listening
check "it is heard" loud /tmp/heard.wav
check "the story is about a dragon" grep -rli dragon /var/lib/fably/stories --include=info.yaml
if ! status_is telling; then within 60 status_is waiting; gpio-sim press 17 0.1; sleep 0.1; gpio-sim press 17 0.1; within 30 status_is telling; fi
gpio-sim press 17 0.2
check "a press: silence" within 10 status_is paused
sleep 2
gpio-sim press 17 0.2
check "a press: it goes on" within 10 status_is telling

follow 2
check "the box is there again" within 120 active fably
within 30 status_is waiting
gpio-sim press 17 0.2
check "the light shines while it listens" within 20 sh -c '[ "$(gpio-sim value 22)" = 1 ]'
follow 3
check "it tells what was typed" within 60 status_is telling

say "7. the page"
follow 4
check "the password opens the page" python3 - "$secret" << 'END'
import sys, time, urllib.error, urllib.parse, urllib.request

def asked(path, **form):
    data = urllib.parse.urlencode(form).encode() if form else None
    page = "http://127.0.0.1:7860"
    request = urllib.request.Request(page + path, data, {"Accept": "text/html", "Origin": page})  # as a browser says
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(request, timeout=120) as answer:
        return answer.url, answer.read().decode()

begun = time.monotonic()
for _ in range(120):
    try:
        url, text = asked("/")
    except OSError:
        url = text = ""
    if url.endswith("%2F") and "password" in text:  # the page asks, and no more for a moment
        break
    time.sleep(2)
url, text = asked("/login", password=sys.argv[1])
print(f"{len(text)} characters of {url} after {time.monotonic() - begun:.0f} s")
sys.exit("gradio" not in text.lower())
END

say "8. a key"
follow 5
check "the box is there again" within 120 active fably
check "nobody else can read the key" sh -c 'grep -q "OPENAI_API_KEY=.*honey" /var/lib/fably/settings.env && [ "$(stat -c %a:%U /var/lib/fably/settings.env)" = 600:fably ]'

say "9. something is wrong"
follow 6
check "no unit has failed" sh -c '! systemctl --failed --no-legend --plain | grep .'
check "nobody was killed for want of memory" sh -c '! dmesg | grep -i "out of memory"'
