#!/usr/bin/env bash
# Makes every picture beside this file anew: resources/pictures/make.sh [BUILD_FOLDER]
# Needs a build with explorer and worker (default build/release) and python3; no display.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${1:-$root/build/release}
gui=$build/app/gui/dynaquant
export DYNAQUANT_CLI=${DYNAQUANT_CLI:-$build/app/cli/dynaquant-cli} GOMP_SPINCOUNT=0
unset DISPLAY WAYLAND_DISPLAY

work=/tmp/dynaquant-pictures  # it is seen in one of them
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
# Nothing of the person at this machine may show: no recent models, no caches, no settings.
export HOME=$work/home XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data LC_ALL=C.UTF-8
mkdir -p "$HOME"
demo=$work/demo
cp -r "$root/resources/demo" "$demo"
mixture=$work/tiny-mixture

python3 "$here/tiny_mixture.py" "$mixture" "$demo"
"$DYNAQUANT_CLI" measure "$demo" --progress none > /dev/null
"$DYNAQUANT_CLI" measure "$mixture" --tokens 2048 --progress none > /dev/null

shoot() {
    local name=$1
    shift
    "$gui" --platform offscreen --screenshot "$here/$name.png" --size 1440x900 --language en "$@"
    printf '%s %s bytes\n' "$name.png" "$(stat -c %s "$here/$name.png")"
}

shoot start
shoot explorer "$demo" --bits 4.5 --theme light
shoot explorer-dark "$demo" --bits 4.5 --theme dark --show water
shoot experts "$mixture" --bits 4.5 --show experts --theme light
shoot export "$demo" --bits 4.5 --show export --theme light
shoot jobs "$demo" --bits 4.5 --show jobs --theme light
shoot german "$demo" --bits 4.5 --theme light --language de
