#!/usr/bin/env bash
# Lets the engines' own loaders open what we export: transformers with compressed-tensors, Python's gguf, llama.cpp, and holds
# the numbers they compute against the plain export and `evaluate`. Makes its Python environments in build/; DQ_LOADERS_PYTHON
# (torch, transformers, compressed-tensors, gguf) and DQ_LLAMA_PYTHON (llama-cpp-python, numpy) name others that have it all.
# usage: tests/interop/loaders.sh DYNAQUANT-CLI
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cli=$1
demo=$root/resources/demo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/environments.sh"

# text PYTHON: the first tokens of the demo's evaluation text
text() {
    "$1" - "$demo" "$work/text.npy" <<'PY'
import sys, numpy, tokenizers
ids = tokenizers.Tokenizer.from_file(sys.argv[1] + "/tokenizer.json").encode(open(sys.argv[1] + "/evaluation.txt").read()).ids
numpy.save(sys.argv[2], numpy.array(ids[:256], numpy.int32))
PY
}

# recipe NAME PALETTE ASK...: with its plain checkpoint beside it
recipe() {
    local name=$1 palette=$2
    shift 2
    "$cli" allocate "$demo" --cache "$work/cache" --palette "$palette" "$@" -o "$work/$name.json" >/dev/null
    "$cli" export "$demo" --recipe "$work/$name.json" --target hf -o "$work/$name.plain" --progress none >/dev/null
}
export_to() { # TARGET NAME: written and verified
    "$cli" export "$demo" --recipe "$work/$2.json" --target "$1" -o "$work/$2.$1" --progress none >/dev/null
    "$cli" verify "$work/$2.$1" --against "$demo" --progress none >/dev/null
}

# Palette vllm on a model in BF16, each format alone and all of them mixed.
compressed_tensors() {
    local python=$1 alone="pin:role=embedding=bf16" kl
    compare() {
        kl=$("$cli" evaluate "$demo" --recipe "$work/$1.json" --text "$work/text.npy" --window 256 --progress none |
            "$python" -c 'import json, sys; print(json.load(sys.stdin)["kl"]["mean"])')
        export_to compressed-tensors "$1"
        said "$1" "$python" "$here/load_compressed.py" "$work/$1.compressed-tensors" "$work/$1.plain" "$demo" "$work/text.npy" "$kl"
    }
    for format in int4-g32-bf16 int4-row-bf16 int8-g128-bf16 int8-row-bf16 int3-g64-bf16-mse nvfp4 mxfp4 mxfp6-e2m3 mxfp8-e4m3 \
        fp8-e4m3-bf16; do
        recipe "$format" "$format,bf16" --constraint "$alone" --loss 1000
        compare "$format"
    done
    recipe mixed vllm --group fused --constraint "$alone" --bits 6
    compare mixed
}

# A file in parts is the same model in llama.cpp, and either opened as a model runs as the folder does, to every digit.
parts() {
    local llama=$1 whole=$work/parts.whole.gguf first model name=0
    : >"$work/types.txt"
    "$cli" recipe "$demo" --from-tensor-types "$work/types.txt" --otherwise bf16 -o "$work/parts.json" >/dev/null
    "$cli" export "$demo" --recipe "$work/parts.json" --target gguf -o "$whole" --progress none >/dev/null
    "$cli" export "$demo" --recipe "$work/parts.json" --target gguf -o "$work/parts.gguf" --split-size 2MB --progress none >/dev/null
    first=$(echo "$work"/parts-00001-of-*.gguf)
    for model in "$demo" "$whole" "$first"; do
        "$cli" recipe "$model" --from-tensor-types "$work/types.txt" --otherwise q3_k -o "$work/parts.q.json" >/dev/null
        "$cli" evaluate "$model" --recipe "$work/parts.q.json" --text "$work/text.npy" --window 256 --progress none |
            grep -o '"perplexity":[^,]*,"kl":[^}]*' >"$work/parts.$name.said"
        cmp "$work/parts.0.said" "$work/parts.$name.said" || { echo "FAILED parts: $model runs otherwise than the folder" && exit 1; }
        name=$((name + 1))
    done
    for model in "$whole" "$first"; do said parts "$llama" "$here/load_gguf.py" "$model" "$work/text.npy" "$model.npy"; done
    cmp "$whole.npy" "$first.npy" && echo "parts: equal logits in llama.cpp, equal perplexity and KL here"
}

# Each type alone and all of them mixed: Python's gguf and, given LLAMA, llama.cpp's logits against transformers'.
gguf() {
    local python=$1 llama=$2
    for name in q2_k q3_k iq4_xs iq4_nl q4_0 q4_1 q4_k q5_0 q5_1 q5_k q6_k q8_0 bf16 mixed-gguf; do
        if [ "$name" = mixed-gguf ]; then recipe "$name" gguf --bits 5; else recipe "$name" "$name" --loss 1000; fi
        export_to gguf "$name"
        said "$name" "$python" "$here/read_gguf.py" "$work/$name.gguf" "$work/$name.plain"
        [ -n "$llama" ] || continue
        said "$name" "$llama" "$here/load_gguf.py" "$work/$name.gguf" "$work/text.npy" "$work/logits.npy"
        said "$name" "$python" "$here/load_gguf.py" --against "$work/$name.plain" "$work/text.npy" "$work/logits.npy"
    done
}

python=$(loaders_python)
llama=${DQ_LLAMA_PYTHON:-$(environment interop-llama llama-cpp-python numpy || true)}
formats=int4-g32-bf16,mxfp4,mxfp6-e2m3,mxfp8-e4m3,int4-row-bf16,int8-g128-bf16,int8-row-bf16,int3-g64-bf16-mse,vllm,gguf
"$cli" measure "$demo" --calibration "$demo/calibration.txt" --documents '<|endoftext|>' --tokens 2000 --cache "$work/cache" \
    --formats "$formats" --progress none

if [ -n "$python" ] && has "$python" compressed_tensors && has "$python" transformers; then
    text "$python"
    compressed_tensors "$python"
else
    skip load_compressed.py "torch, transformers and compressed-tensors could not be installed here"
fi
if [ -z "$python" ] || ! has "$python" gguf; then
    skip read_gguf.py "Python's gguf could not be installed here"
else
    if [ -z "$llama" ] || ! has "$llama" llama_cpp || ! has "$python" transformers; then
        skip load_gguf.py "llama-cpp-python (a compiler builds it) or transformers could not be installed here"
        llama=
    fi
    [ -z "$llama" ] || text "$python"
    gguf "$python" "$llama"
    [ -z "$llama" ] || parts "$llama"
fi
