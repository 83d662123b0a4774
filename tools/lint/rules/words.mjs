// What no file should say: unfinished work, paths of one machine, addresses of package registries, tests
// that do not run. The words are put together from halves so that this file does not report itself.

const word = (...halves) => halves.join('');
const anyOf = (...words) => `(${words.join('|')})`;

const unfinished = anyOf(word('TO', 'DO'), word('FIX', 'ME'), word('X', 'XX'), word('HA', 'CK'));
const folders = anyOf('home', 'root', 'work', 'Users', 'tmp');
const registries = anyOf(
  word('registry.', 'npmjs'),
  word('deb.', 'debian.org'),
  word('files.', 'pythonhosted'),
);
const notRun = anyOf(
  word('GTEST', '_SKIP'),
  word('DIS', 'ABLED_\\w+'),
  `(it|test|describe)\\.${anyOf('only', 'skip', 'todo')}\\(`,
);

const everywhere = [
  {
    pattern: new RegExp(`\\b${unfinished}\\b`),
    message: 'finish it, or leave it out and file an issue',
  },
  {
    pattern: new RegExp(`(?<![\\w.})\\]*-])/${folders}/(?![\\w-]*X{6})`),
    message: 'this is a path of one machine; use a path inside the repository, or mktemp',
  },
  {
    pattern: new RegExp(registries),
    message: 'name no package registry; every machine uses the one it has configured',
  },
];

const inTests = [
  {
    pattern: new RegExp(`\\b${notRun}`),
    message: 'a test that does not run proves nothing; run it or delete it',
  },
];

const prose = /^(LICENSE|.*\.(png|ico|woff2|wasm|svg))$/;

export function words(source) {
  if (prose.test(source.path) || source.path.startsWith('tests/fuzz/corpus/')) return [];
  const patterns = source.isTest ? [...everywhere, ...inTests] : everywhere;
  const findings = [];
  source.lines.forEach((text, index) => {
    for (const { pattern, message } of patterns) {
      const match = pattern.exec(text);
      if (match) findings.push({ line: index + 1, message: `"${match[0].trim()}": ${message}` });
    }
  });
  return findings;
}
