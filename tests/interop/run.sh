#!/usr/bin/env bash
# Lets readers we did not write open what we write: here Python's h5py, safetensors, numpy and tokenizers, in an environment
# of its own in build/interop-python; then what loads, in loaders.sh, and stock ggml, in gguf_against_stock.sh.
# usage: tests/interop/run.sh DYNAQUANT-CLI
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cli=$1
python=$root/build/interop-python/bin/python

[ -x "$python" ] || python3 -m venv "$root/build/interop-python"
"$python" -m pip install -q numpy h5py safetensors tokenizers

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
demo=$root/resources/demo
"$cli" measure "$demo" --calibration "$demo/calibration.txt" --documents '<|endoftext|>' --tokens 2000 --cache "$work" --progress none
table=$(echo "$work"/*.h5)
"$python" "$root/tests/interop/read_table.py" "$table"
for format in $("$cli" formats | awk 'NR > 1 {print $1}'); do
    "$cli" allocate "$demo" --cache "$work" --uniform "$format" -o "$work/recipe.json" >/dev/null
    "$cli" export "$demo" --recipe "$work/recipe.json" -o "$work/$format" --progress none >/dev/null
    "$python" "$root/tests/interop/read_native.py" "$work/$format" "$demo" "$table"
done
echo "interop: table and every format read by independent code"

bench=$(dirname "$cli")/../../tests/tokenizer_bench
if [ -x "$bench" ]; then
    "$python" "$root/tests/interop/tokenizer_parity.py" make "$work/tokenizers"
    "$python" "$root/tests/interop/tokenizer_parity.py" compare "$work/tokenizers" "$bench" mixed broken strange
fi

if "$python" -m pip install -q gguf; then
    "$cli" measure "$demo" --calibration "$demo/calibration.txt" --documents '<|endoftext|>' --tokens 2000 --cache "$work" --progress none \
        --imatrix "$work/imatrix.gguf"
    "$python" "$root/tests/interop/read_imatrix.py" "$work/imatrix.gguf" "$table"
else
    echo "SKIPPED read_imatrix.py: Python's gguf could not be installed"
fi

"$root/tests/interop/loaders.sh" "$cli"
build=$(cd "$(dirname "$cli")/../.." && pwd)
if [ ! -e "$build/kernels/libdq_kernels.a" ]; then
    echo "SKIPPED gguf_against_stock.sh: $build holds no kernels to link"
elif ! "$root/tests/interop/gguf_against_stock.sh" "$build" prepare; then
    echo "SKIPPED gguf_against_stock.sh: stock ggml's source could not be fetched or built here"
else
    "$root/tests/interop/gguf_against_stock.sh" "$build" compare
fi
