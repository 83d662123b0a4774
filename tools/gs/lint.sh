# shellcheck shell=bash
# ./gs lint and ./gs fmt. Every check runs even when one before it found something.

GS_LINT_LOG_LINES=200

# lint [--all]: all checks; clang-tidy looks at changed files unless --all is given.
lint() {
    local which="${1:-changed}" failed=()
    [[ "$which" == changed || "$which" == --all ]] || fail "lint knows only --all, not '$which'"
    lint_step "house rules" node tools/lint/lint.mjs
    lint_step "tests of tools" node --test tools/lint/lint.test.mjs tools/gs/apt_entry.test.mjs \
        tools/gs/failures.test.mjs tests/bench/page/page.test.mjs
    lint_step "shell scripts" lint_shell
    lint_step "format of C++" lint_format
    lint_step "web" npm --prefix web run --silent lint
    lint_step "tools" biome_tools check --error-on-warnings
    lint_step "clang-tidy" lint_tidy "$which"
    ((${#failed[@]} == 0)) || fail "lint found something in: $(join_by ', ' "${failed[@]}")"
}

# lint_step NAME COMMAND…: one check; adds NAME to `failed` of lint() when it finds something.
lint_step() {
    local name="$1" started="$SECONDS" log
    shift
    log="lint-${name//[^a-z]/-}"
    if GS_LOG_LINES="$GS_LINT_LOG_LINES" logged "$log" "$@"; then
        say "lint, $name: clean ($((SECONDS - started)) s)"
    else
        failed+=("$name")
    fi
}

join_by() {
    local separator="$1" text="$2" item
    shift 2
    for item in "$@"; do text+="$separator$item"; done
    printf '%s' "$text"
}

tracked() { git ls-files --cached --others --exclude-standard -- "$@" | existing; }

existing() {
    local path
    while read -r path; do
        if [[ -f "$path" ]]; then printf '%s\n' "$path"; fi
    done
}

lint_shell() {
    local scripts=()
    mapfile -t scripts < <(tracked | xargs grep -lE --max-count=1 '^#!.*\bbash\b|^# shellcheck shell=bash')
    shellcheck --external-sources "${scripts[@]}"
}

lint_format() {
    tracked '*.cpp' '*.h' | xargs -r clang-format-19 --dry-run --Werror || {
        printf 'run ./gs fmt: it rewrites these files in the house format\n'
        return 1
    }
}

# clang-tidy reads how each file is compiled from the debug preset, which is only configured for that.
lint_tidy() {
    local files=()
    mapfile -t files < <(if [[ "$1" == --all ]]; then tracked '*.cpp'; else changed_sources; fi)
    if ((${#files[@]} == 0)); then
        return 0
    fi
    cmake --preset debug >/dev/null || return 1
    make_generated_headers || return 1
    mapfile -t files < <(printf '%s\n' "${files[@]}" | in_compile_commands)
    # It counts the warnings of system headers that it does not show; those lines say nothing.
    printf '%s\n' "${files[@]}" |
        xargs -P "$GS_JOBS" -n 1 clang-tidy-19 -p build/debug --quiet --warnings-as-errors='*' 2>&1 |
        awk '!/^[0-9]+ (warnings?|errors?) (and .*)?generated\.$/'
}

# Some files are for WebAssembly only, and nothing says how clang-tidy would have to read them.
in_compile_commands() {
    local path
    while read -r path; do
        if grep -qF "/$path\"" build/debug/compile_commands.json; then printf '%s\n' "$path"; fi
    done
}

make_generated_headers() {
    local headers=()
    mapfile -t headers < <(ninja -C build/debug -t targets all |
        sed -n 's/^\([^/].*\/generated\/.*\): .*/\1/p')
    ((${#headers[@]} == 0)) || ninja -C build/debug --quiet "${headers[@]}"
}

# The .cpp files that changed since the branch left main, or in the last commit; a changed header counts as
# the .cpp and the test beside it.
changed_sources() {
    local base
    base="$(git merge-base HEAD origin/main 2>/dev/null || true)"
    if [[ -z "$base" || "$base" == "$(git rev-parse HEAD)" ]]; then
        base="$(git rev-parse --verify --quiet HEAD~1 || git hash-object -t tree /dev/null)"
    fi
    {
        git diff --name-only "$base" -- '*.cpp' '*.h'
        git ls-files --others --exclude-standard -- '*.cpp' '*.h'
    } | sed 'p; s/\.h$/.cpp/; p; s/\.cpp$/_test.cpp/' | grep '\.cpp$' | sort -u | existing
}

# The scripts of tools/ follow the rules of web/.
biome_tools() { web/node_modules/.bin/biome "$@" --config-path=web tools; }

format_all() {
    stage "format C++" format_cpp
    stage "format web files" logged biome npm --prefix web run --silent format
    stage "format tools" logged biome biome_tools check --write
}

format_cpp() { tracked '*.cpp' '*.h' | xargs -r clang-format-19 -i; }
