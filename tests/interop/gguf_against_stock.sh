#!/usr/bin/env bash
# Our GGUF quantizers against stock libggml, which comes from the source package of llama-cpp-python and is
# built as its own CMake says for a baseline processor (outside the tree, in the user's cache).
# usage: tests/interop/gguf_against_stock.sh BUILD prepare | compare [SCALE [AVX3|AVX2|SSE4]] | speed [ROUNDS] | fixtures
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
mode=${2:-compare}
version=0.3.36
home=${DQ_STOCK_GGML:-${XDG_CACHE_HOME:-$HOME/.cache}/dynaquant-ggml-$version}
mkdir -p "$home"

library=$home/build/ggml/src/libggml-base.so
if [ ! -e "$library" ]; then
    [ -x "$home/python/bin/pip" ] || python3 -m venv "$home/python"
    "$home/python/bin/pip" download -q --no-deps --no-binary :all: -d "$home" "llama-cpp-python==$version"
    tar xf "$home/llama_cpp_python-$version.tar.gz" -C "$home"
    mkdir -p "$home/wrap"
    printf 'cmake_minimum_required(VERSION 3.14)\nproject(stock C CXX)\nadd_subdirectory(%s ggml)\n' \
        "$home/llama_cpp_python-$version/vendor/llama.cpp/ggml" > "$home/wrap/CMakeLists.txt"
    cmake -S "$home/wrap" -B "$home/build" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
        -DGGML_NATIVE=OFF -DGGML_CPU=OFF -DGGML_OPENMP=OFF >/dev/null
    cmake --build "$home/build" --target ggml-base -j 2 >/dev/null
fi

[ "$mode" = prepare ] && exit
"${CXX:-g++}" -std=c++20 -O2 -ffp-contract=off -I "$root" "$root/tests/interop/gguf_against_stock.cpp" \
    -o "$home/driver" "$build/kernels/libdq_kernels.a" "$build/core/base/libdq_base.a" -lhwy -ldl -lpthread

case $mode in
compare)
    python3 "$root/tests/interop/gguf_rows.py" "$home/rows.f32" "$root"/resources/demo/model.safetensors \
        "$root"/../shared/models/*/model.safetensors
    "$home/driver" "$library" compare "$home/rows.f32" "${3:-1}" ${4:+"$4"} ;;
speed) "$home/driver" "$library" speed "${3:-9}" ;;
fixtures) "$home/driver" "$library" fixtures "$root/tests/fixtures/kernels/gguf.bin" ;;
*) echo "unknown mode $mode: prepare, compare, speed or fixtures" >&2; exit 2 ;;
esac
