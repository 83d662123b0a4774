// Writes server/names/code_points_data.cpp: what Unicode says about the characters of names, as this Node
// knows it. Run by hand when Unicode has grown:
//   node tools/names/code_point_tables.mjs > server/names/code_points_data.cpp

const last = 0x10ffff;
const text = (...codes) => String.fromCodePoint(...codes);
const hex = (code) => `0x${code.toString(16)}`;

/// Ranges of code points that fulfil `holds`.
function ranges(holds) {
  const found = [];
  for (let code = 0; code <= last; code += 1) {
    if (!holds(code)) continue;
    const open = found.at(-1);
    if (open && open[1] === code - 1) open[1] = code;
    else found.push([code, code]);
  }
  return found;
}

const isSpace = (code) => /^\p{White_Space}$/u.test(text(code));

/// Invisible, without a meaning of its own, or not a character at all.
function isUnfit(code) {
  if (isSpace(code) && code !== 0x2028 && code !== 0x2029) return false;
  if (code >= 0xd800 && code <= 0xdfff) return true;
  return /^[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Me}\u2800]$/u.test(text(code));
}

const isMark = (code) => !isUnfit(code) && /^\p{M}$/u.test(text(code));

/// [composed, base, mark] of the letters below U+3100 that are one base and one mark.
function compositions() {
  const found = [];
  for (let composed = 0xc0; composed < 0x3100; composed += 1) {
    const parts = [...text(composed).normalize('NFD')];
    if (parts.length < 2) continue;
    const base = parts.slice(0, -1).join('').normalize('NFC');
    const mark = parts.at(-1);
    if ([...base].length !== 1 || (base + mark).normalize('NFC') !== text(composed)) continue;
    found.push([composed, base.codePointAt(0), mark.codePointAt(0)]);
  }
  return found;
}

/// [first, last, ASCII of the first]: letters and digits that are plain ones in another dress.
function ornaments() {
  const found = [];
  for (let code = 0x80; code <= last; code += 1) {
    if ((code >= 0xd800 && code <= 0xdfff) || /\p{M}/u.test(text(code))) continue;
    const plain = text(code).normalize('NFKC');
    if (!/^[A-Za-z0-9]$/.test(plain)) continue;
    const ascii = plain.charCodeAt(0);
    const open = found.at(-1);
    if (open && open[1] === code - 1 && open[2] + (code - open[0]) === ascii) open[1] = code;
    else found.push([code, code, ascii]);
  }
  return found;
}

/// `rows` as C++, several per line.
function table(type, name, rows) {
  const lines = [];
  let line = '   ';
  for (const row of rows) {
    const entry = ` {${row.map(hex).join(', ')}},`;
    if (line.length + entry.length > 110) {
      lines.push(line);
      line = '   ';
    }
    line += entry;
  }
  lines.push(line);
  return [`constexpr ${type} ${name}_data[] = {`, ...lines, '};'].join('\n');
}

const tables = [
  ['CodeRange', 'spaces', ranges((code) => isSpace(code) && !isUnfit(code))],
  ['CodeRange', 'unfit', ranges(isUnfit)],
  ['CodeRange', 'marks', ranges(isMark)],
  ['Composition', 'compositions', compositions()],
  ['Ornament', 'ornaments', ornaments()],
];

console.log(`// Written by tools/names/code_point_tables.mjs from Unicode ${process.versions.unicode}; not by hand.
#include "server/names/code_points.h"

namespace gs::names::data {
namespace {

// clang-format off
${tables.map((parts) => table(...parts)).join('\n\n')}
// clang-format on

}  // namespace

${tables.map(([type, name]) => `const std::span<const ${type}> ${name} = ${name}_data;`).join('\n')}

}  // namespace gs::names::data`);
