# shellcheck shell=bash
# ./gs bench: the native benchmarks are one program (tests/bench); `page` runs in browsers (tests/bench/page),
# `match` runs server and bots (tests/bench/match).

# bench [NAME …]: all without a name.
bench() {
    local native=() name page=no match=no
    for name in "$@"; do
        case "$name" in
            page) page=yes ;;
            match) match=yes ;;
            *) native+=("$name") ;;
        esac
    done
    (($# > 0)) || { page=yes && match=yes; }
    mkdir -p build/bench
    if (($# == 0 || ${#native[@]} > 0)); then
        setup build bench
        stage "build the server and the benchmarks (release)" \
            build_preset release grandstand grandstand_bench
        build/release/tests/bench/grandstand_bench "${native[@]}"
    fi
    if [[ "$match" == yes ]]; then
        setup build web
        stage "build the server (release)" build_preset release grandstand
        node tests/bench/match/match.mjs
    fi
    if [[ "$page" == yes ]]; then
        setup build wasm web e2e
        stage "build the pages" build_web
        stage "build the server (release)" build_preset release grandstand
        node tests/bench/page/page.mjs
    fi
}
