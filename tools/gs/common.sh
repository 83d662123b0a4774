# shellcheck shell=bash
# Saying, timing, logging and stopping: used by every other part of ./gs.

GS_LOGS="build/logs"
GS_JOBS="${GS_JOBS:-$(nproc)}"
gs_child=""

say() { printf 'gs: %s\n' "$*"; }

fail() {
    printf 'gs: %s\n' "$*" >&2
    exit 1
}

# stage NAME COMMAND…: says what starts, and when it ends how long it took. Ends the script on failure.
stage() {
    local name="$1" started="$SECONDS" status=0
    shift
    say "$name …"
    "$@" || status=$?
    if ((status != 0)); then
        say "$name: failed after $((SECONDS - started)) s"
        exit "$status"
    fi
    say "$name: done in $((SECONDS - started)) s"
}

# logged LOG COMMAND…: output goes to build/logs/LOG.log and is shown only when the command fails.
# The command runs beside the script, so that a signal to the script ends it at once.
logged() {
    local log="$GS_LOGS/$1.log" status=0
    shift
    mkdir -p "$GS_LOGS"
    if [[ "${GS_VERBOSE:-0}" == 1 ]]; then
        "$@" </dev/null > >(tee "$log") 2>&1 &
    else
        "$@" </dev/null >"$log" 2>&1 &
    fi
    gs_child=$!
    wait "$gs_child" || status=$?
    gs_child=""
    if ((status != 0)) && [[ "${GS_VERBOSE:-0}" != 1 ]]; then
        tail -n "${GS_LOG_LINES:-40}" "$log" >&2
        say "the whole output is in $log" >&2
    fi
    return "$status"
}

# Ends the step that runs now, waits for it, and leaves with the status a signal has.
on_signal() {
    local status="$1"
    trap - INT TERM
    if [[ -n "$gs_child" ]]; then
        kill -TERM "$gs_child" 2>/dev/null || true
        wait "$gs_child" 2>/dev/null || true
    fi
    exit "$status"
}
trap 'on_signal 130' INT
trap 'on_signal 143' TERM

# as_root COMMAND…: installing packages is the only thing here that needs it.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n true 2>/dev/null || say "sudo may ask for your password, to install Debian packages"
        sudo "$@"
    else
        fail "packages are missing and you are not root: become root, or install sudo, and start again"
    fi
}
