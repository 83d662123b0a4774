// What the HUD of a match says, as values. Pure.
import type { MatchFacts, Standing, StatisticKind } from '../worker/messages.ts';

export type NameOf = (seat: number | null) => string;

/** A piece of a line; `seat`: it is the name of who has that seat. */
export interface Piece {
  words: string;
  seat: number | null;
}

/** A template of game::EventInfo with {seat}, {other} and {value} filled in. */
export function pieces_of(
  template: string,
  { seat, other, value }: { seat: number | null; other: number | null; value: number },
  name_of: NameOf,
): Piece[] {
  return template
    .split(/(\{(?:seat|other|value)\})/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part === '{seat}') return { words: name_of(seat), seat };
      if (part === '{other}') return { words: name_of(other), seat: other };
      return { words: part === '{value}' ? String(value) : part, seat: null };
    });
}

export function line_of(pieces: readonly Piece[]): string {
  return pieces.map(({ words }) => words).join('');
}

export interface ScoreEntry {
  seat: number;
  name: string;
  score: number;
  is_own: boolean;
  is_computer: boolean;
  leads: boolean;
}

/** Taken seats: two face each other in the order of their seats, more are ranked. */
export function score_entries(standing: Standing, own: number | null, name_of: NameOf): ScoreEntry[] {
  const taken = standing.seats.flatMap((line, seat) => (line.who === 'free' ? [] : [{ ...line, seat }]));
  const best = Math.max(...taken.map(({ score }) => score));
  const leaders = taken.filter(({ score }) => score === best).length;
  const entries = taken.map(({ seat, score, who }) => ({
    seat,
    name: name_of(seat),
    score,
    is_own: seat === own,
    is_computer: who === 'computer',
    leads: leaders === 1 && score === best && taken.length > 1,
  }));
  return standing.seats.length > 2 ? entries.sort((one, other) => other.score - one.score) : entries;
}

export function clock_words(standing: Standing, tick_rate_hz: number): string {
  const seconds = Math.ceil(standing.ticks_left / tick_rate_hz);
  switch (standing.phase) {
    case 'waiting':
      return 'Waiting';
    case 'countdown':
      return seconds > 0 ? `Starts in ${seconds}` : 'Starts';
    case 'playing':
      return seconds > 0 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` : '';
    case 'result':
      return 'Over';
  }
}

/** The whole score line in one sentence, for who cannot see it. */
export function score_sentence(entries: readonly ScoreEntry[], clock: string): string {
  const scores = entries.map(({ name, score }) => `${name} ${score}`).join(', ');
  const leader = entries.find(({ leads }) => leads);
  return [scores, leader ? `${leader.name} leads` : '', clock].filter((part) => part !== '').join('. ');
}

export interface LobbyWords {
  title: string;
  hint: string;
  can_start: boolean;
  can_fill: boolean;
}

/** While a match waits. `host`: the name of who may start it; null: nobody is host. */
export function lobby_words(
  standing: Standing,
  match: MatchFacts,
  { is_host, plays, host }: { is_host: boolean; plays: boolean; host: string | null },
): LobbyWords {
  const taken = standing.seats.filter(({ who }) => who !== 'free').length;
  const free = standing.seats.length - taken;
  const missing = Math.max(match.seats_min - taken, 0);
  const can_order = is_host || (plays && host === null);
  const some = (count: number) => (count === 1 ? 'one more' : `${count} more`);
  const hint =
    missing > 0
      ? `It takes ${some(missing)} to play${match.computers && can_order ? ', or a computer' : ''}.`
      : is_host
        ? 'Start when everybody is here.'
        : host
          ? `${host} starts the match.`
          : 'It starts in a moment.';
  return {
    title: missing > 0 ? 'Waiting for players' : 'Ready',
    hint,
    can_start: is_host && missing === 0,
    can_fill: can_order && match.computers && free > 0,
  };
}

/** A number of a result, as its kind wants it. */
export function statistic_words(kind: StatisticKind['kind'], value: number): string {
  return kind === 'share' ? `${value} %` : String(value);
}

export function next_words(left_s: number): string {
  if (left_s <= 0) return 'The next match begins';
  return `Next match in ${left_s} s`;
}
