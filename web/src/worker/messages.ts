// What the page and the Worker say to each other. Plain data only: it is copied on the way.
import type { Camera, RendererKind } from '../render/draw_list.ts';
import type { WebGl2Demand } from '../render/webgl2_renderer.ts';
import type { Attempt } from '../transport/dialer.ts';
import type { Remembered } from '../transport/preference.ts';
import type { CloseInfo, TransportKind } from '../transport/session.ts';
import type { ClientStats } from './client_stats.ts';

export type TransportChoice = 'auto' | TransportKind;

/** The other end: rooms for the whole visit, the echo service while its page is open. */
export type Service = 'rooms' | 'echo';

/** Connected are `echo`, and with rooms `lobby`, `playing` and `watching`. */
export type ConnectionState =
  | 'connecting'
  | 'echo'
  | 'lobby'
  | 'playing'
  | 'watching'
  | 'reconnecting'
  | 'closed';

/** What the game of the room tells; null and 0 while there is none. */
export interface PlayStats {
  game: string | null;
  room: string | null;
  match: string | null;
  /** Counts up when ticks were taken back, because a server that lost its newest ones started again. */
  epoch: number | null;
  seat: number | null;
  class: ViewClass | null;
  /** What is shown. */
  tick: number | null;
  confirmed_tick: number | null;
  /** After the newest confirmed tick that is divisible by the tick rate: 16 hex digits. */
  confirmed_hash: string | null;
  /** Ticks that were made again after the last wrong guess. */
  rollback_depth: number;
  /** Of the picture, that somebody could have seen. */
  corrections: number;
  desyncs: number;
  /** How early the newest own input was there, in quarters of a tick; below 0: late. */
  early_quarter_ticks: number | null;
  /** What oneself is shown at. */
  predicted_tick: number | null;
  /** How far `tick` is behind the room's newest one. */
  delay_ms: number | null;
  /** From hands to confirmed; the newest. */
  input_ms: number | null;
  ticks_repaired: number;
  viewers: number;
  players: number;
}

/** What `grandstand.stats()` gives; times in ms, rates in bytes per second, smoothed over a second. */
export interface ConnectionStats extends PlayStats {
  transport: TransportKind | null;
  state: ConnectionState;
  rtt_ms: number | null;
  jitter_ms: number | null;
  /** Of the last 100 pings. */
  loss_percent: number;
  bytes_in_per_s: number;
  bytes_out_per_s: number;
  bytes_in: number;
  bytes_out: number;
  datagrams_sent: number;
  datagrams_received: number;
  datagrams_lost: number;
  /** Connections of this visit so far. */
  connections: number;
  /** From the start of the dial to the open session. */
  dial_ms: number | null;
  renderer: RendererKind | null;
}

/** What hands do, as core/game/controls.h has it; `pointer` is a share of the picture's width and height. */
export interface Hands {
  held: number;
  /** Went down since the last message. */
  pressed: number;
  move: readonly [number, number];
  /** null: nothing points, as long as no mouse or finger was on the picture. */
  pointer: readonly [number, number] | null;
  /** Second stick; zero when there is none, or when the pointer aims. */
  aim: readonly [number, number];
}

/** `smooth`: with every frame of the screen. `slow`: now and then, for who wants no motion. */
export type Pace = 'smooth' | 'slow';

/** A canvas of the page that shows the room. Sizes are device pixels. */
export interface PictureWish {
  picture_id: number;
  /** null: the page draws by itself what it asks for with `frame_wanted`. */
  canvas: OffscreenCanvas | null;
  demand: WebGl2Demand;
  width: number;
  height: number;
  pace: Pace;
}

export interface FrameForPage {
  picture_id: number;
  items: ArrayBuffer;
  count: number;
  camera: Camera;
  /** When it was made, by the Worker's clock, and what the client had counted: for who measures pictures. */
  at_ms: number;
  counted: ClientStats | null;
}

/**
 * `running`: there is something to see. `failed`: in words for people; `other_version` names what does not
 * fit together, when a new page may have what does.
 */
export type GameNews =
  | { state: 'loading' | 'running' | 'none' }
  | { state: 'failed'; words: string; other_version: string | null };

/** `predicted`: guessed. `confirmed`: it has happened. `withdrawn`: it has not, after all. */
export type EventStatus = 'predicted' | 'confirmed' | 'withdrawn';

