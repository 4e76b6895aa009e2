#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: sanitized, then optimised.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
    cat <<EOF
usage: packaging/test.sh [--quick] [--interop]

Installs missing Debian packages (root or sudo), then builds and runs all tests twice: build/dev (Debug with
AddressSanitizer and UndefinedBehaviorSanitizer, warnings are errors) and build/release. --quick: the release only.
--interop: afterwards, Python's h5py, safetensors and numpy read what the release writes (needs python3-venv and the
Python package registry).
Tests that need the models and texts of ../shared say so and skip where those are missing.
EOF
}

presets=(dev release)
interop=
for word in "$@"; do
    case "$word" in
        -h | --help) usage; exit 0 ;;
        --quick) presets=(release) ;;
        --interop) interop=yes ;;
        *) usage >&2; exit 2 ;;
    esac
done

install_missing
for preset in "${presets[@]}"; do
    build "$preset" -DDQ_TESTS=ON -DDQ_WERROR=ON
    say "test: $preset"
    (cd "$root/build/$preset" && ctest --output-on-failure --no-tests=error -j "$jobs")
done
if [ -n "$interop" ]; then
    say "interop"
    "$root/tests/interop/run.sh" "$root/build/release/app/cli/dynaquant-cli"
fi
say "all tests passed: ${presets[*]}"
