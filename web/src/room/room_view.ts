// What the page of a room shows, as a value: news from the server and from the connection change it, and
// nothing else does. Pure; room_page.ts puts it into the document.
import type {
  ConnectionState,
  LeftReason,
  MatchFacts,
  MatchResult,
  RefusedReason,
  Room,
  RoomNews,
  RoomRole,
  RosterSeat,
} from '../worker/messages.ts';

/** Names of the cards in templates/room.mustache; while `playing` or `watching` there is none. */
export type PageState =
  | 'asking'
  | 'connecting'
  | 'playing'
  | 'watching'
  | 'reconnecting'
  | 'offline'
  | 'full'
  | 'locked'
  | 'gone'
  | 'closed'
  | 'kicked'
  | 'elsewhere'
  | 'left'
  | 'refused';

export interface RoomView {
  /** What this visitor wants to be here. */
  wanted: RoomRole;
  state: PageState;
  /** Where a lost connection was lost. */
  before: PageState;
  seat: number | null;
  is_host: boolean;
  room: Room | null;
  roster: ReadonlyMap<number, RosterSeat>;
  match: MatchFacts | null;
  /** Of the match that is over, until the next one begins. */
  result: { result: MatchResult; next_in_s: number } | null;
  /** How many want the next one at once. */
  rematch: { wanted: number; of: number } | null;
  /** For the cards that tell in the server's own words. */
  words: string;
}

export function first_view(wanted: RoomRole, state: PageState): RoomView {
  return {
    wanted,
    state,
    before: state,
    seat: null,
    is_host: false,
    room: null,
    roster: new Map(),
    match: null,
    result: null,
    rematch: null,
    words: '',
  };
}

const refusals: Record<RefusedReason, PageState> = {
  full: 'full',
  locked: 'locked',
  gone: 'gone',
  kicked: 'kicked',
  elsewhere: 'elsewhere',
  ticket: 'refused',
  too_many: 'refused',
};

const farewells: Record<LeftReason, PageState> = {
  kicked: 'kicked',
  closed: 'closed',
  taken_elsewhere: 'elsewhere',
  own: 'left',
};

/** After these the way back is another visit, or a button. */
const over: readonly PageState[] = [
  'gone',
  'closed',
  'kicked',
  'elsewhere',
  'left',
  'full',
  'locked',
  'refused',
];

export function is_over(state: PageState): boolean {
  return over.includes(state);
}

/** Of a player who has not pressed Play yet: the room is shown behind the question. */
function is_preview(view: RoomView): boolean {
  return view.wanted === 'player' && view.state === 'asking';
}

export function after_news(view: RoomView, news: RoomNews): RoomView {
  switch (news.type) {
    case 'entered':
      return {
        ...view,
        state: is_preview(view) ? 'asking' : news.role === 'player' ? 'playing' : 'watching',
        seat: news.seat,
        is_host: news.host,
        room: news.room,
        match: news.match,
        result: null,
        rematch: null,
        roster: new Map(news.roster.map((seat) => [seat.seat, seat])),
      };
    case 'refused': {
      const state = refusals[news.reason];
      // Who has not asked for a seat is not told that there is none; a room that is gone concerns everybody.
      if (is_preview(view) && state !== 'gone' && state !== 'kicked') return view;
      return { ...view, state, words: news.words };
    }
    case 'roster': {
      const roster = new Map(view.roster);
      for (const { left, ...seat } of news.changes) {
        if (left) roster.delete(seat.seat);
        else roster.set(seat.seat, seat);
      }
      const own = view.seat === null ? undefined : roster.get(view.seat);
      return { ...view, roster, is_host: own?.host ?? false };
    }
    case 'room':
      return { ...view, room: news.room };
    case 'match':
      return { ...view, match: news.match, result: null, rematch: null };
    case 'result':
      return { ...view, result: news, rematch: null };
    case 'rematch':
      return { ...view, rematch: news };
    case 'left':
      return {
        ...view,
        state: farewells[news.reason],
        words: news.words,
        seat: null,
        is_host: false,
        roster: new Map(),
      };
    case 'welcome':
    case 'html':
    case 'notice':
    case 'chat':
    case 'reactions':
    case 'caster_pass':
    case 'muted':
      return view;
  }
}

export function after_connection(view: RoomView, connection: ConnectionState): RoomView {
  if (is_over(view.state) || view.state === 'asking') return view;
  if (connection === 'closed') return { ...view, state: 'offline', words: '' };
  if (connection === 'reconnecting' && (view.state === 'playing' || view.state === 'watching')) {
    return { ...view, state: 'reconnecting', before: view.state };
  }
  return view;
}

/** Oneself first, then by seat. */
export function people_in_order(view: RoomView): RosterSeat[] {
  const rank = ({ seat }: RosterSeat) => (seat === view.seat ? -1 : seat);
  return [...view.roster.values()].sort((one, other) => rank(one) - rank(other));
}
