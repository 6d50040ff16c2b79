# One story after the other, each asked for aloud and told to its end: eight, or fifty with --long. Memory is what is looked at.
# boots: installed
source "$BENCH/in/lib.sh"
stories=8
[ -z "$LONG" ] || stories=50
printf 'FABLY_SLEEP_TIMER=45s\n' >> /var/lib/fably/settings.env # a story takes three minutes without
systemctl restart fably
for one in princess pirate unicorn robot; do spoken "Tell me a story about a $one." "/var/tmp/$one.wav"; done
wishes=(princess pirate unicorn robot)
resident() { awk '/^Pss:/ { print int($2 / 1024) }' "/proc/$(pid)/smaps_rollup"; }
told=0
for ((at = 0; at < stories; at++)); do
    listen 30 /var/tmp/heard.wav &
    wish "/var/tmp/${wishes[at % 4]}.wav" && wait $! && loud /var/tmp/heard.wav && within 200 status_is waiting && told=$((told + 1))
    say "story $at: available $(available), the box $(resident) MiB"
    [ $at = 0 ] && first=$(resident)
done
check "asked for, understood, heard, and told to the end" expr "$told" : "$stories"
check "told" echo "$told of $stories"
check "kept on the shelf" sh -c 'ls -d /var/lib/fably/stories/*/ | wc -l'
check "PSS of the box after the first and after the last (MiB)" echo "$first, $(resident)"
check "grown by less than 10 MiB" [ $(($(resident) - first)) -lt 10 ]
check "same process all the time: restarts" sh -c 'systemctl show fably -p NRestarts --value'
check "memory" memory_kept
cp /run/bench/memory "$BENCH/out/"
