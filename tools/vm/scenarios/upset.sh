# What can go wrong with a box that is on: it is killed, it hangs, its sound card goes, its clock lies, its settings make no sense. After
# each of these a story is told all the same.
# boots: installed
source "$BENCH/in/lib.sh"
printf '[Service]\nWatchdogSec=45\n' > /etc/systemd/system/fably.service.d/91-watchdog.conf # else it takes long
systemctl daemon-reload
systemctl restart fably

# tells WORD: a story of that is begun when the box is asked for one, and is heard
tells() {
    listen 30 /var/tmp/heard.wav &
    local listening=$!
    within 60 box "{\"do\": \"tell\", \"wish\": \"a $1\"}" && within 60 status_is telling
    wait $listening
    status_is telling && loud /var/tmp/heard.wav && [ -n "$(story_of "$1")" ]
}

# told_is WORD: whether what is being told is about that
told_is() { box '{"do": "status"}' | grep -o "title\": \"[^\"]*$1.*\"passage\": [0-9]*"; }

check "it tells" tells fox
before=$(pid)
kill -KILL "$before"
check "killed while it tells: another begins" within 120 another_than "$before"
double_press
check "a double press: the story goes on" within 60 status_is telling
check "it is the one that was cut short" told_is fox

before=$(pid)
kill -STOP "$before"
check "hung while it tells: the watchdog ends it" within 180 another_than "$before"
check "and the journal says so" sh -c "journalctl -u fably -o cat | grep -m1 -i 'watchdog timeout'"
check "a story after that" tells owl

systemctl stop fably # a card that is in use cannot be unloaded
modprobe -r snd-aloop
systemctl start fably
check "no sound card: it is ready all the same" active fably
within 60 box '{"do": "tell", "wish": "a bear"}'
sleep 10
modprobe snd-aloop pcm_substreams=2
check "the card is there: a story" tells goat

date -s "10 years ago" > /dev/null
check "the clock ten years back while it runs: a story" tells cat
systemctl restart fably
check "restarted with that clock: a story" tells dog
date -s "20 years" > /dev/null
check "the clock ten years ahead: a story" tells duck
check "all of them are on the shelf" sh -c 'fably stories list > /var/tmp/list; for one in fox owl goat cat dog duck; do grep -q "$one" /var/tmp/list || exit 1; done; wc -l < /var/tmp/list'
date -s "10 years ago" > /dev/null

cp -a /var/lib/fably/settings.env /var/tmp/settings.env
echo FABLY_LIGHT_PINS=99 >> /var/lib/fably/settings.env
systemctl restart fably 2> /dev/null
check "settings that make no sense: somebody says so" within 90 active fably-trouble
listen 15 /var/tmp/trouble.wav
check "aloud" loud /var/tmp/trouble.wav
cat /var/tmp/settings.env > /var/lib/fably/settings.env
check "mended: it begins by itself" within 120 active fably
check "a story after that" tells hen

check "memory" memory_kept
check "no unit has failed" sh -c '! systemctl --failed --no-legend --plain | grep .'
check "taken back by the installer" "$BENCH/in/fably/tools/install" --uninstall --yes
check "the stories stay" sh -c 'ls -d /var/lib/fably/stories/*/ | wc -l'
