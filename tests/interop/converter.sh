#!/usr/bin/env bash
# llama.cpp's converter on models of ../shared/models whose tokenizer it knows: our GGUF file in BF16 has its tensors, byte for byte,
# and its file opened as a model runs as the folder does, to every digit. DQ_LLAMA_CPP names a folder of llama.cpp's source.
# usage: tests/interop/converter.sh DYNAQUANT-CLI
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cli=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/environments.sh"
export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1

models=$root/../shared/models
converter=${DQ_LLAMA_CPP:-}/convert_hf_to_gguf.py
[ -e "$converter" ] || { skip converter.sh "DQ_LLAMA_CPP names no folder with convert_hf_to_gguf.py" && exit 0; }
[ -d "$models" ] || { skip converter.sh "there are no models in ../shared/models" && exit 0; }
python=$(loaders_python)
has "$python" gguf && has "$python" transformers || { skip converter.sh "Python's gguf or transformers could not be installed here" && exit 0; }
: >"$work/types.txt"

recipe() { "$cli" recipe "$1" --from-tensor-types "$work/types.txt" --otherwise "$2" -o "$work/recipe.json" >/dev/null; }
# converted MODEL TYPE
converted() { timeout 120 "$python" "$converter" "$1" --outtype "$2" --outfile "$work/$2.gguf" >"$work/complaints" 2>&1; }
# ran MODEL: what evaluate says of it in q4_0
ran() {
    recipe "$1" q4_0
    "$cli" evaluate "$1" --recipe "$work/recipe.json" --text "$root/resources/demo/evaluation.txt" --limit 2 --progress none |
        grep -o '"perplexity":[^,]*,"kl":[^}]*'
}
for name in stories260K-bf16 stories260K-f32; do
    model=$models/$name
    [ -d "$model" ] || { skip "$name" "it is not in ../shared/models" && continue; }
    for type in bf16 "${name##*-}"; do
        converted "$model" "$type" || { echo "FAILED $name: $(tail -n 1 "$work/complaints")" && exit 1; }
    done
    recipe "$model" bf16
    "$cli" export "$model" --recipe "$work/recipe.json" --target gguf -o "$work/$name.gguf" --progress none >/dev/null
    said "$name" "$python" "$here/converter.py" "$work/$name.gguf" "$work/bf16.gguf"
    folder=$(ran "$model")
    file=$(ran "$work/${name##*-}.gguf")
    [ "$folder" = "$file" ] || { echo "FAILED $name: the converter's file runs otherwise: $file, the folder $folder" && exit 1; }
    echo "$name: the converter's file opened as a model runs as the folder, to every digit: ${folder%%,*}"
done