/** Something that people notice (core/game/event.h): told when it is first shown, then when it changes. */
export interface EventNotice {
  id: number;
  tick: number;
  status: EventStatus;
  /** Nothing has been said of it before: what sounds, sounds now. */
  is_first: boolean;
  /** Index of MatchFacts.event_kinds. */
  kind: number;
  seat: number | null;
  other: number | null;
  detail: number;
  value: number;
  at: readonly [number, number];
  to: readonly [number, number];
  /** Where `at` is in the picture: −1 left, 1 right. */
  pan: number;
}

export interface StandingLine {
  who: 'free' | 'person' | 'computer';
  score: number;
}

/** How the match stands in the newest confirmed tick (core/game/standing.h). */
export interface Standing {
  phase: RoomPhase;
  /** Until the phase ends by itself; 0: it does not. */
  ticks_left: number;
  /** Of a result; null: a draw. */
  winner: number | null;
  /** By number; those of the game, free or not. */
  seats: StandingLine[];
}

/** [tick, 16 lower-case hex digits] */
export type TickHash = readonly [number, string];

/** One ping: when it was sent (ms of this page's life) and how long it took; null when it was lost. */
export interface PingSample {
  sent_ms: number;
  rtt_ms: number | null;
}

export type LoadKind = 'message' | 'transfer' | 'datagrams';

/** What an echo load brought back. `intact`: every byte that came back was the byte that was sent. */
export interface LoadResult {
  kind: LoadKind;
  transport: TransportKind;
  bytes_sent: number;
  bytes_back: number;
  pieces_sent: number;
  pieces_back: number;
  intact: boolean;
  ms: number;
}

export interface LoadRequest {
  kind: LoadKind;
  /** Of one datagram, or of the whole stream or transfer. */
  bytes: number;
  /** Datagrams only. */
  count?: number;
}

/** What was found out for the diagnosis (echo/diagnosis.ts puts it into words). */
export interface CheckFacts {
  http: { ok: boolean; ms: number; reason: string };
  secure: boolean;
  websocket: { offered: boolean; ok: boolean; ms: number; reason: string };
  webtransport: {
    supported: boolean;
    offered: boolean;
    ok: boolean;
    /** No answer at all in the time allowed, in contrast to a quick refusal. */
    silent: boolean;
    ms: number;
    reason: string;
    /** The server names the hash of a certificate of its own making. */
    by_hash: boolean;
    port: number;
  };
}

export interface Closed extends CloseInfo {
  transport: TransportKind;
  will_reconnect: boolean;
}

/** `preview`: the lobby's screen; it sees what spectators see, and the room does not count it. */
export type RoomRole = 'player' | 'spectator' | 'preview';
export type RoomPhase = 'waiting' | 'countdown' | 'playing' | 'result';

/** A room as everybody may know it; the same names as in /api/v1/rooms. */
export interface Room {
  id: string;
  name: string;
  game: string;
  phase: RoomPhase;
  match_id: string;
  tick: number;
  /** Seats taken, held ones included. */
  players: number;
  seats: number;
  spectators: number;
  /** Here right now: players who are connected, and spectators. */
  viewers: number;
  public: boolean;
  public_delay_s: number;
  locked: boolean;
}

/** One taken seat. Not `connected`: dropped, and held for a while. */
export interface RosterSeat {
  seat: number;
  name: string;
  connected: boolean;
  host: boolean;
  /** The game plays it. */
  computer?: boolean;
}

/** What a kind of event means for people (game::EventInfo); `sound` is an index of sound/sounds.ts. */
export interface EventKind {
  name: string;
  when: 'predicted' | 'confirmed';
  sound: number;
  feed: string;
  announcement: string;
}

export interface StatisticKind {
  name: string;
  kind: 'sum' | 'best' | 'share';
}

export interface MatchResult {
  match: string;
  winner: number | null;
  /** The winner's first. `seat`: null for who left before the end. */
  lines: { seat: number | null; name: string; computer: boolean; score: number; statistics: number[] }[];
}

/** Where a game's WebAssembly is. `play_url`: a smaller one for who only plays; '' when there is none. */
export interface ModuleUrls {
  url: string;
  play_url?: string;
}

export interface MatchFacts {
  id: string;
  epoch: number;
  tick_rate_hz: number;
  ticks_per_send: number;
  seats_min: number;
  seats_max: number;
  game: string;
  module: ModuleUrls;
  rules_version: number;
  lifecycle: 'endless' | 'match';
  /** The game can play seats itself. */
  computers: boolean;
  event_kinds: EventKind[];
  statistics: StatisticKind[];
}

/** `live`: every tick as it is made. `delayed`: what is public, fetched piece by piece. */
export type ViewClass = 'live' | 'delayed';

