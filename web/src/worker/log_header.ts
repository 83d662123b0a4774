// The header of a match's file, read before there is a module of its game: docs/protocol.md, "Log file". The
// rest of the file is the module's to read (core/netcode/log_file.h). Hostile bytes: lengths are checked
// before they are used, and so is the checksum. Pure.
import { FileProblem } from './file_words.ts';

export interface LogHeader {
  game: string;
  match: string;
  rules_version: number;
  tick_rate_hz: number;
  started_unix_s: number;
  /** 16 hex digits of the module that plays it; null: whoever wrote it did not know. */
  module_hash: string | null;
}

const magic = 'GSMATCH2';
const head_bytes = magic.length + 1 + 4;
const checksum_bytes = 8;
const header_kind = 1;
const header_bytes_max = 256;
const name_pattern = /^[A-Za-z0-9_-]{1,64}$/;

/** FNV-1a-64, begun anew, as core/base/hash.h. */
export function hash_of(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

/** Throws FileProblem. */
export function read_log_header(file: Uint8Array): LogHeader {
  const text = (from: number, to: number) => String.fromCharCode(...file.subarray(from, to));
  if (file.length < magic.length || text(0, magic.length) !== magic) throw new FileProblem('not_a_log', 0);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < head_bytes) throw new FileProblem('cut', file.length);
  const length = view.getUint32(magic.length + 1, true);
  if (length > header_bytes_max) throw new FileProblem('altered', magic.length);
  const end = head_bytes + length;
  if (file.length < end + checksum_bytes) throw new FileProblem('cut', file.length);
  if (view.getBigUint64(end, true) !== hash_of(file.subarray(magic.length, end))) {
    throw new FileProblem('altered', magic.length);
  }
  const malformed = () => new FileProblem('malformed', magic.length);
  if (file[magic.length] !== header_kind) throw malformed();
  let at = head_bytes;
  const name = () => {
    // Names are shorter than what takes a second byte.
    const name_end = at + 1 + (file[at] ?? 0);
    if (name_end > end) throw malformed();
    const read = text(at + 1, name_end);
    at = name_end;
    if (!name_pattern.test(read)) throw malformed();
    return read;
  };
  const [game, match] = [name(), name()];
  if (at + 2 + 1 + 8 + 8 > end) throw malformed();
  const module_hash = view.getBigUint64(at + 11, true);
  return {
    game,
    match,
    rules_version: view.getUint16(at, true),
    tick_rate_hz: view.getUint8(at + 2),
    started_unix_s: Number(view.getBigUint64(at + 3, true)),
    module_hash: module_hash === 0n ? null : module_hash.toString(16).padStart(16, '0'),
  };
}
