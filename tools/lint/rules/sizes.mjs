// Files under 600 lines, functions under 70, lines of at most 110 characters.

export const limits = { file: 600, function: 70, line: 110 };

const code = new Set(['cpp', 'js', 'sh', 'css', 'cmake']);

export function sizes(source) {
  if (!code.has(source.language)) return [];
  const findings = [];
  const lines = source.lines.at(-1) === '' ? source.lines.length - 1 : source.lines.length;
  if (lines >= limits.file) {
    findings.push({
      line: limits.file,
      message: `the file has ${lines} lines; split it by concept (under ${limits.file})`,
    });
  }
  source.lines.forEach((text, index) => {
    if ([...text].length > limits.line && !mayBeLong(text)) {
      findings.push({
        line: index + 1,
        message: `the line has ${[...text].length} characters; break it (at most ${limits.line})`,
      });
    }
  });
  for (const { name, line, size } of functions(source)) {
    if (size >= limits.function) {
      findings.push({
        line,
        message: `${name} has ${size} lines; take a step of it out (under ${limits.function})`,
      });
    }
  }
  return findings;
}

/// A single long word (an address, a path of an icon) cannot be broken, and a sentence in quotes is not.
function mayBeLong(text) {
  return /\S{80}/.test(text) || (!/^\s*(\/\/|\*|#)/.test(text) && /(['"`])[^'"`]{60,}/.test(text));
}

function functions(source) {
  if (source.language === 'sh') return shellFunctions(source);
  return source.language === 'cpp' || source.language === 'js' ? bracedFunctions(source) : [];
}

function shellFunctions(source) {
  const found = [];
  let open;
  source.lines.forEach((text, index) => {
    const start = /^(\w+)\(\) *[{(]$/.exec(text);
    if (start) open = { name: start[1], line: index + 1 };
    if (open && /^[})]/.test(text)) {
      found.push({ ...open, size: index + 2 - open.line });
      open = undefined;
    }
  });
  return found;
}

/// Finds function bodies by their braces in blanked code: what stands before the brace tells what it opens.
function bracedFunctions(source) {
  const { code: text } = source;
  const found = [];
  const stack = [];
  let line = 1;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\n') line += 1;
    if (text[at] === '{') stack.push({ line, name: functionName(text, at) });
    if (text[at] === '}') {
      const open = stack.pop();
      if (open?.name) found.push({ name: open.name, line: open.line, size: line - open.line + 1 });
    }
  }
  return found;
}

/// The name of the function whose body opens at `brace`; undefined where the brace opens something else.
function functionName(text, brace) {
  let depth = 0;
  let at = brace - 1;
  for (; at >= 0; at -= 1) {
    const c = text[at];
    if (c === ')' || c === ']') depth += 1;
    else if (c === '(' || c === '[') depth -= 1;
    if (depth < 0 || (depth === 0 && (c === ';' || c === '{' || c === '}'))) break;
  }
  const head = text.slice(at + 1, brace).trim();
  const callee = depth < 0 ? /(\w+)\s*$/.exec(text.slice(Math.max(0, at - 60), at))?.[1] : undefined;
  if (callee === 'describe' || callee === 'suite') return undefined;
  if (!head.includes(')')) return undefined;
  if (/^(if|else|for|while|do|switch|try|catch|return)\b/.test(head.replace(/^}\s*/, ''))) return undefined;
  if (/\b(namespace|class|struct|union|enum)\b[^()]*$/.test(head)) return undefined;
  return /([\w~:]+)\s*\(/.exec(head)?.[1] ?? callee ?? 'this function';
}
