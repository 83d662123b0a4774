// What is wrong with a file of a match, for people who want to do something about it. Pure.

/** client::FileError of core/client/playback.h, in its order; a test compares. */
export const file_errors = [
  'none',
  'not_a_log',
  'cut',
  'altered',
  'malformed',
  'too_large',
  'other_game',
  'other_rules',
  'empty',
] as const;
export type FileError = (typeof file_errors)[number];

/** playback_module.ts refuses larger ones, as core/client/playback.h does. */
export const file_bytes_max = 16 * 1024 * 1024;

const anew = 'Download it again where it came from.';

function bytes_words(bytes: number): string {
  return `byte ${bytes.toLocaleString('en')}`;
}

export function file_words(error: Exclude<FileError, 'none'>, at: number): string {
  switch (error) {
    case 'not_a_log':
      return 'This is no file of a match. Files of matches end in .gslog, and each match has a link to its own.';
    case 'cut':
      return `The file is not whole: it ends in the middle of the part at ${bytes_words(at)}. ${anew}`;
    case 'altered':
      return `The file is damaged: the part at ${bytes_words(at)} is not what was written. ${anew}`;
    case 'malformed':
      return `The file is put together wrongly: what is at ${bytes_words(at)} does not belong there. ${anew}`;
    case 'too_large':
      return 'The file is too large to be shown in a page. “grandstand replay verify” reads files of any size.';
    case 'other_game':
      return 'The file says that it is of another game than it is.';
    case 'other_rules':
      return 'The file says that it was played by other rules than it was.';
    case 'empty':
      return 'There is nothing in this file to be shown: the match had not begun.';
  }
}

/** What simulating all of it found; `at` is a time of the match, as on a clock. */
export function untrue_words(is_readable: boolean, at: string): string {
  return is_readable
    ? `The file is not true: at ${at} the match is in another state than the file says. It was altered, or its game was not the one it names.`
    : `The file is not true: what it has at ${at} is nothing that can happen in its game.`;
}

export function unknown_game_words(game: string): string {
  return `This server does not have the game “${game}”. Open the file on the server that it came from.`;
}

export function unknown_version_words(title: string): string {
  return `${title} has changed since this match, and the version that it was played with is not kept on this server. Open the file on the server that it came from.`;
}

export class FileProblem extends Error {
  override readonly name = 'FileProblem';

  constructor(error: Exclude<FileError, 'none'>, at: number) {
    super(file_words(error, at));
  }
}
