#!/usr/bin/env bash
# The exact finish against a mixed-integer solver. Python as in run.sh, outside the tree where PYTHON names one.
# usage: tests/interop/exact_against_milp.sh BUILD-FOLDER
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
python=${PYTHON:-$root/build/interop-python/bin/python}

[ -x "$python" ] || python3 -m venv "$root/build/interop-python"
"$python" -m pip install -q numpy highspy

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CXX:-g++}" -std=c++20 -O2 -ffp-contract=off -I "$root" -I "$build/generated" \
    "$root/tests/interop/exact_against_milp.cpp" -o "$work/knapsacks" "$build/core/libdq_core.a" \
    "$build/kernels/libdq_kernels.a" "$build/core/base/libdq_base.a" -lxxhash -lpthread
mkdir "$work/instances"
"$work/knapsacks" "$work/instances"
"$python" "$root/tests/interop/exact_against_milp.py" "$work/instances"
