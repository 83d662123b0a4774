# shellcheck shell=bash
# The Debian packages Grandstand needs, and how they get here. apt runs only when one is missing.

# package [>= version]   groups          what for
gs_packages() {
    grep -v '^#' <<'END'
clang-19                     build           compiler for server and browser
lld-19                       build           linker; several times faster than the default one
binutils                     build           ar, ranlib
cmake                        build           build description
ninja-build                  build           build runner
pkg-config                   build           finds ngtcp2, nghttp3 and GnuTLS
ccache                       build           makes the second build short
libngtcp2-dev>=1.11          build           QUIC
libngtcp2-crypto-gnutls-dev>=1.11  build     QUIC's TLS by GnuTLS
libnghttp3-dev>=1.8          build           QPACK decoder
libgnutls28-dev              build           TLS of QUIC, certificates
libboost-dev                 build           Boost.Beast: HTTP/1.1 and WebSocket
libssl-dev                   build           TLS of HTTPS
zlib1g-dev                   build           compression of pages
libsqlite3-dev               build           database of replays
libutf8proc-dev              build           composed form of what people write
libsodium-dev                build           random numbers, signatures of cookies
nlohmann-json3-dev           build           JSON
libtomlplusplus-dev          build           configuration file
libcli11-dev                 build           command line
libspdlog-dev                build           logs
libfmt-dev                   build           formatting
prometheus-cpp-dev           build           format of metrics
libkainjow-mustache-dev      build           page templates
libgtest-dev                 build           unit tests (configured with every preset)
libgmock-dev                 build           matchers of the unit tests
libclang-rt-19-dev           test,bench      sanitizers and libFuzzer
llvm-19                      wasm,test       llvm-ar for WebAssembly, symbols in sanitizer reports
wasi-libc                    wasm            C library in the browser
libc++-19-dev-wasm32         wasm            C++ library in the browser
libc++abi-19-dev-wasm32      wasm            its runtime
libclang-rt-19-dev-wasm32    wasm            compiler runtime in the browser
g++                          gcc             second compiler for core/ and games/
clang-format-19              lint            format of C++
clang-tidy-19                lint            static checks of C++
zstd                         bench           what the log is compared with
shellcheck                   lint            checks of shell scripts
chromium                     e2e             browser
firefox-esr                  e2e             browser
END
}

GS_BACKPORTS_FILE=/etc/apt/sources.list.d/grandstand-backports.sources
gs_all_groups=(build wasm gcc web lint test e2e bench)

# setup GROUP…: installs what the groups need and is not here yet.
setup() {
    local groups=("$@") missing=()
    ((${#groups[@]} > 0)) || groups=("${gs_all_groups[@]}")
    mapfile -t missing < <(missing_packages "${groups[@]}")
    if [[ " ${groups[*]} " == *" web "* || " ${groups[*]} " == *" lint "* ]] && ! node_is_usable; then
        mapfile -O "${#missing[@]}" -t missing < <(missing_node_packages)
    fi
    if ((${#missing[@]} > 0)); then
        stage "install ${#missing[@]} Debian packages" install_packages "${missing[@]}"
    fi
    if [[ " ${groups[*]} " == *" web "* || " ${groups[*]} " == *" lint "* ]]; then
        setup_node
    fi
}

# The packages of the given groups that are not installed, or older than the table asks for.
missing_packages() {
    local spec groups _ name minimum group
    while read -r spec groups _; do
        name="${spec%%>=*}"
        minimum="${spec#"$name"}"
        for group in "$@"; do
            [[ ",$groups," == *",$group,"* ]] || continue
            is_installed "$name" "${minimum#>=}" || printf '%s\n' "$name"
            break
        done
    done < <(gs_packages)
}

is_installed() {
    local status version
    read -r status version \
        < <(dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$1" 2>/dev/null) || return 1
    [[ "$status" == installed ]] || return 1
    [[ -z "$2" ]] || dpkg --compare-versions "$version" ge "$2"
}

install_packages() {
    local id="" codename="" from_backports=() from_release=() name
    # shellcheck source=/dev/null
    id="$(source /etc/os-release && printf '%s' "${ID:-}")"
    # shellcheck source=/dev/null
    codename="$(source /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")"
    [[ "$id" == debian ]] ||
        fail "packages are missing ($*) and are installed on Debian 12 and 13 only: install them yourself"
    [[ "$codename" != bookworm ]] || add_backports
    apt_get update || say "some package lists could not be refreshed; trying with those that are here"
    for name in "$@"; do
        if [[ "$codename" == bookworm && "$name" =~ ^lib(ngtcp2|nghttp3)- ]]; then
            from_backports+=("$name")
        else
            from_release+=("$name")
        fi
    done
    if ((${#from_release[@]} > 0)); then
        apt_get install -y --no-install-recommends "${from_release[@]}" ||
            fail_to_install "${from_release[@]}"
    fi
    if ((${#from_backports[@]} > 0)); then
        [[ "$(apt-cache madison libngtcp2-dev)" == *bookworm-backports* ]] || fail_without_backports
        apt_get install -y --no-install-recommends -t bookworm-backports "${from_backports[@]}" ||
            fail_to_install "${from_backports[@]}"
    fi
}

fail_to_install() {
    fail "apt could not install: $*; see $GS_LOGS/apt.log, check the machine's package sources, start again"
}

fail_without_backports() {
    as_root rm -f "$GS_BACKPORTS_FILE"
    fail "this machine's mirror does not offer bookworm-backports: configure one that does, start again"
}

# apt_get ARGUMENTS…: never asks; waits up to 10 minutes while another package manager holds the locks.
apt_get() {
    local tries=0 log="$GS_LOGS/apt.log"
    mkdir -p "$GS_LOGS"
    until as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@" \
        </dev/null >"$log" 2>&1; do
        if ((tries++ < 120)) && grep -q 'Could not get lock' "$log"; then
            ((tries > 1)) || say "another package manager is running; waiting for it"
            sleep 5
            continue
        fi
        tail -n 20 "$log" >&2
        return 1
    done
}

# Debian 12 has ngtcp2 1.x only in its backports. They live on the mirror the machine already uses: the
# entry for bookworm itself is taken over with another suite, so address and keys are the machine's own.
add_backports() {
    local entry
    if [[ -n "$(apt_entry bookworm-backports)" ]]; then
        return 0
    fi
    entry="$(apt_entry bookworm)"
    [[ -n "$entry" ]] ||
        fail "no package source for the suite bookworm is configured: add one under /etc/apt, start again"
    say "adding the suite bookworm-backports of this machine's mirror ($GS_BACKPORTS_FILE)"
    printf '%s\nTypes: deb\nSuites: bookworm-backports\nComponents: main\n' "$entry" |
        as_root tee "$GS_BACKPORTS_FILE" >/dev/null
}

# apt_entry SUITE: URIs and options of the first enabled entry for SUITE, as lines of a .sources file.
apt_entry() {
    local files=()
    mapfile -t files < <(find /etc/apt -maxdepth 2 \( -name '*.list' -o -name '*.sources' \) -type f | sort)
    ((${#files[@]} > 0)) || return 0
    awk -v suite="$1" -f tools/gs/apt_entry.awk "${files[@]}"
}
