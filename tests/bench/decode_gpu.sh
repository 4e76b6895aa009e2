#!/bin/sh
# The products of a whole decode step on a device: builds, checks, times, prints a table, and keeps all of it with GPU, driver and date in
# tests/bench/results.
#
#     tests/bench/decode_gpu.sh [ROUNDS [LAYERS [FORMATS]]]
#
# FORMATS: a file with the name of a format a line for each of the chain's 449 matrices, as an allocator chose them; without it
# tests/bench/decode/chain.hpp mixes 5.7 bits. LAYERS below 64 where memory is short (64 take 121 GB: mixed, BF16 in bricks, BF16 for
# cuBLAS). BUILD is the build folder (build/cuda), ARCH the chip (native); BENCH a program that was built elsewhere. compute-sanitizer is run where it is
# installed; SANITIZE=no leaves it out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
build=${BUILD:-$root/build/cuda}
bench=${BENCH:-$build/tests/decode_gpu_bench}
if [ -z "${BENCH:-}" ]; then
    cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DDQ_CUDA=ON -DDQ_GUI=OFF -DDQ_TORCH=OFF \
        -DCMAKE_CUDA_ARCHITECTURES="${ARCH:-native}" >/dev/null
    cmake --build "$build" --target decode_gpu_bench
fi
mkdir -p "$here/results"
log=$here/results/decode_gpu_$(date -u +%Y%m%d_%H%M).txt
{
    date -u '+%Y-%m-%d %H:%M UTC'
    nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.sm,clocks.mem,temperature.gpu --format=csv
    if [ "${SANITIZE:-yes}" = yes ] && command -v compute-sanitizer >/dev/null; then
        compute-sanitizer --tool memcheck --error-exitcode 1 "$bench" check
        compute-sanitizer --tool racecheck --error-exitcode 1 "$bench" check
    else
        echo "compute-sanitizer was not run"
    fi
    "$bench" "$@"
    nvidia-smi --query-gpu=clocks.sm,clocks.mem,temperature.gpu --format=csv,noheader
} >"$log" 2>&1 || { cat "$log"; echo "failed: $log" >&2; exit 1; }
cat "$log"
