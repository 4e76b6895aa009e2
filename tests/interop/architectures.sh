#!/usr/bin/env bash
# Every architecture that GGUF is written for: llama.cpp's logits of small random models (tiny_models.py) against transformers',
# in BF16, which is the model itself, and in F16, which llama.cpp computes more finely with. The environments are those of loaders.sh.
# usage: tests/interop/architectures.sh DYNAQUANT-CLI [NAME ...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cli=$1
shift
python=${DQ_LOADERS_PYTHON:-$root/build/interop-loaders/bin/python}
llama=${DQ_LLAMA_PYTHON:-$root/build/interop-llama/bin/python}
for needed in "$python -c 'import torch, transformers, gguf'" "$llama -c 'import llama_cpp'"; do
    eval "$needed" 2>/dev/null || { echo "SKIPPED architectures.sh: $needed fails (loaders.sh makes the environments)" && exit 0; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
names=$("$python" "$here/tiny_models.py" "$work" 2>"$work/complaints") || { cat "$work/complaints" && exit 1; }
: >"$work/types.txt"

# run NAME FORMAT: exported, verified, run
run() {
    local model=$work/$1 file=$work/$1.$2.gguf
    "$cli" recipe "$model" --from-tensor-types "$work/types.txt" --otherwise "$2" -o "$work/recipe.json" &&
        "$cli" export "$model" --recipe "$work/recipe.json" --target gguf -o "$file" --progress none >/dev/null &&
        "$llama" "$here/load_gguf.py" "$file" "$work/text.npy" "$work/logits.npy" >/dev/null &&
        "$python" "$here/load_gguf.py" --against "$model" "$work/text.npy" "$work/logits.npy"
}
failed=0
for name in ${*:-$names}; do
    for format in bf16 f16; do
        line=$(run "$name" "$format" 2>"$work/complaints") || { line="FAILED: $line $(tail -n 3 "$work/complaints")" && failed=1; }
        echo "$name $format: $line"
    done
done
exit $failed
