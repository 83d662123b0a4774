// What the server says on the `sure` lane, read. JSON of our own server is still checked where a mistake in
// it would break the page; unknown types and fields are ignored, so that a newer server may say more.
import type { Entered, RoomNews, ViewClass } from './messages.ts';

type Fields = Record<string, unknown>;

function is_record(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function is_count(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function is_seats(value: unknown): boolean {
  return Array.isArray(value) && value.every((seat) => is_record(seat) && is_count(seat.seat));
}

function is_list(value: unknown): boolean {
  return Array.isArray(value) && value.every(is_record);
}

function is_match(match: unknown): match is Fields {
  if (!is_record(match) || !is_record(match.module)) return false;
  const rate = match.tick_rate_hz as number;
  // A game without them has no events and no end.
  match.event_kinds ??= [];
  match.statistics ??= [];
  match.lifecycle ??= 'endless';
  return (
    typeof match.module.url === 'string' &&
    is_count(match.epoch) &&
    is_count(match.rules_version) &&
    is_count(rate) &&
    rate >= 1 &&
    rate <= 240 &&
    is_list(match.event_kinds) &&
    is_list(match.statistics)
  );
}

function is_entered({ role, seat, room, match, roster }: Fields): boolean {
  if (!is_record(room) || !is_match(match) || !is_seats(roster)) return false;
  const plays = role === 'player' && is_count(seat);
  return plays || role === 'spectator' || role === 'preview';
}

function is_chat({ id, author, text, tick, match, said_unix_s }: Fields): boolean {
  return (
    typeof id === 'string' &&
    is_record(author) &&
    typeof author.id === 'string' &&
    typeof author.name === 'string' &&
    typeof text === 'string' &&
    typeof match === 'string' &&
    is_count(tick) &&
    is_count(said_unix_s)
  );
}

const checks: Record<RoomNews['type'], (fields: Fields) => boolean> = {
  welcome: ({ guest }) => is_record(guest),
  entered: is_entered,
  refused: ({ reason }) => typeof reason === 'string',
  roster: ({ changes }) => is_seats(changes),
  room: ({ room }) => is_record(room),
  match: ({ match }) => is_match(match),
  result: ({ result }) => is_record(result) && is_list(result.lines),
  rematch: ({ wanted, of }) => is_count(wanted) && is_count(of),
  left: ({ reason }) => typeof reason === 'string',
  chat: ({ messages }) => is_list(messages) && (messages as Fields[]).every(is_chat),
  reactions: ({ counts }) => Array.isArray(counts) && counts.every(is_count),
  html: ({ html }) => typeof html === 'string',
  muted: ({ people }) =>
    is_list(people) &&
    (people as Fields[]).every(({ id, name }) => typeof id === 'string' && typeof name === 'string'),
  caster_pass: ({ pass }) => typeof pass === 'string',
  notice: ({ words }) => typeof words === 'string',
};

/** null for what this page does not know, or cannot use. */
export function parse_room_message(text: string): RoomNews | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!is_record(value) || typeof value.type !== 'string' || !Object.hasOwn(checks, value.type)) return null;
  return checks[value.type as RoomNews['type']](value) ? (value as unknown as RoomNews) : null;
}

/** Where the visit is in a room; the newest of what was said. */
export interface Place extends Pick<Entered, 'role' | 'seat' | 'room' | 'match'> {
  class: ViewClass;
  /** From the link to a room that is not listed. */
  invite: string | null;
  plays_back: boolean;
  names: Map<number, string>;
}
