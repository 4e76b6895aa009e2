#!/usr/bin/env bash
# vLLM's own code, on a processor, on what we export for it: vllm_config.py on the demo in each format and mixed, and on small random
# models. Makes its environment in build/interop-vllm, of vLLM's package and what its import needs, beside that of loaders.sh for
# torch; DQ_VLLM_PYTHON names one that has it all.
# usage: tests/interop/vllm_config.sh DYNAQUANT-CLI
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cli=$1
demo=$root/resources/demo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/environments.sh"

# vllm_python TORCH'S: an environment that sees the other's packages; vLLM's own list would bring a second torch
vllm_python() {
    local folder=$root/build/interop-vllm packages
    packages=$("$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || return
    [ -x "$folder/bin/python" ] || "$1" -m venv "$folder" >&2 || return
    echo "$packages" >"$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/loaders.pth"
    timeout "$patience" "$folder/bin/python" -m pip install -q --no-deps vllm humming-kernels >&2 &&
        timeout "$patience" "$folder/bin/python" -m pip install -q aiohttp cachetools cbor2 cloudpickle einops fastapi llguidance msgspec \
            openai openai_harmony partial_json_parser pillow prometheus_client py-cpuinfo pybase64 pyzmq requests urllib3 uvloop \
            xgrammar 2>"$work/complaints" >&2 && echo "$folder/bin/python"
}

# exported NAME MODEL: of $work/recipe.json; prints the folder
exported() {
    "$cli" export "$2" --recipe "$work/recipe.json" --target compressed-tensors -o "$work/$1" --progress none >/dev/null &&
        echo "$work/$1"
}
# uniform NAME MODEL FORMAT [TENSOR=TYPE]: embeddings, and what GGUF's name says, in another
uniform() {
    printf '%s\n' token_embd.weight=bf16 "${@:4}" >"$work/types.txt"
    "$cli" recipe "$2" --from-tensor-types "$work/types.txt" --otherwise "$3" -o "$work/recipe.json" >/dev/null && exported "$1" "$2"
}
# mixed NAME MODEL MEASURE... -- ALLOCATE...: as allocation chooses
mixed() {
    local name=$1 model=$2 measured=()
    shift 2
    while [ "$1" != -- ]; do measured+=("$1") && shift; done
    shift
    "$cli" measure "$model" "${measured[@]}" --cache "$work/cache" --progress none >/dev/null
    "$cli" allocate "$model" --cache "$work/cache" --group fused --constraint pin:role=embedding=bf16 "$@" -o "$work/recipe.json" >/dev/null &&
        exported "$name" "$model"
}

python=$(loaders_python)
vllm=${DQ_VLLM_PYTHON:-$(vllm_python "$python" || true)}
if [ -z "$vllm" ] || ! has "$vllm" vllm || ! has "$python" transformers; then
    skip vllm_config.sh "vLLM's package, or transformers for the models, could not be installed here" && exit 0
fi
# vLLM's compiled part is linked with a driver, of which nothing is called.
if ! "${CC:-cc}" -shared -x c /dev/null -o "$work/libcuda.so.1" -Wl,-soname,libcuda.so.1; then
    skip vllm_config.sh "no compiler stands in for the driver that vLLM's package is linked with" && exit 0
fi
export LD_LIBRARY_PATH=$work${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

folders=()
for format in int2-g32-bf16 int3-g64-bf16-mse int4-g32-bf16 int4-g128-bf16 int4-row-bf16 int4a-g32-bf16 int5-g128-bf16 int6-g128-bf16 \
    int7-g64-bf16 int8-g128-bf16 int8-row-bf16 nvfp4 mxfp4 mxfp8-e4m3 fp8-e4m3-bf16; do
    folders+=("$(uniform "demo.$format" "$demo" "$format")")
done
folders+=("$(uniform demo.fp8-e4m3-block-bf16 "$demo" fp8-e4m3-block-bf16 output.weight=bf16)")
folders+=("$(uniform demo.mxfp6-e2m3 "$demo" mxfp6-e2m3)=refused")
folders+=("$(mixed demo.vllm "$demo" --calibration "$demo/calibration.txt" --documents '<|endoftext|>' --tokens 2000 --formats vllm -- \
    --palette vllm --bits 6)")

"$python" "$here/tiny_models.py" "$work" >/dev/null 2>"$work/complaints" || { cat "$work/complaints" && exit 1; }
palette=int3-g32-bf16,int4-g32-bf16,int8-row-bf16,nvfp4,fp8-e4m3-bf16,bf16
tiny() {
    mixed "$1.mixed" "$work/$1" --calibration "$work/text.npy" --window 16 --formats "$palette" -- --palette "$palette" "${@:2}"
}
for name in llama mistral qwen2 qwen3 gemma2 gemma3 phi3; do
    folders+=("$(tiny "$name" --bits 10)")
done
for name in mixtral qwen2_moe qwen3_moe; do
    folders+=("$(tiny "$name" --loss 1000 --constraint 'pin:name=*layers.0.*experts.*=int4-g32-bf16' \
        --constraint 'pin:name=*layers.1.*experts.*=nvfp4' --constraint 'pin:layers.1.q=fp8-e4m3-bf16')")
done
for format in int3-g32-bf16 mxfp4 mxfp8-e4m3; do
    folders+=("$(uniform "qwen3_moe.$format" "$work/qwen3_moe" "$format")")
done
OMP_NUM_THREADS=2 "$vllm" "$here/vllm_config.py" "${folders[@]}" 2>"$work/complaints" || { tail -n 5 "$work/complaints" && exit 1; }
