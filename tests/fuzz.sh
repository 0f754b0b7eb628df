#!/bin/sh
# Runs fuzz targets of a build folder for some seconds each, as many side by side as JOBS says (2). New inputs
# stay in <build>/fuzz/corpus, so that the next run goes on from there; an input that breaks something is
# <build>/fuzz/<target>-crash-..., and the target with that file as its argument shows it again. Seeds are
# tests/fuzz/corpus/<name>/. Others go on when one has found something.
# Usage: tests/fuzz.sh BUILD SECONDS [NAME...]      NAME: control, journal, ...; all when none is given
set -eu

run_one() { # BUILD SECONDS TARGET
    name=$(basename "$3")
    out="$1/fuzz"
    seeds="$(cd "$(dirname "$0")" && pwd)/fuzz/corpus/${name#fuzz_}"
    mkdir -p "$out/corpus/$name"
    [ -d "$seeds" ] || seeds=
    found=
    "$3" -max_total_time="$2" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$out/$name-" "$out/corpus/$name" $seeds </dev/null >"$out/$name.log" 2>&1 || found=yes
    if [ -n "$found" ]; then
        tail -n 60 "$out/$name.log"
        echo "fuzz: $name has found something; the whole log is $out/$name.log" >&2
        exit 1
    fi
    awk -v name="${name#fuzz_}" '/^stat::number_of_executed/ { runs = $2 } /^stat::average_exec/ { rate = $2 }
        END { printf "  %-16s %12d executions %8d a second, nothing found\n", name, runs, rate }' "$out/$name.log"
}

if [ "$1" = --one ]; then
    run_one "$2" "$3" "$4"
    exit 0
fi

build=$1
seconds=$2
shift 2
mkdir -p "$build/fuzz"
targets=$(find "$build" -type f -perm -u+x -name 'fuzz_*' | sort)
if [ $# -gt 0 ]; then
    all=$targets
    targets=
    for name in "$@"; do
        target=$(echo "$all" | grep "/fuzz_$name\$") || {
            echo "fuzz: there is no target $name; there are" $(echo "$all" | sed 's/.*fuzz_//') >&2
            exit 2
        }
        targets="$targets $target"
    done
fi
count=$(echo $targets | wc -w)
jobs=${JOBS:-2}
echo "fuzz: $count targets, $seconds s each, $jobs at a time: about $(((count + jobs - 1) / jobs * seconds)) s"
if ! echo $targets | tr ' ' '\n' | xargs -P "$jobs" -I {} "$0" --one "$build" "$seconds" {}; then
    echo "fuzz: something was found, see above" >&2
    exit 1
fi
echo "fuzz: $count targets, nothing found"
