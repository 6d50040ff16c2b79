# From nothing to a story, as a service on what a Pi Zero 2W has: installed from wheels, pressed, told, hung, killed, misled, uninstalled.
source "$BENCH/in/lib.sh"
become_a_pi
say install
check "installed by tools/install --from wheels" "$BENCH/in/fably/tools/install" --yes --mode pi-zero --no-web --from "$BENCH/in/wheels"
systemctl stop fably
printf 'FABLY_LIGHT=led\nFABLY_STT_PROVIDER=grammar\nFABLY_SEED=7\nFABLY_STT_SECONDS=120\n' >> /var/lib/fably/settings.env
printf '[Service]\nWatchdogSec=45\n' > /etc/systemd/system/fably.service.d/91-watchdog.conf # else it takes long
systemctl daemon-reload
take_memory 292
echo "CHECK ok memory available before the box starts: $(available) MiB"

say start
check "starts, and is ready" systemctl start fably
check "memory available when it is ready (MiB)" available

say tell
spoken "Tell me a story about a dragon and a princess." /tmp/wish.wav
listen 120 /tmp/heard.wav &
listening=$!
aplay -q -D plughw:Loopback,1,1 /tmp/wish.wav &
sleep 2
gpio-sim press 17 0.2
check "a press: it listens" within 30 status_is listening
check "the light shines" within 10 sh -c '[ "$(gpio-sim value 22)" = 1 ]'
check "it thinks about what it heard" within 90 status_is thinking
if within 120 sh -c 'systemctl show fably -p StatusText --value | grep -qi "telling\|waiting"' && status_is waiting; then
    gpio-sim press 17 0.2 # it was not sure, and asks whether that was the wish: a press says yes
fi
check "it tells" within 120 status_is telling
check "memory available while it tells (MiB)" available
wait $listening
check "it is heard" loud /tmp/heard.wav
check "the story is about a dragon or a princess" grep -rliE 'dragon|princess' /var/lib/fably/stories --include=info.yaml
check "no key can be read by others" sh -c '[ "$(stat -c %a:%U /var/lib/fably/settings.env)" = 600:fably ]'

say hung
before=$(pid)
kill -STOP "$before"
check "hung, it is restarted by the watchdog" within 180 another_than "$before"
check "the journal says why" sh -c "journalctl -u fably | grep -m1 -i 'watchdog timeout'"

say killed
before=$(pid)
kill -KILL "$before"
check "killed, it is restarted" within 120 another_than "$before"

say misled
cp -a /var/lib/fably/settings.env /tmp/settings.env
echo FABLY_LIGHT_PINS=99 >> /var/lib/fably/settings.env
systemctl restart fably
check "settings that make no sense: somebody says so" within 90 active fably-trouble
listen 15 /tmp/trouble.wav
check "and is heard" loud /tmp/trouble.wav
cat /tmp/settings.env > /var/lib/fably/settings.env
check "mended, it begins by itself" within 120 active fably

say uninstall
check "no unit has failed" sh -c '! systemctl --failed --no-legend --plain | grep .'
check "uninstalled" "$BENCH/in/fably/tools/install" --uninstall --yes
check "the stories are still there" sh -c 'ls /var/lib/fably/stories/*/info.yaml'
check "nobody was killed for want of memory" sh -c '! dmesg | grep -i "out of memory"'
