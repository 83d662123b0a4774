// JSON files parse (tsconfig files may have comments), links in documents lead somewhere, and text files
// end their lines as they should.

import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { blank } from '../source.mjs';

export function json(source) {
  if (source.language !== 'json') return [];
  const mayComment = /(^|\/)tsconfig[^/]*\.json$/.test(source.path);
  try {
    JSON.parse(mayComment ? keepStrings(source.text) : source.text);
    return [];
  } catch (error) {
    const at = /position (\d+)/.exec(error.message)?.[1] ?? 0;
    return [{ line: source.lineAt(Number(at)), message: `not valid JSON: ${error.message}` }];
  }
}

/// Comments blanked, strings kept.
function keepStrings(text) {
  const hidden = blank(text, 'js');
  const strings = [...text.matchAll(/"(?:[^"\\\n]|\\.)*"/g)];
  let out = hidden;
  for (const match of strings) {
    const end = match.index + match[0].length;
    const lineStart = text.lastIndexOf('\n', match.index) + 1;
    if (/^\s*\/\//.test(text.slice(lineStart, match.index))) continue;
    out = out.slice(0, match.index) + match[0] + out.slice(end);
  }
  return out;
}

export function links(source, exists = existsSync) {
  if (source.language !== 'md') return [];
  const findings = [];
  source.lines.forEach((text, index) => {
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:|#)/.test(target)) continue;
      const path = normalize(join(dirname(source.path), target.split('#')[0]));
      if (!exists(path))
        findings.push({ line: index + 1, message: `the link to ${target} leads nowhere; correct it` });
    }
  });
  return findings;
}

const binary = /\.(png|ico|woff2|wasm|bin|gz|br)$/;

export function whitespace(source) {
  if (binary.test(source.path) || source.path.startsWith('tests/fuzz/corpus/') || source.text === '')
    return [];
  const findings = [];
  source.lines.forEach((text, index) => {
    if (/[ \t\r]$/.test(text)) findings.push({ line: index + 1, message: 'ends in white space; remove it' });
    if (/^ *\t/.test(text)) findings.push({ line: index + 1, message: 'indented with a tab; use spaces' });
  });
  if (!source.text.endsWith('\n')) {
    findings.push({ line: source.lines.length, message: 'does not end with a line break; add one' });
  }
  return findings;
}
