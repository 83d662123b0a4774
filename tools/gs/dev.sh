# shellcheck shell=bash
# ./gs dev: the server, restarted when its C++ changes, behind Vite's development server, which reloads
# pages, styles, TypeScript and the games' WebAssembly by itself.

GS_DEV_URL="http://localhost:5173"
gs_vite=""
gs_server=""

run_dev() {
    setup build wasm web
    stage "build the games (WebAssembly)" build_preset wasm
    stage "build the server (debug)" build_preset debug grandstand
    trap 'stop_dev; exit 0' INT TERM
    trap stop_dev EXIT
    start_vite "$@"
    start_server "$@"
    wait_for_vite
    say "Grandstand is ready: $GS_DEV_URL"
    watch_sources "$@"
}

# Without npm in between, which does not pass a signal on.
start_vite() {
    local server
    server="http://localhost:$(http_port "$@")"
    (cd web && GRANDSTAND_DEV_SERVER="$server" exec node_modules/.bin/vite) &
    gs_vite=$!
}

# The port in `--http ADDR:PORT` among the server's flags, or the default one.
http_port() {
    local previous="" argument port=8080
    for argument in "$@"; do
        [[ "$previous" != --http ]] || port="${argument##*:}"
        [[ "$argument" != --http=* ]] || port="${argument##*:}"
        previous="$argument"
    done
    printf '%s' "$port"
}

# The server's own "is ready" line names a port that is not the one to open here.
start_server() {
    build/debug/grandstand serve --dev-assets "$GS_DEV_URL" "$@" \
        > >(grep --line-buffered -v '^Grandstand is ready') &
    gs_server=$!
}

# Vite prints its own address when it listens; what is awaited here is that its port answers.
wait_for_vite() {
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        if (exec 3<>/dev/tcp/localhost/5173) 2>/dev/null; then
            return 0
        fi
        kill -0 "$gs_vite" 2>/dev/null || fail "Vite did not start; its message is above"
        sleep 0.2
    done
    fail "Vite does not answer at $GS_DEV_URL after 20 s; its messages are above"
}

# Once a second: when a source is newer than the last build, build again, and restart if that worked. Vite
# sees the new modules by itself.
watch_sources() {
    local built="build/debug/.dev-built" newer
    touch "$built"
    while kill -0 "$gs_vite" 2>/dev/null; do
        sleep 1
        newer="$(find core games server cmake CMakeLists.txt -newer "$built" -type f -print -quit)"
        [[ -n "$newer" ]] || continue
        touch "$built"
        say "C++ changed: building"
        if ninja -C build/debug -j "$GS_JOBS" --quiet grandstand &&
            ninja -C build/wasm -j "$GS_JOBS" --quiet; then
            stop_server
            start_server "$@"
            say "the server has been restarted"
        else
            say "the build failed; the old server keeps running"
        fi
    done
    fail "Vite has ended; its message is above"
}

stop_server() {
    [[ -n "$gs_server" ]] || return 0
    kill -TERM "$gs_server" 2>/dev/null || true
    wait "$gs_server" 2>/dev/null || true
    gs_server=""
}

stop_dev() {
    trap - EXIT
    stop_server
    if [[ -n "$gs_vite" ]]; then
        kill -TERM "$gs_vite" 2>/dev/null || true
        wait "$gs_vite" 2>/dev/null || true
    fi
}
