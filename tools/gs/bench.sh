# shellcheck shell=bash
# ./gs bench: the native benchmarks are one program (tests/bench); `page`, `latency` and `seek` run in
# browsers (tests/bench/page), `match` and `spectators` run server and bots, `chunks` runs nginx beside the
# server where it is installed; `netcode` has a second half in a browser, `recovery` one with a server that is
# killed.

# bench [NAME …]: all without a name.
bench() {
    local native=() name page=no latency=no seek=no match=no netcode=no spectators=no chunks=no recovery=no
    for name in "$@"; do
        case "$name" in
            page) page=yes ;;
            latency) latency=yes ;;
            seek) seek=yes ;;
            match) match=yes ;;
            spectators) spectators=yes ;;
            chunks) chunks=yes ;;
            recovery) recovery=yes && native+=("$name") ;;
            netcode) netcode=yes && native+=("$name") ;;
            *) native+=("$name") ;;
        esac
    done
    if (($# == 0)); then
        page=yes && latency=yes && seek=yes && match=yes && netcode=yes
        spectators=yes && chunks=yes && recovery=yes
    fi
    mkdir -p build/bench
    if (($# == 0 || ${#native[@]} > 0)); then
        setup build bench
        stage "build the server and the benchmarks (release)" \
            build_preset release grandstand grandstand_bench
        build/release/tests/bench/grandstand_bench "${native[@]}"
    fi
    if [[ "$netcode" == yes ]]; then
        setup build wasm e2e
        stage "build the games for the browser" build_preset wasm
        node tests/bench/netcode/netcode.mjs
    fi
    if [[ "$match" == yes ]]; then
        setup build web bench
        stage "build the server (release)" build_preset release grandstand grandstand_bench
        node tests/bench/match/match.mjs
    fi
    if [[ "$spectators$chunks$recovery" == *yes* ]]; then
        setup build web bench
        stage "build the server and the benchmarks (release)" \
            build_preset release grandstand grandstand_bench grandstand_send_floor grandstand_http_load
    fi
    [[ "$recovery" == no ]] || node tests/bench/recovery/recovery.mjs
    [[ "$spectators" == no ]] || node tests/bench/spectators/spectators.mjs
    [[ "$chunks" == no ]] || node tests/bench/spectators/chunks.mjs
    if [[ "$page" == yes || "$latency" == yes || "$seek" == yes ]]; then
        setup build wasm web e2e
        stage "build the pages" build_web
        stage "build the server (release)" build_preset release grandstand
    fi
    [[ "$page" == no ]] || node tests/bench/page/page.mjs
    [[ "$latency" == no ]] || node tests/bench/page/latency.mjs
    [[ "$seek" == no ]] || node tests/bench/page/seek.mjs
}
