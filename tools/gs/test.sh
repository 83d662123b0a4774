# shellcheck shell=bash
# ./gs test: everything CI runs. A failed stage does not stop the others; the summary names it.

gs_summary=()
gs_failed=()

run_tests() {
    local which="${1:-changed}" started="$SECONDS"
    [[ "$which" == changed || "$which" == --all ]] || fail "test knows only --all, not '$which'"
    setup
    test_stage "lint" lint "$which"
    test_stage "web: types and unit tests" test_web
    test_stage "web: build" build_web
    test_stage "server with sanitizers: build" build_preset asan
    test_stage "server with sanitizers: unit tests and fuzz corpora" run_ctest asan
    test_stage "core and games with g++: build and tests" test_gcc
    test_stage "games for WebAssembly: build and golden runs" test_wasm
    test_stage "server and benchmarks, release: build" build_preset release grandstand grandstand_bench
    if [[ "$which" == --all ]]; then
        test_stage "release: build of the unit tests" build_preset release
        test_stage "release: unit tests and fuzz corpora" run_ctest release
    fi
    test_stage "browser tests" run_e2e
    print_summary "$((SECONDS - started))"
    ((${#gs_failed[@]} == 0)) || fail "failed: $(join_by '; ' "${gs_failed[@]}")"
}

# test_stage NAME FUNCTION…: runs it in a child of its own, so that its failure ends only the stage.
test_stage() {
    local name="$1" started="$SECONDS" status=0
    shift
    say "── $name"
    (
        trap 'on_signal 143' TERM
        set -e
        "$@"
    ) </dev/null &
    gs_child=$!
    wait "$gs_child" || status=$?
    gs_child=""
    if ((status == 0)); then
        gs_summary+=("$(printf '%6d s  %s' "$((SECONDS - started))" "$name")")
    else
        gs_summary+=("$(printf '%6d s  %s: FAILED' "$((SECONDS - started))" "$name")")
        gs_failed+=("$name")
    fi
}

print_summary() {
    say "seconds per stage:"
    printf '%s\n' "${gs_summary[@]}"
    printf '%6d s  in all\n' "$1"
}

# runner LOG LINES COMMAND…: a test runner; its closing lines are shown when it passes, too. When it fails,
# each failed test of a TAP report comes last: it may stand far above the end of the report.
runner() {
    local log="$1" lines="$2"
    shift 2
    GS_LOG_LINES=150 logged "$log" "$@" || {
        awk -f tools/gs/failures.awk "$GS_LOGS/$log.log"
        return 1
    }
    [[ "${GS_VERBOSE:-0}" == 1 ]] || tail -n "$lines" "$GS_LOGS/$log.log"
}

# A sanitizer's report names functions only if it finds the symbolizer, whose name has a version here.
run_ctest() {
    local symbolizer
    symbolizer="$(command -v llvm-symbolizer-19 || true)"
    export ASAN_SYMBOLIZER_PATH="$symbolizer" UBSAN_OPTIONS=print_stacktrace=1
    runner "ctest-$1" 3 ctest --test-dir "build/$1" --parallel "$GS_JOBS" --output-on-failure --no-tests=error
}

test_web() {
    logged typecheck npm --prefix web run --silent typecheck
    runner web-tests 9 npm --prefix web test --silent
}

test_gcc() {
    build_preset gcc
    runner ctest-gcc 3 ctest --test-dir build/gcc --parallel "$GS_JOBS" --output-on-failure --no-tests=error
}

# The native builds compare the same hashes in their unit tests.
test_wasm() {
    build_preset wasm
    runner golden-wasm 8 node --test tests/golden/wasm_hashes.test.mjs
}

# Browser tests start build/release/grandstand themselves, on loopback and on ports of their own.
run_e2e() {
    build_web
    build_preset release grandstand
    runner e2e 9 npm --prefix web run --silent e2e -- "$@"
}
