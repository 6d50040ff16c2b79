# The page: its door is open, it comes when somebody knocks, even while a story is told, can read no key, and speaks to the box.
# boots: installed, with wheels
source "$BENCH/in/lib.sh"
check "installed beside the box" "$BENCH/in/fably/tools/install" --yes --web --from "$BENCH/in/wheels"
check "the box runs" within 120 active fably
check "the door is open" active fably-web.socket
check "and nobody behind it" sh -c '[ "$(systemctl is-active fably-web.service)" = inactive ]'
knock() {
    python3 - "$@" << 'END'
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
print(f"{code} after {time.monotonic() - begun:.0f} s")
sys.exit(len(sys.argv) > 2 and sys.argv[2] not in text)
END
}
begun=$(now)
listen 60 /var/tmp/heard.wav &
listening=$!
box '{"do": "tell", "wish": "a princess"}'
check "a story is told" within 60 status_is telling
check "somebody knocks: the first answer" knock 1
check "then there is a page to log in at" knock 120 /pair # nobody has set a password yet: the box says six digits
check "and the story is still being told" status_is telling
wait $listening
check "seconds of its first minute that are heard" loud /var/tmp/heard.wav
check "memory, from the knock on" memory_kept "$begun"
check "available with both (MiB)" available
check "what the page holds (MiB)" sh -c 'echo $(($(systemctl show fably-web -p MemoryCurrent --value) >> 20))'
check "told to the end" within 300 status_is waiting
check "what is heard is what it keeps" alike /var/tmp/heard.wav "$(story_of princess)"
check "it cannot read the keys" sh -c '! runuser -u fably-web -g fably-web -G fably -- cat /var/lib/fably/settings.env'
check "it speaks to the box" sh -c '! journalctl -u fably-web | grep -i "denied\|not permitted\|Traceback"'
journalctl -u fably-web --no-pager -o cat | tail -20
cp /run/bench/memory /var/tmp/heard.wav "$BENCH/out/"
check "no unit has failed" sh -c '! systemctl --failed --no-legend --plain | grep .'
