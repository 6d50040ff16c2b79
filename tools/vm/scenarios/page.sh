# The page: its door is open, it comes when somebody knocks, can read no key, and leaves. Needs Gradio among the wheels.
source "$BENCH/in/lib.sh"
become_a_pi
check "installed with the page" "$BENCH/in/fably/tools/install" --yes --mode pi-zero --web --from "$BENCH/in/wheels"
check "the box runs" within 120 active fably
check "the door is open" active fably-web.socket
check "and nobody behind it" sh -c '[ "$(systemctl is-active fably-web.service)" = inactive ]'
knock() {
    "$python" - "$@" << 'END'
import sys, time, urllib.error, urllib.request

begun = time.monotonic()
for _ in range(int(sys.argv[1])):
    try:
        with urllib.request.urlopen("http://127.0.0.1:7860/", timeout=120) as answer:
            code, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        code, text = error.code, error.read().decode()
    if len(sys.argv) < 3 or sys.argv[2] in text:
        break
    time.sleep(2)
print(f"{code}, {len(text)} characters after {time.monotonic() - begun:.1f} s: {' '.join(text.split())[:150]}")
sys.exit(len(sys.argv) > 2 and sys.argv[2] not in text)
END
}
check "the first answer" knock 1
check "then there is a page to log in at" knock 120 password
check "memory available with both (MiB)" available
check "what the page holds" systemctl show fably-web -p MemoryCurrent --value
check "it cannot read the keys" sh -c '! runuser -u fably-web -g fably-web -G fably -- cat /var/lib/fably/settings.env'
check "it speaks to the box" sh -c 'ls -l /run/fably/control; ! journalctl -u fably-web | grep -i "denied\|not permitted\|Traceback"'
journalctl -u fably-web --no-pager -o cat | tail -20
check "no unit has failed" sh -c '! systemctl --failed --no-legend --plain | grep .'
