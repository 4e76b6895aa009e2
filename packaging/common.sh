# Shared by the scripts beside it. Source it; it runs nothing by itself.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# OpenMP's spinning barriers are slow on a machine with other work; the library reads this when it is loaded.
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-0}

say() { printf '== %s\n' "$*"; }

# Debian packages the build and the tests need.
packages=(g++ cmake ninja-build git ca-certificates ccache mold
    qt6-base-dev qt6-svg-dev qt6-l10n-tools qt6-translations-l10n libqt6opengl6-dev libqcustomplot-dev libqcustomplot2.1-qt6
    libtorch-dev libhdf5-dev libopenblas-dev libhwy-dev nlohmann-json3-dev libcli11-dev libxxhash-dev
    libpcre2-dev libutf8proc-dev libgl-dev fonts-dejavu-core)

install_missing() {
    local missing=() package
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        say "packages: all there"
        return
    fi
    say "packages: installing ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "not root and no sudo: install ${missing[*]} first" >&2; exit 1; }
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

jobs=$(nproc)

# build PRESET [cmake options...]: configures and builds build/PRESET.
build() {
    local preset=$1
    shift
    say "build: $preset"
    (cd "$root" && cmake --preset "$preset" "$@")
    cmake --build "$root/build/$preset" -j "$jobs"
}
