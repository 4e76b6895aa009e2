# Sourced by the scripts here: Python environments in build/, and how results are said. `root` is the repository, `work` a folder.
patience=1800  # seconds for an environment: torch and llama.cpp are large

# environment FOLDER PACKAGE...: prints its Python, or fails
environment() {
    local folder=$root/build/$1
    shift
    [ -x "$folder/bin/python" ] || python3 -m venv "$folder" >&2 || return
    timeout "$patience" "$folder/bin/python" -m pip install -q "$@" >&2 && echo "$folder/bin/python"
}
# loaders_python: torch, transformers and what reads our files with them
loaders_python() {
    echo "${DQ_LOADERS_PYTHON:-$(environment interop-loaders torch transformers accelerate compressed-tensors gguf safetensors numpy || true)}"
}
has() { [ -n "$1" ] && "$1" -c "import $2" 2>/dev/null; }
skip() { echo "SKIPPED $1: $2"; }
# said NAME COMMAND...: its one line; what it complained of where it fails
said() {
    local name=$1 line
    shift
    line=$("$@" 2>"$work/complaints") || { echo "FAILED $name: $line" && tail -n 5 "$work/complaints" && exit 1; }
    echo "$name: $line"
}
