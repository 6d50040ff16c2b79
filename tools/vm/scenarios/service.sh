# From power-on to a story: the button is pressed, a wish is spoken, and a story of what was wished for is heard.
# boots: installed
source "$BENCH/in/lib.sh"
check "ready after power-on" within 180 active fably
check "seconds from power-on to that" sh -c 'echo $(($(systemctl show fably -p ActiveEnterTimestampMonotonic --value) / 1000000))'
check "available before the box starts" sh -c 'sed -n "s/^# //p" /run/bench/memory'
check "available when it is ready (MiB)" available
check "closed as the unit says" sh -c 'grep -q "^NoNewPrivs:.1" /proc/$(systemctl show fably -p MainPID --value)/status && grep -q "^Seccomp:.2" /proc/$(systemctl show fably -p MainPID --value)/status && systemd-analyze security fably --no-pager | tail -1 | grep -o "exposure.*[0-9]"'

spoken "Tell me a story about a princess." /var/tmp/wish.wav
listen 240 /var/tmp/heard.wav &
listening=$!
check "a press: it listens, understands, and tells" wish /var/tmp/wish.wav
check "the light shines" within 10 sh -c '[ "$(gpio-sim value 22)" = 1 ]'
check "available while it tells (MiB)" available
check "it tells to the end" within 400 status_is waiting
wait $listening
story=$(story_of princess)
check "seconds of it that are heard" loud /var/tmp/heard.wav
check "it is about a princess: times that it says so" sh -c "cat '$story'/paragraph_*.txt | grep -oi princess | wc -l | grep -v '^0'"
check "what is heard is what it keeps" alike /var/tmp/heard.wav "$story"
check "lost by the microphone" sh -c 'journalctl -u fably | grep -o "the microphone lost.*" || echo nothing'
check "no key can be read by others" sh -c '[ "$(stat -c %a:%U /var/lib/fably/settings.env)" = 600:fably ] && echo yes'
check "memory" memory_kept
cp /run/bench/memory /var/tmp/heard.wav "$BENCH/out/"
check "no unit has failed" sh -c '! systemctl --failed --no-legend --plain | grep .'
