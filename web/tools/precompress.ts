// A Vite plugin: writes `x.br` and `x.gz` beside every built file that is worth it, so the server sends ready
// bytes and never compresses while people wait.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import type { Plugin } from 'vite';

/** Below this a compressed file saves less than one packet. */
export const smallest_bytes = 1024;

const compressible = /\.(js|css|svg|json|html|txt|wasm|map)$/;

export function is_worth_compressing(name: string, bytes: number): boolean {
  return bytes >= smallest_bytes && compressible.test(name);
}

async function files_under(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.map((entry) => join(folder, entry));
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  const brotli = await promisify(brotliCompress)(content, {
    params: { [zlib.BROTLI_PARAM_QUALITY]: 11, [zlib.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  const gzipped = await promisify(gzip)(content, { level: 9 });
  await writeFile(`${file}.br`, brotli);
  await writeFile(`${file}.gz`, gzipped);
}

export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'grandstand:precompress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        for (const file of await files_under(folder)) {
          const facts = await stat(file);
          if (facts.isFile() && is_worth_compressing(file, facts.size)) await compress(file);
        }
      },
    },
  };
}
