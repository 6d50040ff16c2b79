# Sourced by run and test: makes .venv and installs what is missing, saying so. Costs next to nothing when nothing is missing.
#   setup EXTRAS     for instance: setup espeak,test

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
unset PYTHONDONTWRITEBYTECODE # some machines set it, and it makes every start slower
export PATH=/usr/sbin:/sbin:$PATH

say() { printf 'fably: %s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# apt_install PACKAGE... WHY: installs, or says what to install; never fails the caller
apt_install() {
    local why=${*: -1} packages=("${@:1:$#-1}")
    if ! command -v apt-get > /dev/null || ! { [ "$(id -u)" = 0 ] || sudo -n true 2> /dev/null; }; then
        say "$why is missing; install it with: sudo apt-get install ${packages[*]}"
        return 1
    fi
    say "installing ${packages[*]} ($why)"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" > /dev/null 2>&1 && return
    as_root apt-get update -qq > /dev/null 2>&1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" > /dev/null 2>&1 && return
    say "apt-get could not install ${packages[*]}; $why is missing"
    return 1
}

find_python() {
    local one
    for one in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        [ -n "$one" ] && "$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null && { command -v "$one"; return; }
    done
    say "Python 3.11 or newer is needed; install it with: sudo apt-get install python3 python3-venv"
    return 1
}

setup() {
    local extras=$1 python stamp venv=$here/.venv
    # (not grep -q, which ends early and makes the whole pipe fail)
    ldconfig -p 2> /dev/null | grep 'libportaudio\.so\.2' > /dev/null || apt_install libportaudio2 "PortAudio, to play sound" || true
    if [ ! -x "$venv/bin/python" ]; then
        python=$(find_python) || return 1
        say "making .venv with $("$python" --version)"
        if ! "$python" -m venv "$venv" > /dev/null 2>&1; then
            rm -rf "$venv"
            apt_install python3-venv "venv, to keep Fably's packages apart" && "$python" -m venv "$venv" || { rm -rf "$venv"; return 1; }
        fi
    fi
    stamp=$venv/installed-$(printf '%s' "$extras" | tr ',' '-')
    if ! cmp -s "$here/pyproject.toml" "$stamp"; then
        say "installing fably[$extras] into .venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e "$here[$extras]" >&2 || {
            say "pip could not install the packages above; is the network there?"
            return 1
        }
        cp "$here/pyproject.toml" "$stamp"
    fi
}
