#!/usr/bin/env bash
# Lets the engines' own loaders open what we export: transformers with compressed-tensors, Python's gguf, llama.cpp, and holds
# the numbers they compute against the plain export and `evaluate`. Makes its Python environments in build/; DQ_LOADERS_PYTHON
# (torch, transformers, compressed-tensors, gguf) and DQ_LLAMA_PYTHON (llama-cpp-python, numpy) name others that have it all.
# Everything on the demo; of the models in ../shared, where they are, a mix of formats for each loader.
# usage: tests/interop/loaders.sh DYNAQUANT-CLI [demo | models]     (one half alone)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cli=$1
halves=${2:-demo models}
demo=$root/resources/demo
model=$demo  # that is measured, exported and loaded
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/environments.sh"

# text PYTHON FILE: its first tokens
text() {
    "$1" - "$model" "$2" "$work/text.npy" <<'PY'
import sys, numpy, tokenizers
ids = tokenizers.Tokenizer.from_file(sys.argv[1] + "/tokenizer.json").encode(open(sys.argv[2]).read(20000)).ids
numpy.save(sys.argv[3], numpy.array(ids[:256], numpy.int32))
PY
}

# measured FORMATS TEXT: the model's table
measured() {
    "$cli" measure "$model" --calibration "$2" --documents '<|endoftext|>' --tokens 2000 --cache "$work/cache" --formats "$1" --progress none >/dev/null
}

# recipe NAME PALETTE ASK...: with its plain checkpoint beside it
recipe() {
    local name=$1 palette=$2
    shift 2
    "$cli" allocate "$model" --cache "$work/cache" --palette "$palette" "$@" -o "$work/$name.json" >/dev/null
    "$cli" export "$model" --recipe "$work/$name.json" --target hf -o "$work/$name.plain" --progress none >/dev/null
}
export_to() { # TARGET NAME: written and verified
    "$cli" export "$model" --recipe "$work/$2.json" --target "$1" -o "$work/$2.$1" --progress none >/dev/null
    "$cli" verify "$work/$2.$1" --against "$model" --progress none >/dev/null
}

alone="pin:role=embedding=bf16"
# compare PYTHON NAME: the compressed export of a recipe with its plain one
compare() {
    local kl
    kl=$("$cli" evaluate "$model" --recipe "$work/$2.json" --text "$work/text.npy" --window 256 --progress none |
        "$1" -c 'import json, sys; print(json.load(sys.stdin)["kl"]["mean"])')
    export_to compressed-tensors "$2"
    said "$2" "$1" "$here/load_compressed.py" "$work/$2.compressed-tensors" "$work/$2.plain" "$model" "$work/text.npy" "$kl"
}

# Palette vllm on a model in BF16, each format alone and all of them mixed.
compressed_tensors() {
    local python=$1
    for format in int4-g32-bf16 int4-row-bf16 int8-g128-bf16 int8-row-bf16 int3-g64-bf16-mse nvfp4 mxfp4 mxfp6-e2m3 mxfp8-e4m3 \
        fp8-e4m3-bf16; do
        recipe "$format" "$format,bf16" --constraint "$alone" --loss 1000
        compare "$python" "$format"
    done
    recipe mixed vllm --group fused --constraint "$alone" --bits 6
    compare "$python" mixed
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

# compare_gguf PYTHON LLAMA NAME: Python's gguf and, given LLAMA, llama.cpp's logits against transformers'
compare_gguf() {
    export_to gguf "$3"
    said "$3" "$1" "$here/read_gguf.py" "$work/$3.gguf" "$work/$3.plain"
    [ -n "$2" ] || return 0
    said "$3" "$2" "$here/load_gguf.py" "$work/$3.gguf" "$work/text.npy" "$work/logits.npy"
    said "$3" "$1" "$here/load_gguf.py" --against "$work/$3.plain" "$work/text.npy" "$work/logits.npy"
}

# Each type alone and all of them mixed.
gguf() {
    for name in q2_k q3_k iq4_xs iq4_nl q4_0 q4_1 q4_k q5_0 q5_1 q5_k q6_k q8_0 bf16 mixed-gguf; do
        if [ "$name" = mixed-gguf ]; then recipe "$name" gguf --bits 5; else recipe "$name" "$name" --loss 1000; fi
        compare_gguf "$1" "$2" "$name"
    done
}

# models PYTHON LLAMA: of every other model at hand a mix for either loader, and the model itself in GGUF
models() {
    local shared=$root/../shared name
    [ -d "$shared/models" ] || { skip loaders.sh "the models of ../shared are not here" && return; }
    for model in "$shared"/models/*/; do
        name=$(basename "$model")
        text "$1" "$shared/text/tinystories_calibration.txt"
        measured int4-row-bf16,int8-row-bf16,fp8-e4m3-bf16,gguf "$shared/text/tinystories_calibration.txt"
        recipe "$name-bf16" bf16 --loss 1000
        recipe "$name-mixed-gguf" gguf --loss 0.01
        # A row for a group: stories260K has matrices of 172 columns.
        recipe "$name-mixed" int4-row-bf16,int8-row-bf16,fp8-e4m3-bf16,bf16 --group fused --constraint "$alone" --loss 0.01
        for kind in bf16 mixed-gguf; do compare_gguf "$1" "$2" "$name-$kind"; done
        if has "$1" compressed_tensors && has "$1" transformers; then compare "$1" "$name-mixed"; fi
    done
}

python=$(loaders_python)
llama=${DQ_LLAMA_PYTHON:-$(environment interop-llama llama-cpp-python numpy || true)}
has "$python" gguf || { skip loaders.sh "torch, transformers, compressed-tensors and Python's gguf could not be installed here" && exit 0; }
if ! has "$llama" llama_cpp || ! has "$python" transformers; then
    skip load_gguf.py "llama-cpp-python (a compiler builds it) or transformers could not be installed here"
    llama=
fi
case $halves in *demo*)
    text "$python" "$demo/evaluation.txt"
    measured int4-g32-bf16,mxfp4,mxfp6-e2m3,mxfp8-e4m3,int4-row-bf16,int8-g128-bf16,int8-row-bf16,int3-g64-bf16-mse,vllm,gguf "$demo/calibration.txt"
    if has "$python" compressed_tensors && has "$python" transformers; then
        compressed_tensors "$python"
    else
        skip load_compressed.py "torch, transformers and compressed-tensors could not be installed here"
    fi
    gguf "$python" "$llama"
    [ -z "$llama" ] || parts "$llama"
    ;;
esac
case $halves in *models*) models "$python" "$llama" ;; esac
