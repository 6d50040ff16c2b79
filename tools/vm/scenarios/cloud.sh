# Words and voice from a cloud, over HTTPS: under the locks of the unit, with the certificates of the system, and in the memory of a Pi.
# boots: installed
source "$BENCH/in/lib.sh"
cd /var/tmp || exit 1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout cloud.key -out cloud.crt 2> /dev/null
check "the machine trusts it" sh -c 'cp cloud.crt /usr/local/share/ca-certificates/ && update-ca-certificates | tail -1'
bench_unit cloud simple /usr/bin/python3 /usr/local/lib/bench/cloud.py 8443 /var/tmp/cloud.crt /var/tmp/cloud.key
sed -i '/^FABLY_STT_PROVIDER/!d' /var/lib/fably/settings.env
# an emulated processor takes its time
cat >> /var/lib/fably/settings.env << 'END'
FABLY_LLM_URL=https://localhost:8443/v1
FABLY_TTS_URL=https://localhost:8443/v1
FABLY_LLM_MODEL=storyteller
OPENAI_API_KEY=of-the-bench
FABLY_OPENER=no
FABLY_ENABLE_EXAMPLES=no
FABLY_STT_SECONDS=120
FABLY_CONNECT_SECONDS=60
FABLY_FIRST_TOKEN_SECONDS=120
FABLY_TOKEN_SECONDS=60
FABLY_SPEECH_SECONDS=120
END
systemctl restart fably
check "the box is there" within 180 active fably
within 60 status_is waiting
# at_most BUDGET MIB: whether it is no more; the budgets are those of the house
at_most() { echo "$2"; [ "$2" -le "$1" ]; }
# MiB of the box and all that it has started
held() { for one in $(< /sys/fs/cgroup/system.slice/fably.service/cgroup.procs); do cat "/proc/$one/smaps_rollup"; done | awk '/^Pss:/ { held += $2 } END { print int(held / 1024) }'; }
sleep 30
check "MiB of the box, never pressed" at_most 38 "$(held)"
listen 60 /var/tmp/heard.wav &
listening=$!
box '{"do": "tell", "wish": "a lighthouse"}'
check "it tells" within 180 status_is telling
for second in $(seq 60); do
    now=$(held)
    [ "$now" -gt "${most:=0}" ] && most=$now
    sleep 1
done
check "MiB while it tells, at most" at_most 64 "$most"
wait $listening
check "seconds that are heard" loud /var/tmp/heard.wav
check "it tells to the end" within 400 status_is waiting
check "what was told came from there" sh -c 'grep -l marzipan /var/lib/fably/stories/*/paragraph_*.txt | wc -l | grep -v "^0"'
check "nothing was wrong" sh -c '! journalctl -u fably | grep -i "offline\|espeak\|certificate"'
sleep 10
check "MiB after the story" at_most 66 "$(held)"
check "memory" memory_kept
cp /run/bench/memory /var/tmp/heard.wav "$BENCH/out/"
