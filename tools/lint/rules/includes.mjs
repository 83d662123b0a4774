// Who may include whom, and which folder may use which library: docs/architecture.md as a table.

const core = ['core/base', 'core/wire'];

/// Folder → the project folders its files may include, besides itself. The longest matching folder counts.
export const mayInclude = {
  'core/base': [],
  'core/wire': ['core/base'],
  'core/game': core,
  'core/netcode': [...core, 'core/game'],
  'core/client': [...core, 'core/game', 'core/netcode'],
  games: [...core, 'core/game'],
  'server/net': core,
  'server/quic': [...core, 'server/net'],
  'server/http': [...core, 'server/net'],
  'server/pages': [...core, 'server/net'],
  'server/crypto': core,
  'server/names': core,
  'server/accounts': [...core, 'server/net', 'server/crypto', 'server/names'],
  'server/chat': [...core, 'server/net', 'server/crypto'],
  'server/rooms': [...core, 'core/game', 'core/netcode', 'server/net', 'server/crypto', 'server/names'],
  'server/storage': [...core, 'core/game', 'core/netcode', 'server/net', 'server/crypto', 'server/rooms'],
  'server/app': ['core', 'server', 'games', 'tools/bots'],
  // Clients: transports in the client's role, and of HTTP what WebSocket's lanes are.
  'tools/bots': ['core', 'server/net', 'server/quic', 'server/http'],
  tests: ['core', 'server', 'games', 'tests', 'tools/bots'],
};

/// Header prefix → the only folders that may include it. Tests count as their folder; tests/ may use all.
const libraries = {
  'ngtcp2/': ['server/quic'],
  'nghttp3/': ['server/quic'],
  'gnutls/': ['server/quic'],
  'boost/beast': ['server/http'],
  'boost/asio': ['server/http', 'server/app'],
  'openssl/': ['server/http'],
  'zlib.h': ['server/http'],
  'kainjow/': ['server/pages'],
  'sodium.h': ['server/crypto'],
  'prometheus/': ['server/app'],
  'sqlite3.h': ['server/storage'],
  'utf8proc.h': ['server/chat'],
  'toml++/': ['server/app'],
  'CLI/': ['server/app'],
  'spdlog/': ['server/app'],
};

/// core/ and games/ also run in the browser: no I/O, clock, thread, exception, and no function whose result
/// differs between C libraries (docs/adr/0004-one-clang.md).
const notInCore = new Set([
  'chrono',
  'thread',
  'mutex',
  'shared_mutex',
  'condition_variable',
  'atomic',
  'future',
  'iostream',
  'fstream',
  'sstream',
  'format',
  'print',
  'random',
  'regex',
  'filesystem',
  'stdexcept',
  'cmath',
  'math.h',
  'ctime',
  'functional',
  'unordered_map',
  'unordered_set',
]);

const include = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/;

function folderOf(path, folders) {
  return folders.filter((folder) => path.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0];
}

function checkProject(source, target) {
  const folder = folderOf(source.path, Object.keys(mayInclude));
  if (folder === undefined) return 'this folder has no include rule; add it to tools/lint/rules/includes.mjs';
  const own = folder === 'games' ? source.path.split('/').slice(0, 2).join('/') : folder;
  const allowed = [own, ...mayInclude[folder]];
  if (allowed.some((prefix) => target.startsWith(`${prefix}/`))) return undefined;
  if (!target.includes('/')) return `include "${target}" by its path from the root of the repository`;
  return `${own} may not include ${target}; allowed: ${allowed.join(', ')} (docs/architecture.md)`;
}

function checkLibrary(source, target) {
  if (source.path.startsWith('tests/')) return undefined;
  const library = Object.keys(libraries).find((prefix) => target.startsWith(prefix));
  if (library && !libraries[library].some((folder) => source.path.startsWith(`${folder}/`))) {
    return `<${target}> may only be included in ${libraries[library].join(', ')}; go through its interface`;
  }
  const inCore = /^(core|games)\//.test(source.path) && !source.isTest;
  if (inCore && notInCore.has(target)) {
    return `<${target}> does not belong in core/ and games/: they have no I/O, clock, threads or exceptions`;
  }
  return undefined;
}

export function includes(source) {
  if (source.language !== 'cpp') return [];
  const findings = [];
  source.lines.forEach((text, index) => {
    const match = include.exec(text);
    if (!match) return;
    const message = match[1] === '"' ? checkProject(source, match[2]) : checkLibrary(source, match[2]);
    if (message) findings.push({ line: index + 1, message });
  });
  return findings;
}
