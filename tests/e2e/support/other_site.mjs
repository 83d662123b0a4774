// Copies of the built pages as another version of the server would have them: every script and module has
// another name, and what is said about versions in them is another number. For tests of updates.
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../../build/web/', import.meta.url));

const section = { exports: 7, code: 10 };
const function_kind = 0;
const opcode = { i32_const: 0x41, end: 0x0b };

/** Reads a module of WebAssembly: sizes and indices are LEB128. */
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  text() {
    const length = this.number();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString();
  }

  /** Stands at the content of a section then. */
  go_to(wanted) {
    this.at = 8;
    for (;;) {
      const id = this.bytes[this.at++];
      const size = this.number();
      if (id === wanted) return;
      this.at += size;
    }
  }
}

/** The exported function `name`, which returns a small constant, returns another one. Gives the old one. */
export function change_constant(wasm, name, value) {
  const reader = new Reader(wasm);
  reader.go_to(section.exports);
  let index = null;
  for (let left = reader.number(); left > 0; left -= 1) {
    const found = reader.text();
    const kind = reader.bytes[reader.at++];
    const of = reader.number();
    if (kind === function_kind && found === name) index = of;
  }
  // The modules import nothing, so functions and bodies have the same numbers.
  reader.go_to(section.code);
  reader.number();
  for (let body = 0; body < index; body += 1) {
    const size = reader.number();
    reader.at += size;
  }
  const [size, locals, constant, before, end] = wasm.subarray(reader.at, reader.at + 5);
  if (index === null || size !== 4 || locals !== 0 || constant !== opcode.i32_const || end !== opcode.end) {
    throw new Error(`${name} is not a function that returns a small constant`);
  }
  wasm[reader.at + 3] = value;
  return before;
}

/** A copy whose scripts and modules are called `…-version`, and changed as `change_…` say. */
export async function other_site(version, { change_module = () => {}, change_script = (text) => text }) {
  const folder = await mkdtemp(join(tmpdir(), 'grandstand-site-'));
  await mkdir(join(folder, 'assets'));
  const assets = (await readdir(join(built, 'assets'))).filter((name) => !/\.(br|gz)$/.test(name));
  const renamed = new Map(
    assets
      .filter((name) => /\.(js|wasm)$/.test(name))
      .map((name) => [name, name.replace(/(\.\w+)$/, `-${version}$1`)]),
  );
  const any_name = new RegExp([...renamed.keys()].map((name) => name.replaceAll('.', '\\.')).join('|'), 'g');
  const with_names = (text) => text.replace(any_name, (name) => renamed.get(name));
  for (const name of assets) {
    const bytes = await readFile(join(built, 'assets', name));
    if (name.endsWith('.wasm')) change_module(bytes);
    const changed = name.endsWith('.js') ? change_script(with_names(bytes.toString())) : bytes;
    await writeFile(join(folder, 'assets', renamed.get(name) ?? name), changed);
  }
  for (const name of ['manifest.json', 'games.json']) {
    await writeFile(join(folder, name), with_names(await readFile(join(built, name), 'utf8')));
  }
  return folder;
}