/** Something of a match that people talk about, and when; core/game/event.h. */
export interface TimelineEvent {
  tick: number;
  kind: number;
  seat: number | null;
  other: number | null;
  value: number;
}

/** What the player of a match shows; moments are ticks with fraction. */
export interface PlaybackState {
  match: string;
  view: ViewClass | 'replay';
  tick_rate_hz: number;
  /** Where there begins to be something to see, and the newest moment that can be shown. */
  first: number;
  end: number;
  /** null: no picture yet. */
  shown: number | null;
  /** Times real time; 0: it stands still. */
  speed: number;
  /** Goes on with the newest moment. */
  is_live: boolean;
  /** For pieces that are not here yet. */
  is_waiting: boolean;
  /** There will be nothing after `end`. */
  is_over: boolean;
  /** The picture, behind the newest tick of the room. */
  delay_ms: number;
  /** Of the room: so much later everybody may know. */
  delay_s: number;
  followed: number | null;
  zoom: number;
  /** In words for people. */
  failure: string | null;
}

export type PlaybackWish =
  | { do: 'open' | 'close'; calm: boolean }
  | { do: 'seek'; moment: number }
  | { do: 'step'; ticks: number }
  | { do: 'speed'; speed: number }
  | { do: 'live' }
  | { do: 'follow'; seat: number | null }
  /** Shares of the picture. */
  | { do: 'pan'; by: readonly [number, number] }
  | { do: 'zoom'; factor: number; at: readonly [number, number] }
  | { do: 'whole' };

/** What is to be shown of matches that are over; its player's wishes are PlaybackWish. */
export type ReplayWish =
  | {
      do: 'open';
      match: string;
      /** Of a match that is not listed. */
      invite: string | null;
      /** Where its game will come from, if that is known. */
      module: string | null;
      begin_s: number;
    }
  /** It is read by the Worker and goes nowhere else. */
  | { do: 'open_file'; file: File }
  | { do: 'close' };

export interface ReplayFacts {
  match: string;
  game: string;
  tick_rate_hz: number;
  event_kinds: EventKind[];
  players: { seat: number; name: string; computer: boolean }[];
}

/** `checking`: a file, and the share that is done. `failed`: in words for people who want to do something. */
export type ReplayNews =
  | { state: 'loading' }
  | { state: 'checking'; share: number }
  | { state: 'open'; facts: ReplayFacts }
  | { state: 'running' }
  | { state: 'failed'; words: string };

/** Of a match, drawn by its game. */
export interface Still {
  items: ArrayBuffer;
  count: number;
  camera: Camera;
}

export interface Entered {
  type: 'entered';
  role: RoomRole;
  /** Of an older server: every tick. */
  class?: ViewClass;
  seat: number | null;
  host: boolean;
  resume: string | null;
  room: Room;
  match: MatchFacts;
  roster: RosterSeat[];
}

export type RefusedReason = 'full' | 'locked' | 'gone' | 'kicked' | 'ticket' | 'elsewhere' | 'too_many';
export type LeftReason = 'kicked' | 'closed' | 'taken_elsewhere' | 'own';

/** Something that was said in a room; `tick`: when, counted as the ticks of the room are. */
export interface ChatMessage {
  id: string;
  channel: 'players' | 'spectators';
  author: { id: string; name: string; seat: number | null };
  text: string;
  match: string;
  tick: number;
  said_unix_s: number;
}

/** By the name that they had when they were muted. */
export interface MutedPerson {
  id: string;
  name: string;
}

/** Messages of the `sure` lane that the page shows, as they came (docs/protocol.md). */
export type RoomNews =
  | { type: 'welcome'; guest: { id: string; name: string } }
  | Entered
  | { type: 'refused'; reason: RefusedReason; words: string }
  | { type: 'roster'; changes: (RosterSeat & { left?: boolean })[] }
  | { type: 'room'; room: Room }
  /** Another match has begun. */
  | { type: 'match'; match: MatchFacts }
  | { type: 'result'; result: MatchResult; next_in_s: number }
  /** So many of the players want another match at once. */
  | { type: 'rematch'; wanted: number; of: number }
  | { type: 'left'; reason: LeftReason; words: string }
  | { type: 'html'; html: string }
  | { type: 'chat'; messages: ChatMessage[] }
  /** To the host, who asked for it: whoever has it may watch live. */
  | { type: 'caster_pass'; pass: string }
  /** To the host: who is muted in the room, all of them; the first time when somebody is. */
  | { type: 'muted'; people: MutedPerson[] }
  /** How often people reacted within a second, by kind. */
  | { type: 'reactions'; counts: number[] }
  /** One sentence about something that the visitor asked for. */
  | { type: 'notice'; words: string };

