#!/bin/sh
# What measuring costs beside a forward pass, on a checkpoint that a test cannot hold: memory, bytes read, time.
#
#     tests/bench/streaming.sh DYNAQUANT-CLI FOLDER [TOKENS] [options of make_qwen3.py]
#
# Makes a random checkpoint of Qwen3's shape in FOLDER unless it is there. PYTHON chooses the interpreter (it needs numpy).
set -eu
cli=$1 folder=$2 tokens=${3:-512}
[ $# -ge 3 ] && shift 3 || shift 2
here=$(dirname "$0")
[ -f "$folder/config.json" ] || "${PYTHON:-python3}" "$here/make_qwen3.py" "$folder" "$@"
size=$(cat "$folder"/*.safetensors | wc -c)
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT

# Runs a command, and prints its time, the most memory it held, and what it read: its own calls and what the disk gave.
watched() {
    name=$1 began=$(date +%s.%N) anonymous=0 files=0 peak=0 io=
    shift
    "$@" >"$cache/$name.out" 2>"$cache/$name.err" &
    child=$!
    while kill -0 $child 2>/dev/null && status=$(cat /proc/$child/status 2>/dev/null); do
        anonymous=$(echo "$status" | awk -v most=$anonymous '/^RssAnon/ {print ($2 + 0 > most + 0) ? $2 : most}')
        files=$(echo "$status" | awk -v most=$files '/^RssFile/ {print ($2 + 0 > most + 0) ? $2 : most}')
        peak=$(echo "$status" | awk -v old=$peak '/^VmHWM/ {found = $2} END {print found ? found : old}')
        io=$(awk '/^read_bytes/ {print $2}' /proc/$child/io 2>/dev/null || echo "$io")
        [ -n "$anonymous" ] || anonymous=0
        [ -n "$files" ] || files=0
        sleep 0.1
    done
    wait $child || { cat "$cache/$name.err"; exit 1; }
    awk -v name="$name" -v began="$began" -v ended="$(date +%s.%N)" -v size="$size" -v anonymous="$anonymous" -v files="$files" \
        -v peak="$peak" -v io="${io:-0}" 'BEGIN {
        printf "%-8s %8.1f s  VmHWM %7.0f MiB  RssAnon %7.0f MiB (%.3f of the checkpoint)  RssFile %7.0f MiB  from disk %7.0f MiB\n",
            name, ended - began, peak / 1024, anonymous / 1024, anonymous * 1024 / size, files / 1024, io / 1048576 }'
}

echo "$size bytes of tensors, $tokens tokens"
watched forward "$cli" evaluate "$folder" --text "$folder/tokens.npy" --limit $((tokens / 256)) --window 256 --progress none
watched measure "$cli" measure "$folder" --calibration "$folder/tokens.npy" --tokens "$tokens" --window 256 --cache "$cache/kept" --progress none
