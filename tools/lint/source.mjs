// A file as the rules see it: its lines, and the same text with comments and strings blanked out, so that
// a rule about code never fires on prose. Positions are the same in both.

const languages = {
  '.h': 'cpp',
  '.cpp': 'cpp',
  '.ts': 'js',
  '.mjs': 'js',
  '.js': 'js',
  '.css': 'css',
  '.sh': 'sh',
  '.md': 'md',
  '.json': 'json',
  '.toml': 'toml',
  '.html': 'html',
  '.cmake': 'cmake',
};

export class Source {
  constructor(path, text) {
    this.path = path;
    this.text = text;
    this.lines = text.split('\n');
    const dot = path.slice(path.lastIndexOf('/') + 1).lastIndexOf('.');
    const extension = dot > 0 ? path.slice(path.lastIndexOf('.')) : '';
    this.language = languages[extension] ?? (/^#!.*\bbash\b/.test(text) ? 'sh' : 'other');
    this.isHeader = extension === '.h';
    this.isTest = /_test\.cpp$|\.test\.(mjs|ts|js)$|^tests\//.test(path);
  }

  /// Text with comments and the insides of strings replaced by spaces.
  get code() {
    this.blanked ??=
      this.language === 'cpp' || this.language === 'js' ? blank(this.text, this.language) : this.text;
    return this.blanked;
  }

  get codeLines() {
    return this.code.split('\n');
  }

  lineAt(offset) {
    let line = 1;
    for (let i = 0; i < offset; i += 1) if (this.text[i] === '\n') line += 1;
    return line;
  }
}

function spaces(text) {
  return text.replace(/[^\n]/g, ' ');
}

/// Replaces comments, strings, template texts and regular expressions by spaces of the same shape.
export function blank(text, language) {
  let out = '';
  let at = 0;
  const templates = []; // depth of braces inside each open `${`
  while (at < text.length) {
    const token = hiddenAt(text, at, language, out);
    if (token > at) {
      out += spaces(text.slice(at, token));
      at = token;
      continue;
    }
    const c = text[at];
    if (language === 'js' && (c === '`' || (c === '}' && templates.at(-1) === 0))) {
      if (c === '}') templates.pop();
      const end = templateEnd(text, at + 1);
      out += spaces(text.slice(at, end));
      if (text.startsWith('${', end - 2) && end >= 2) templates.push(0);
      at = end;
      continue;
    }
    if (templates.length > 0 && c === '{') templates[templates.length - 1] += 1;
    if (templates.length > 0 && c === '}') templates[templates.length - 1] -= 1;
    out += c;
    at += 1;
  }
  return out;
}

/// Where the comment, string or regular expression that starts at `at` ends; `at` itself if none starts.
function hiddenAt(text, at, language, before) {
  const c = text[at];
  if (text.startsWith('//', at)) return lineEnd(text, at);
  if (text.startsWith('/*', at)) return afterOrEnd(text, '*/', at + 2);
  if (language === 'cpp' && c === 'R' && text[at + 1] === '"' && !/\w/.test(before.at(-1) ?? '')) {
    const open = text.indexOf('(', at);
    return afterOrEnd(text, `)${text.slice(at + 2, open)}"`, open);
  }
  if (c === '"') return quotedEnd(text, at);
  if (c === "'" && !(language === 'cpp' && /[0-9a-fA-F]/.test(before.at(-1) ?? '')))
    return quotedEnd(text, at);
  if (language === 'js' && c === '/' && /(^|[(,=:[!&|?{};+]|\breturn|=>)\s*$/.test(before.slice(-40))) {
    return regexEnd(text, at);
  }
  return at;
}

function lineEnd(text, at) {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function afterOrEnd(text, mark, from) {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + mark.length;
}

function quotedEnd(text, at) {
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === text[at] || text[i] === '\n') return i + 1;
  }
  return text.length;
}

function regexEnd(text, at) {
  let inClass = false;
  for (let i = at + 1; i < text.length && text[i] !== '\n'; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '[') inClass = true;
    else if (text[i] === ']') inClass = false;
    else if (text[i] === '/' && !inClass) return i + 1;
  }
  return at;
}

/// From inside a template text: after its closing backtick, or after the next "${".
function templateEnd(text, from) {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '`') return i + 1;
    else if (text.startsWith('${', i)) return i + 2;
  }
  return text.length;
}
