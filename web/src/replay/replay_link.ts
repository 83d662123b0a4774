// Where a moment of a match is. Pure.

/** Of the page that shows `match`, opening `seconds` after the play began. */
export function link_to(origin: string, match: string, invite: string | null, seconds: number): string {
  const link = new URL(`/replays/${encodeURIComponent(match)}`, origin);
  if (invite !== null) link.searchParams.set('invite', invite);
  link.searchParams.set('t', String(seconds));
  return link.href;
}
