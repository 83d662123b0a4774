# shellcheck shell=bash
# Node.js and the npm packages of web/. A Node that is too old for Vite is left alone: a current one from
# npm's `node` package goes into .tools/ and comes first in this script's PATH.

# What Vite 8 asks for. Debian 13 has it, Debian 12 does not.
GS_NODE_MINIMUM="20.19.0"
GS_NODE_VERSION="22.23.3"
GS_NPM_VERSION="10.9.9"

PATH="$GS_ROOT/.tools/node_modules/.bin:$PATH"

# Whether `node` is new enough and `npm` is there, from the system or from .tools/.
node_is_usable() {
    command -v npm >/dev/null && node_is_current
}

node_is_current() {
    local version
    version="$(node --version 2>/dev/null)" || return 1
    dpkg --compare-versions "${version#v}" ge "$GS_NODE_MINIMUM"
}

missing_node_packages() {
    command -v node >/dev/null || printf 'nodejs\n'
    command -v npm >/dev/null || printf 'npm\n'
}

setup_node() {
    if ! node_is_current; then
        stage "install Node $GS_NODE_VERSION into .tools/" install_node
    fi
    if [[ -f web/package-lock.json ]] && ! cmp -s web/package-lock.json web/node_modules/.gs-installed; then
        stage "install npm packages" install_npm_packages
    fi
}

install_node() {
    rm -rf .tools/node_modules
    mkdir -p .tools
    logged node npm install --prefix .tools --no-save --no-audit --no-fund \
        "node@$GS_NODE_VERSION" "npm@$GS_NPM_VERSION" ||
        fail "npm could not install Node: check that npm reaches its registry, then start again"
    hash -r
    node_is_current || fail "the installed Node does not start on this machine; see $GS_LOGS/node.log"
}

# The stamp is a copy of the lock file: the same lock file needs no network the second time.
install_npm_packages() {
    logged npm npm --prefix web ci --no-audit --no-fund ||
        fail "npm could not install the packages of web/: check that npm reaches its registry, start again"
    cp web/package-lock.json web/node_modules/.gs-installed
}
