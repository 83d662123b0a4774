// The house rules that no other tool knows. Prints `file:line: what, and what to do` for each finding and
// exits 1 if there is one. `node tools/lint/lint.mjs [FILE …]`; without files, everything git knows here.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

import { clocks } from './rules/clocks.mjs';
import { json, links, whitespace } from './rules/data.mjs';
import { headers } from './rules/headers.mjs';
import { includes } from './rules/includes.mjs';
import { sizes } from './rules/sizes.mjs';
import { words } from './rules/words.mjs';
import { Source } from './source.mjs';

export const rules = { clocks, headers, includes, json, links, sizes, whitespace, words };

const binary = /\.(png|ico|woff2|wasm|bin|gz|br|jpg)$/;

function everyFile() {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  return list
    .toString()
    .split('\0')
    .filter((path) => path !== '' && statSync(path, { throwIfNoEntry: false })?.isFile());
}

/// All findings of all rules in one file, in the order of their lines.
export function findings(source) {
  return Object.entries(rules)
    .flatMap(([rule, check]) => check(source).map((finding) => ({ ...finding, rule })))
    .sort((a, b) => a.line - b.line);
}

function main(paths) {
  let count = 0;
  const files = (paths.length > 0 ? paths : everyFile()).filter((path) => !binary.test(path));
  for (const path of files) {
    for (const { line, message, rule } of findings(new Source(path, readFileSync(path, 'utf8')))) {
      console.log(`${path}:${line}: ${message} [${rule}]`);
      count += 1;
    }
  }
  console.log(`house rules: ${files.length} files, ${count === 0 ? 'nothing to say' : `${count} findings`}`);
  process.exitCode = count === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));
