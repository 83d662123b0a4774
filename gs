#!/usr/bin/env bash
# The one script of Grandstand: builds, runs, tests. `./gs help` lists its verbs.
# It needs Debian 12 or 13, git, and root or sudo; it installs the rest itself.
# This file only names the verbs; tools/gs/ has one file per part.
set -euo pipefail

GS_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$GS_ROOT"

for part in common packages node build bench lint test dev; do
    # shellcheck source=/dev/null
    source "$GS_ROOT/tools/gs/$part.sh"
done

usage() {
    cat <<'END'
Usage: ./gs VERB [ARGUMENTS]

  run [FLAGS]             install what is missing, build, start the server; FLAGS go to `grandstand serve`
  dev [FLAGS]             the same with hot reload of pages and games, and a restart when C++ changes
  build [PRESET [TARGET …]]   build a preset, or some targets of it: debug (default), release, asan, tsan,
                          gcc, wasm; release builds the pages, too
  test [--all]            everything CI runs: lint, unit tests, fuzz corpora, browser tests; --all adds
                          clang-tidy on every file and the unit tests in the release build
  lint [--all]            format, clang-tidy (changed files, or all), Biome, house rules, shellcheck
  fmt                     rewrite C++ and web files in the house format
  e2e [ARGUMENTS]         browser tests only
  bench [NAME …]          measurements against a floor in the same run: fanout, handshake, echo, room, wire,
                          page (in browsers); JSON goes to build/bench/
  fuzz TARGET [--seconds N]   run one fuzz target; without TARGET: list them
  bots [FLAGS]            clients that play on a running server; FLAGS go to `grandstand bots`
  sim [--seed N] [--count M]   play M simulated rooms from seed N on: real rooms and clients, bad lines
  setup [GROUP …]         install packages only; groups: build wasm gcc web lint test e2e bench (default: all)
  help                    this text

Variables: GS_VERBOSE=1 shows the output of every step; GS_JOBS=N builds N files at once.
END
}

verb_run() {
    setup build wasm web
    stage "build the pages" build_web
    stage "build the server (release)" build_preset release grandstand
    say "starting the server; Ctrl-C stops it"
    exec build/release/grandstand serve "$@"
}

verb_bots() {
    setup build
    stage "build the program (release)" build_preset release grandstand
    exec build/release/grandstand bots "$@"
}

verb_build() {
    local preset="${1:-debug}"
    (($# == 0)) || shift
    case "$preset" in
        release) setup build wasm web ;;
        debug) setup build web ;;
        asan | tsan) setup build test ;;
        wasm | gcc) setup build "$preset" ;;
        *) fail "there is no preset '$preset'; choose one of debug, release, asan, tsan, gcc, wasm" ;;
    esac
    [[ "$preset" != release ]] || stage "build the pages" build_web
    stage "build ($preset)" build_preset "$preset" "$@"
}

verb_bench() {
    bench "$@"
}

verb_fuzz() {
    setup build
    fuzz "$@"
}

verb_sim() {
    setup build
    stage "build the simulation (release)" build_preset release grandstand_sim
    build/release/tests/sim/grandstand_sim "$@" || {
        local status=$?
        say "at commit $(git rev-parse --short HEAD)"
        return "$status"
    }
}

verb_e2e() {
    setup build wasm web e2e
    stage "build the pages" build_web
    stage "build the server (release)" build_preset release grandstand
    stage "browser tests" run_e2e "$@"
}

verb_lint() {
    setup build web lint
    lint "$@"
}

verb_fmt() {
    setup build web lint
    format_all
}

main() {
    local verb="${1:-help}"
    [[ $# -gt 0 ]] && shift
    case "$verb" in
        run | bots | build | bench | fuzz | sim | e2e | lint | fmt) "verb_$verb" "$@" ;;
        test) run_tests "$@" ;;
        dev) run_dev "$@" ;;
        setup) setup "$@" ;;
        help | -h | --help) usage ;;
        *)
            usage >&2
            fail "'$verb' is not a verb of this script; choose one of the above"
            ;;
    esac
}

main "$@"
