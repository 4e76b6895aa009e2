#!/bin/sh
# The operators in Python's torch: builds the library against the torch of an interpreter and compares products with float64 of the
# weights that numpy decodes from the same random bytes.
#
#     tests/interop/torch_operators.sh FOLDER        where to build; PYTHON chooses the interpreter (torch, numpy)
set -eu
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
torch=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')
mkdir -p "$folder"
cmake -G Ninja -S "$here/../../core/torch/operators" -B "$folder/build" -DTORCH_ROOT="$torch" -DCMAKE_BUILD_TYPE=Release >"$folder/cmake.log"
cmake --build "$folder/build" --target dynaquant_operators -j "${JOBS:-2}" >"$folder/build.log" || { tail -20 "$folder/build.log" >&2; exit 1; }
"$python" "$here/torch_operators.py" "$folder/build/libdynaquant_operators.so"
