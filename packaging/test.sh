#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: sanitized, then optimised.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
    cat <<EOF
usage: packaging/test.sh [--quick]

Installs missing Debian packages (root or sudo), then builds and runs all tests twice: build/dev (Debug with
AddressSanitizer and UndefinedBehaviorSanitizer, warnings are errors) and build/release. --quick: the release only.
Tests that need the models and texts of ../shared say so and skip where those are missing.
EOF
}

presets=(dev release)
for word in "$@"; do
    case "$word" in
        -h | --help) usage; exit 0 ;;
        --quick) presets=(release) ;;
        *) usage >&2; exit 2 ;;
    esac
done

install_missing
for preset in "${presets[@]}"; do
    build "$preset" -DDQ_TESTS=ON -DDQ_WERROR=ON
    say "test: $preset"
    (cd "$root/build/$preset" && ctest --output-on-failure --no-tests=error -j "$jobs")
done
say "all tests passed: ${presets[*]}"
