// localStorage and sessionStorage, which may be missing, full or forbidden: then nothing is remembered.

type Kind = 'local' | 'session';

function storage_of(kind: Kind): Storage {
  return kind === 'local' ? localStorage : sessionStorage;
}

export function read_stored(kind: Kind, key: string): string | null {
  try {
    return storage_of(kind).getItem(key);
  } catch {
    return null;
  }
}

/** null removes. */
export function store(kind: Kind, key: string, value: string | null): void {
  try {
    if (value === null) storage_of(kind).removeItem(key);
    else storage_of(kind).setItem(key, value);
  } catch {
    // The visit works without it.
  }
}
