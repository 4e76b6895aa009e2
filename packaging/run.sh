#!/usr/bin/env bash
# Installs what is missing, builds a release, and opens the explorer on the bundled demo model.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
    cat <<EOF
usage: packaging/run.sh [--headless] [MODEL]

Installs missing Debian packages (root or sudo), builds a release in build/release and opens the explorer on MODEL
(default: the bundled demo model). Without a display, or with --headless, it does the same job on the command line
with the demo model: measure, front, recipe, evaluation, export, verification; the results are left in out/demo.
EOF
}

headless=
model=
for word in "$@"; do
    case "$word" in
        -h | --help) usage; exit 0 ;;
        --headless) headless=yes ;;
        -*) usage >&2; exit 2 ;;
        *) model=$word ;;
    esac
done

install_missing
build release -DDQ_TESTS=OFF
bin=$root/build/release/app
demo=$root/resources/demo

if [ -z "$headless" ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "explorer: ${model:-$demo}"
    exec "$bin/gui/dynaquant" "${model:-$demo}"
fi

out=$root/out/demo
cli=$bin/cli/dynaquant-cli
say "no display: the demo's whole job on the command line"
mkdir -p "$out"
rm -rf "$out/exported"
common=(--cache "$out/cache")
"$cli" measure "$demo" --calibration "$demo/calibration.txt" --documents '<|endoftext|>' "${common[@]}"
"$cli" front "$demo" --svg "$out/front.svg" "${common[@]}"
"$cli" allocate "$demo" --bits 4.5 -o "$out/recipe.json" "${common[@]}"
"$cli" evaluate "$demo" --recipe "$out/recipe.json" --text "$demo/evaluation.txt" --documents '<|endoftext|>' --limit 50
"$cli" export "$demo" --recipe "$out/recipe.json" --target native -o "$out/exported"
"$cli" verify "$out/exported" --against "$demo"
"$bin/gui/dynaquant" "$demo" "${common[@]}" --platform offscreen --screenshot "$out/explorer.png" || true
say "picture of the front:  $out/front.svg"
say "picture of the window: $out/explorer.png"
say "recipe:                $out/recipe.json"
say "exported checkpoint:   $out/exported"
