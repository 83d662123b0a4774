// Whether a page that does not fit the server loads itself anew: once for each thing that does not fit, in
// this tab. What is still wrong then no further load mends, and people have a button.
import { read_stored, store } from '../page/storage.ts';

export const loaded_anew_key = 'grandstand.loaded-anew';
/** A tab has a few in its life, one per new version of the server; more is a circle. */
const marks_max = 16;

/** The marks with `mark` among them; null when it is there already, or there are too many. */
export function marks_after(stored: string | null, mark: string): string | null {
  const marks = stored ? stored.split('\n') : [];
  if (marks.includes(mark) || marks.length >= marks_max) return null;
  return [...marks, mark].join('\n');
}

/** Remembers `mark`, and says whether to load anew because of it. */
export function may_load_anew(mark: string): boolean {
  const marks = marks_after(read_stored('session', loaded_anew_key), mark);
  if (marks === null) return false;
  store('session', loaded_anew_key, marks);
  // Where nothing is remembered, it would be done again and again.
  return read_stored('session', loaded_anew_key) === marks;
}
