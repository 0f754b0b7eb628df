#!/bin/sh
# Runs every fuzz target of a build folder for some seconds. New inputs stay in <build>/fuzz/corpus, and
# an input that breaks something in <build>/fuzz/<target>-crash-...; seeds are tests/fuzz/corpus/<name>/.
# Usage: tests/fuzz.sh BUILD SECONDS
set -eu
build=$1
seconds=$2
seeds="$(cd "$(dirname "$0")" && pwd)/fuzz/corpus"
count=0
mkdir -p "$build/fuzz"
for target in $(find "$build" -type f -perm -u+x -name 'fuzz_*' | sort); do
    name=$(basename "$target")
    count=$((count + 1))
    mkdir -p "$build/fuzz/corpus/$name"
    set -- "$build/fuzz/corpus/$name"
    [ ! -d "$seeds/${name#fuzz_}" ] || set -- "$@" "$seeds/${name#fuzz_}"
    echo "== $name, $seconds s"
    if ! "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$build/fuzz/$name-" "$@" </dev/null >"$build/fuzz/$name.log" 2>&1; then
        tail -n 60 "$build/fuzz/$name.log"
        echo "fuzz: $name failed; the whole log is $build/fuzz/$name.log" >&2
        exit 1
    fi
    grep -E '^stat::(number_of_executed|average_exec|peak_rss)' "$build/fuzz/$name.log"
done
echo "fuzz: $count targets, nothing found"
