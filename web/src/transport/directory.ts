// Where to connect: the answer of /api/v1/transport, fetched before each dial because a development
// certificate and its hash change while the server runs.

export interface Directory {
  webtransport: { url: string; certificate_hashes: Uint8Array<ArrayBuffer>[] } | null;
  websocket: { url: string } | null;
}

export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
}

const sha256_bytes = 32;

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

function url_of(value: unknown, protocols: string[]): string | null {
  const text = record(value)?.url;
  if (typeof text !== 'string' || !URL.canParse(text)) return null;
  return protocols.includes(new URL(text).protocol) ? text : null;
}

function hash_of(text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string') throw new DirectoryError('certificate hash that is not text');
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (bytes.length !== sha256_bytes) throw new DirectoryError('certificate hash that is not SHA-256');
  return bytes;
}

/** Reads the JSON of /api/v1/transport. Throws DirectoryError when it is something else. */
export function parse_directory(json: unknown): Directory {
  const root = record(json);
  if (!root) throw new DirectoryError('transport description that is not an object');
  const webtransport_url = url_of(root.webtransport, ['https:']);
  const websocket_url = url_of(root.websocket, ['ws:', 'wss:']);
  if (!webtransport_url && !websocket_url) throw new DirectoryError('transport description without a URL');
  const hashes = record(root.webtransport)?.certificate_hashes ?? [];
  if (!Array.isArray(hashes)) throw new DirectoryError('certificate hashes that are not a list');
  return {
    webtransport: webtransport_url
      ? { url: webtransport_url, certificate_hashes: hashes.map(hash_of) }
      : null,
    websocket: websocket_url ? { url: websocket_url } : null,
  };
}

/** Asks the server. Rejects when it does not answer, or not with a description. */
export async function fetch_directory(signal: AbortSignal): Promise<Directory> {
  const response = await fetch('/api/v1/transport', { cache: 'no-store', signal });
  if (!response.ok) throw new DirectoryError(`transport description answered with ${response.status}`);
  return parse_directory(await response.json());
}