/** Where the visit wants to be. The Worker keeps it through reconnects, until `leave` or another `enter`. */
export interface EnterWish {
  room: string;
  role: RoomRole;
  /** The seat of this tab before a reload; the Worker knows newer ones itself. */
  resume: string | null;
  /** From the link to a room that is not listed; goes with the request for a ticket. */
  invite: string | null;
  /** How somebody wants to watch; without it as the room has it. */
  class?: ViewClass | null;
  /** From the link for casters: opens the live class of a room with a delay. */
  pass?: string | null;
  /** The page has a player, which goes back in the match. */
  plays_back?: boolean;
}

export interface HostWish {
  do: 'start' | 'kick' | 'lock' | 'unlock' | 'hand_over' | 'computers' | 'caster_pass' | 'mute' | 'unmute';
  /** Of whom; for hand_over and, without a person, for kick. */
  seat?: number;
  /** For computers: up to how many seats they fill. */
  count?: number;
  /** For mute and unmute; and for kick, with or without a seat in the room. */
  person?: string;
}

/** A bad network, made by the Worker; latency and jitter in ms and chances in percent, one way each. */
export interface Weather {
  latency_ms: number;
  jitter_ms: number;
  loss_percent: number;
  duplicate_percent: number;
}

export type ToWorker =
  | { type: 'start'; service: Service; choice: TransportChoice; remembered: Remembered | null }
  | { type: 'reconnect'; choice: TransportChoice }
  | { type: 'close'; code: number; reason: string }
  | { type: 'network_changed' }
  | { type: 'watch'; watching: boolean }
  | { type: 'load'; request_id: number; load: LoadRequest }
  | { type: 'check'; request_id: number }
  | ({ type: 'enter' } & EnterWish)
  /** Gives the seat back, now; the visit goes on in the lobby. */
  | { type: 'leave' }
  | { type: 'service'; service: Service }
  | ({ type: 'picture' } & PictureWish)
  | { type: 'picture_size'; picture_id: number; width: number; height: number }
  | { type: 'picture_shown'; picture_id: number; shown: boolean }
  | { type: 'picture_gone'; picture_id: number }
  | { type: 'frame_wanted'; picture_id: number; aspect: number; buffer: ArrayBuffer | null }
  | { type: 'hands'; hands: Hands }
  | { type: 'playback'; wish: PlaybackWish }
  | { type: 'replay'; wish: ReplayWish }
  | { type: 'still'; request_id: number; match: string; aspect: number }
  | { type: 'prepare'; url: string }
  /** While developing: modules have been built anew. */
  | { type: 'module_changed'; game: string; module: ModuleUrls }
  /** Another name, clean as the server gave it back. */
  | { type: 'rename'; name: string }
  | ({ type: 'host' } & HostWish)
  /** `tick`: what the picture shows while it is said. */
  | { type: 'say'; text: string; tick: number | null }
  | { type: 'react'; kind: number }
  | { type: 'rematch' }
  | { type: 'weather'; weather: Weather };

export type FromWorker =
  | { type: 'stats'; stats: ConnectionStats; samples: PingSample[]; hashes: TickHash[] }
  | { type: 'dialled'; attempts: Attempt[]; connected: boolean; reason: string }
  | { type: 'closed'; closed: Closed }
  | { type: 'remember'; remembered: Remembered | null }
  | { type: 'loaded'; request_id: number; result: LoadResult }
  | { type: 'drawn'; request_id: number; still: Still }
  | { type: 'checked'; request_id: number; facts: CheckFacts }
  | { type: 'failed'; request_id: number; reason: string }
  | { type: 'room'; news: RoomNews }
  | { type: 'game'; news: GameNews }
  | { type: 'events'; events: EventNotice[] }
  /** When it has changed; null while there is none. */
  | { type: 'standing'; standing: Standing | null }
  /** null: there is none any more. */
  | { type: 'playback'; state: PlaybackState | null }
  /** Of the match that is played back, up to now; later ones come as events. */
  | {
      type: 'timeline';
      match: string;
      events: TimelineEvent[];
      players: { seat: number; name: string }[];
    }
  | { type: 'replay'; news: ReplayNews }
  | ({ type: 'frame' } & FrameForPage)
  /** The canvas cannot be drawn on here, or not in time: the page makes another one and draws by itself. */
  | { type: 'cannot_draw'; picture_id: number };
