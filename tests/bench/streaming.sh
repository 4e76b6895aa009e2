#!/bin/sh
# What measuring costs beside a forward pass, on a checkpoint that a test cannot hold: memory, bytes read, time.
#
#     tests/bench/streaming.sh DYNAQUANT-CLI FOLDER [TOKENS] [options of make_qwen3.py]
#
# Makes a random checkpoint of Qwen3's shape in FOLDER unless it is there. PYTHON chooses the interpreter (it needs numpy).
# RUNS picks some of the runs "forward 2-formats 24-formats limited". Processor time is what to compare on a machine with other
# work; OpenMP's waiting threads are told not to spin, because that counts as such.
# Before each run the checkpoint is thrown out of the page cache, so that what comes from the disk is what was read.
set -eu
export GOMP_SPINCOUNT=0
cli=$1 folder=$2 tokens=${3:-512}
[ $# -ge 3 ] && shift 3 || shift 2
here=$(dirname "$0")
[ -f "$folder/config.json" ] || "${PYTHON:-python3}" "$here/make_qwen3.py" "$folder" "$@"
size=$(cat "$folder"/*.safetensors | wc -c)
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT

# The largest number of a file that is asked for again and again, which goes away with its process.
most() {
    awk -v field="$1" -v old="$2" '$1 == field ":" && $2 + 0 > old {old = $2} END {print old}' 2>/dev/null || echo "$2"
}

# Runs a command, and prints its time, the most memory it held, and what it read: its own calls and what the disk gave.
watched() {
    name=$1 anonymous=0 files=0 peak=0 io=0 ticks=0
    shift
    for file in "$folder"/*.safetensors; do dd if="$file" iflag=nocache count=0 status=none; done
    began=$(date +%s.%N)
    "$@" >"$cache/$name.out" 2>"$cache/$name.err" &
    child=$!
    while kill -0 $child 2>/dev/null && status=$(cat /proc/$child/status 2>/dev/null); do
        anonymous=$(echo "$status" | most RssAnon "$anonymous")
        files=$(echo "$status" | most RssFile "$files")
        peak=$(echo "$status" | most VmHWM "$peak")
        ticks=$(awk '{print $14 + $15}' /proc/$child/stat 2>/dev/null || echo "$ticks")
        io=$(cat /proc/$child/io 2>/dev/null | most read_bytes "$io")
        sleep 0.5
    done
    wait $child || { cat "$cache/$name.err"; exit 1; }
    awk -v name="$name" -v began="$began" -v ended="$(date +%s.%N)" -v size="$size" -v anonymous="$anonymous" -v files="$files" \
        -v peak="$peak" -v io="$io" -v cpu="$((ticks / $(getconf CLK_TCK)))" 'BEGIN {
        printf "%-12s %7.1f s (%5d s of processor)  VmHWM %5.0f MiB  RssAnon %5.0f MiB (%.3f of the checkpoint)  RssFile %5.0f MiB  from disk %5.0f MiB (%.2f)\n",
            name, ended - began, cpu, peak / 1024, anonymous / 1024, anonymous * 1024 / size, files / 1024, io / 1048576, io / size }'
}

measure() {
    name=$1 formats=$2
    watched "$name" "$cli" measure "$folder" --calibration "$folder/tokens.npy" --tokens "$tokens" --window 256 \
        --formats "$formats" --cache "$cache/$name" --progress none
}

two=int4-g32,int8-g128
many=int2-g32,int3-g32,int4-g32,int5-g32,int6-g32,int7-g32,int8-g32,int2-g64,int3-g64,int4-g64,int5-g64,int6-g64,int7-g64,int8-g64
many=$many,int3-g128,int4-g128,int5-g128,int6-g128,int7-g128,int8-g128,nvfp4,fp8-e4m3,nf4-g64,bf16

# Which of the runs to make: all, unless RUNS names some.
wants() {
    case " ${RUNS:-forward 2-formats 24-formats limited} " in *" $1 "*) ;; *) return 1 ;; esac
}

echo "$size bytes of tensors, $tokens tokens"
if wants forward; then
    watched forward "$cli" evaluate "$folder" --text "$folder/tokens.npy" --limit $((tokens / 256)) --window 256 \
        --cache "$cache/forward" --progress none
fi
if wants 2-formats; then measure 2-formats $two; fi
if wants 24-formats; then measure 24-formats $many; fi
# Writable memory, used or not, held to a share of the checkpoint: what asks for more ends there with a sentence.
if wants limited; then
    limit=${LIMIT:-$((size / 1024 * 3 / 10))}
    echo "under a hard limit of $((limit / 1024)) MiB of writable memory:"
    (ulimit -d "$limit" && measure limited $two)
fi
