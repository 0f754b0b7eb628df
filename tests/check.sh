#!/bin/sh
# What a reviewer does, in one command: formatting and the tree's own checks, a debug build without a
# warning, all tests under sanitizers, a minute of fuzzing. Works offline once the packages are there.
# Usage: tests/check.sh [fast]     fast: formatting, the tree's own checks and the debug build's tests
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc 2>/dev/null || echo 2)
configure="cmake -Wno-dev --log-level=WARNING --preset"
run_tests="ctest -j $jobs --preset"

echo "== the tree about itself"
python3 tests/tidy/tidy.py --root . all

echo "== debug build, warnings are errors"
$configure debug
cmake --build build-debug
$run_tests debug
[ "${1-}" != fast ] || exit 0

echo "== sanitizers"
$configure asan
cmake --build build-asan
$run_tests asan
$run_tests asan-clock

if command -v clang >/dev/null 2>&1; then
    echo "== fuzzing"
    $configure fuzz
    cmake --build build-fuzz --target fuzz_targets
    count=$(find build-fuzz -type f -perm -u+x -name 'fuzz_*' | wc -l)
    JOBS=$jobs tests/fuzz.sh build-fuzz $((60 * jobs / count + 1))
else
    echo "== fuzzing: left out, clang is not installed"
fi
echo "check: all fine"
