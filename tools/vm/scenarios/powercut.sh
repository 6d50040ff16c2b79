# One round between two power cuts; tools/vm/cuts pulls the plug, and calls this again. It looks at what the last cut has left behind, has
# the story gone on with, asks for another, and says when the plug may be pulled. What is heard is said on the console: that is outside.
# ROUND: which it is. HEARD: what the console said last before the cut, "PASSAGE TITLE", or nothing. WISH: for what to ask now.
source "$BENCH/in/lib.sh"

# goes_on "PASSAGE TITLE": whether that is where the last round was cut. What is heard is said a moment before it is on the disk
goes_on() {
    echo "cut in ${HEARD%% *}: goes on with $1"
    [ "${1#* }" = "${HEARD#* }" ] && [ "${1%% *}" -le "${HEARD%% *}" ] && [ "${1%% *}" -ge $((${HEARD%% *} - 1)) ]
}

# every_story: whether each folder on the shelf is a story that can be read
every_story() {
    "$python" - << 'END'
from pathlib import Path
from fably.library.story import read_story

folders = [one for one in Path("/var/lib/fably/stories").iterdir() if one.is_dir() and not one.name.startswith(".")]
bad = [one.name for one in folders if (story := read_story(one)) is None or not all(passage.text.strip() for passage in story.passages)]
print(bad or len(folders))
raise SystemExit(bool(bad))
END
}

within 120 active fably
check "ready again" active fably
if [ "$ROUND" -gt 1 ]; then
    check "the disk was mended by its journal only" sh -c '! dmesg | grep -i "ext4.*error"'
    check "settings.env is not empty" grep -c FABLY_SEED /var/lib/fably/settings.env
    check "the library can be read" sh -c 'fably stories list > /var/tmp/list && wc -l < /var/tmp/list'
    check "every story in it" every_story
    # its lines are in /var/lib/fably/last.log, each with the first digits of the machine's start that it belongs to
    check "what it logged before the cut is there for the doctor" sh -c \
        'grep -vc "$(cut -c1-8 /proc/sys/kernel/random/boot_id)" /var/lib/fably/last.log'
    if [ -n "$HEARD" ]; then
        rm -f /var/tmp/heard # what the round before heard
        box heard /var/tmp/heard &
        within 30 grep -aqs WATCHING /var/tmp/heard
        double_press
        check "a double press: it goes on" within 90 grep -aq HEARD /var/tmp/heard
        check "with the sentence that was being heard" goes_on "$(grep -am1 HEARD /var/tmp/heard | cut -d' ' -f2-)"
    fi
    fably doctor > /var/tmp/doctor 2>&1; code=$?
    check "the doctor runs" sh -c "[ $code -le 1 ] && ! grep Traceback /var/tmp/doctor"
fi
cp -r /var/lib/fably/stories /var/tmp/heard "$BENCH/out/" 2> /dev/null
rm -f "$BENCH"/out/stories/*/*.wav
[ -n "$WISH" ] || exit 0 # that was the last
box heard /dev/console &
box "{\"do\": \"tell\", \"wish\": \"$WISH\"}"
echo "CUT-HERE" > /dev/console
sleep 600
