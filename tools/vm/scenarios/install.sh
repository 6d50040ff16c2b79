# From nothing to a box: installed from wheels on what a Pi Zero 2W has. The disk that this leaves is what other scenarios start from.
source "$BENCH/in/lib.sh"
become_a_pi
begun=$(now)
check "installed from wheels, without a network" "$BENCH/in/fably/tools/install" --yes --mode pi-zero --no-web --from "$BENCH/in/wheels"
check "seconds that took" expr "$(now)" - "$begun"
within 120 active fably
systemctl stop fably
# an emulated processor takes its time; and a story that came with Fably has a title of its own, by which no wish is known again
printf 'FABLY_LIGHT=led\nFABLY_ENABLE_EXAMPLES=no\nFABLY_STT_PROVIDER=grammar\nFABLY_SEED=7\nFABLY_STT_SECONDS=120\n' >> /var/lib/fably/settings.env
take_memory 292
check "no unit has failed" sh -c '! systemctl --failed --no-legend --plain | grep .'
