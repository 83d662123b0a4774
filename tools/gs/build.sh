# shellcheck shell=bash
# Building: CMake presets into build/PRESET, the pages into build/web.

# build_preset PRESET [TARGET …]: configures when needed, then builds.
build_preset() {
    local preset="$1"
    shift
    configure_preset "$preset"
    logged "build-$preset" ninja -C "build/$preset" -j "$GS_JOBS" "$@" ||
        fail "the build failed; the errors are above"
}

# Ninja runs CMake again by itself when a CMakeLists.txt changes, but does not know of the presets file.
configure_preset() {
    local preset="$1" made="build/$1/build.ninja"
    if [[ ! -f "$made" || CMakePresets.json -nt "$made" ]]; then
        logged "configure-$preset" cmake --preset "$preset" ||
            fail "CMake could not configure; see $GS_LOGS/configure-$preset.log for what is missing"
        touch "$made"
    fi
}

# The pages have the games' WebAssembly among their files. They are built again only when something under
# web/, a template or a module is newer than the last build.
build_web() {
    local stamp="build/.web-built" newer=""
    build_preset wasm
    if [[ -f "$stamp" && -d build/web ]]; then
        newer="$(find web server/pages build/wasm/games -name node_modules -prune -o -newer "$stamp" \
            -print -quit)"
        [[ -n "$newer" ]] || return 0
    fi
    mkdir -p build
    touch "$stamp.begun"
    logged web npm --prefix web run build ||
        fail "the pages could not be built; the errors are above"
    mv "$stamp.begun" "$stamp"
}

# fuzz TARGET [--seconds N]: one libFuzzer target on its corpus; what it finds is left in build/fuzz/.
fuzz() {
    local target="${1:-}" seconds=60 known
    known="$(find tests/fuzz/corpus -mindepth 1 -maxdepth 1 -type d -printf '%f ' 2>/dev/null || true)"
    if [[ -z "$target" ]]; then
        say "fuzz targets: ${known:-none}"
        return 0
    fi
    [[ "${2:-}" != --seconds ]] || seconds="${3:?--seconds needs a number}"
    [[ " $known " == *" $target "* ]] || fail "there is no fuzz target '$target'; there are: $known"
    setup test
    stage "build the fuzz target" build_preset asan "fuzz_$target"
    mkdir -p "build/fuzz/$target"
    exec "build/asan/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 \
        -artifact_prefix="build/fuzz/$target/" "build/fuzz/$target" "tests/fuzz/corpus/$target"
}
