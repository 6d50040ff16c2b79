# Updates: a good one is taken, one that does not start is taken back by itself, and a person goes back by hand.
source "$BENCH/in/lib.sh"
become_a_pi
install() { "$BENCH/in/fably/tools/install" "$@"; }
in_force() { readlink /opt/fably/current | grep -F "$1"; }
wheels=/var/tmp/wheels
cp -r "$BENCH/in/wheels" $wheels

# as VERSION CODE: Fably's wheel as another version of itself, in which box/looping.py ends with CODE
as() {
    python3 - "$wheels" "$1" "$2" << 'END'
import sys, zipfile
from pathlib import Path

folder, version, code = Path(sys.argv[1]), *sys.argv[2:]
old = next(one for one in folder.glob("fably-*.whl") if not one.name.startswith("fably-9"))
was = old.name.split("-")[1]
with zipfile.ZipFile(old) as source, zipfile.ZipFile(folder / old.name.replace(was, version), "w", zipfile.ZIP_DEFLATED) as made:
    for name in source.namelist():
        content = source.read(name)
        if name.endswith(("METADATA", "RECORD", "fably/__init__.py")):
            content = content.replace(was.encode(), version.encode())
        if name == "fably/box/looping.py":
            content += f"\n{code}\n".encode()
        made.writestr(name.replace(f"fably-{was}", f"fably-{version}"), content)
END
}

check "the first version" install --yes --mode pi-zero --no-web --from $wheels
check "runs" within 120 active fably
first=$(readlink /opt/fably/current)
as 98.0.0 ""
check "an update" install --yes --from $wheels
check "is in force" in_force 98.0.0
check "and runs" within 120 active fably
as 99.0.0 "raise SystemExit(1)"
if said=$(install --yes --from $wheels 2>&1); then check "an update that does not start is refused" false; fi
check "an update that does not start is taken back by itself" grep -F "is in force again" <<< "$said"
check "the one before is in force" in_force 98.0.0
check "and runs again" within 120 active fably
check "a person goes back" install --rollback --yes
check "to the first version" in_force "$first"
check "which runs" within 120 active fably
