// A C++ header opens with what it is, who calls it and which thread, in at most 12 lines, then #pragma once.
// A script opens with what it is for.

const linesMax = 12;

export function headers(source) {
  if (source.language === 'sh') return shellHead(source);
  if (!source.isHeader) return [];
  let count = 0;
  while (source.lines[count]?.startsWith('//')) count += 1;
  if (count === 0) {
    return [
      { line: 1, message: 'open the header with comment lines: what it is, who calls it, which thread' },
    ];
  }
  if (count > linesMax) {
    return [
      { line: linesMax + 1, message: `the opening comment has ${count} lines; shorten it to ${linesMax}` },
    ];
  }
  if (source.lines[count] !== '#pragma once') {
    return [{ line: count + 1, message: 'write #pragma once right after the opening comment' }];
  }
  return [];
}

function shellHead(source) {
  const comment = source.lines.slice(0, 3).some((text) => /^# (?!shellcheck)/.test(text));
  return comment ? [] : [{ line: 1, message: 'open the script with a comment that says what it is for' }];
}
