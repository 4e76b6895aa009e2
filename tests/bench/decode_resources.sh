#!/bin/sh
# What the products on a device take of one: registers, spilled bytes, stack, for every chip they are built for. Needs nvcc, no device.
#
#     tests/bench/decode_resources.sh [ARCHITECTURE ...]        80 86 89 90a 100 120 without any
#
# Fails where a kernel spills, keeps anything in local memory, or takes more registers than its blocks a processor leave each thread:
# 65536 / (128 threads * 4 blocks) with one tile of inputs, / (128 * 3) with two, in steps of eight. NVCC chooses the compiler. The table goes to
# tests/bench/results/decode_resources.txt when all architectures were asked for.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
nvcc=${NVCC:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
"$nvcc" --version >/dev/null 2>&1 || { echo "no CUDA compiler: set NVCC" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
all="80 86 89 90a 100 120"

compiled() {
    "$nvcc" -std=c++20 -O3 -I"$root" -gencode=arch="compute_$1",code="sm_$1" -fmad=false --expt-relaxed-constexpr -Xptxas -v \
        -cubin -o "$folder/$1.cubin" "$root/kernels/cuda/decode.cu" 2>"$folder/$1.log" || { cat "$folder/$1.log" >&2; exit 1; }
}

# A line a kernel: architecture, tiles of inputs, registers, most allowed, spilled bytes, stack; then whether that is well.
rows() {
    awk -v arch="$1" '
        /Compiling entry function/ { tiles = match($0, /productsILi[0-9]+/) ? substr($0, RSTART + 11, RLENGTH - 11) : "" }
        tiles != "" && /bytes stack frame/ { stack = $1; spilled = $5 + $9 }
        tiles != "" && /Used [0-9]+ registers/ {
            match($0, /Used [0-9]+/); registers = substr($0, RSTART + 5, RLENGTH - 5) + 0
            most = int(65536 / (128 * (tiles == 1 ? 4 : 3)) / 8) * 8
            well = registers <= most && spilled == 0 && stack == 0
            printf "%-6s %10s %10d %10d %10d %10d   %s\n", "sm_" arch, tiles * 8, registers, most, spilled, stack, well ? "well" : "NOT AS PLANNED"
            tiles = ""
        }' "$folder/$1.log"
}

table=$folder/table
{
    "$nvcc" --version | grep release
    printf '%-6s %10s %10s %10s %10s %10s\n' chip inputs registers planned spilled stack
} >"$table"
for arch in ${*:-$all}; do
    compiled "$arch"
    rows "$arch" >>"$table"
done
cat "$table"
[ $# -gt 0 ] || { mkdir -p "$here/results" && cp "$table" "$here/results/decode_resources.txt"; }
kernels=$(grep -c '^sm_' "$table")
wanted=$(set -- ${*:-$all}; echo $((2 * $#)))
[ "$kernels" = "$wanted" ] || { echo "$kernels kernels were reported, not $wanted" >&2; exit 1; }
if grep -q 'NOT AS PLANNED' "$table"; then exit 1; fi
