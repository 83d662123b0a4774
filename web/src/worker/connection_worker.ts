// The Worker's entry: owns the connection, the game and its picture, so a busy page or a hidden tab does not
// stall them.
import { sleep } from '../transport/dialer.ts';
import { Connection } from './connection.ts';
import type { ConnectionState, FromWorker, Service, ToWorker } from './messages.ts';
import { PictureHost } from './picture_host.ts';
import { ReplayDoor } from './replay_door.ts';
import { RoomStage } from './room_stage.ts';
import { fetch_ticket } from './tickets.ts';
import { Visit } from './visit.ts';

/** Only the connection page needs these. */
const echo_load = () => import('./echo_load.ts');
const checks = () => import('./checks.ts');
/** Only lists of matches do. */
const stills = () => import('./stills.ts').then(({ Stills }) => new Stills());
let made_stills: ReturnType<typeof stills> | null = null;

const turn_every_ms = 50;
const stats_every_ms = 250;

interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;

const connection = new Connection({
  on_dialled: (attempts, connected, reason) =>
    scope.postMessage({ type: 'dialled', attempts, connected, reason }),
  on_opened: (service) => {
    if (service === 'rooms') visit.on_opened();
    connection.listen(service === 'rooms' ? room_lanes : null);
  },
  on_closed: (closed) => {
    visit.on_closed();
    scope.postMessage({ type: 'closed', closed });
    post_stats();
  },
  on_remember: (remembered) => scope.postMessage({ type: 'remember', remembered }),
});

const stage = new RoomStage({
  connection,
  post_game: (news) => scope.postMessage({ type: 'game', news }),
  post_events: (events) => scope.postMessage({ type: 'events', events }),
  post_standing: (standing) => scope.postMessage({ type: 'standing', standing }),
  post_news: (news) => scope.postMessage({ type: 'room', news }),
  post_playback: (state) => scope.postMessage({ type: 'playback', state }),
  post_timeline: (match, events, players) => scope.postMessage({ type: 'timeline', match, events, players }),
});

const replays = new ReplayDoor({
  post_news: (news) => scope.postMessage({ type: 'replay', news }),
  post_events: (events) => scope.postMessage({ type: 'events', events }),
  post_standing: (standing) => scope.postMessage({ type: 'standing', standing }),
  post_playback: (state) => scope.postMessage({ type: 'playback', state }),
  post_timeline: (match, events, players) => scope.postMessage({ type: 'timeline', match, events, players }),
  set_names: (names) => pictures.set_names(names),
  answer_page: () => pictures.answer_page(),
});

const pictures = new PictureHost({
  scene: (aspect) => (replays.is_open ? replays.scene(aspect) : stage.scene(aspect)),
  counted: () => stage.host?.stats() ?? null,
  on_cannot_draw: (picture_id) => scope.postMessage({ type: 'cannot_draw', picture_id }),
  post_frame: (frame) => scope.postMessage({ type: 'frame', ...frame }, [frame.items]),
});
stage.pictures = pictures;

const visit = new Visit({
  send: (message) => connection.session?.send_message(JSON.stringify(message)),
  fetch_ticket,
  sleep,
  post: (news) => {
    if (!stage.holds(news)) scope.postMessage({ type: 'room', news });
  },
  on_entered: (place) => stage.enter(place),
  on_left: () => stage.leave(),
  on_match: (place) => stage.set_match(place),
  on_names: (place) => pictures.set_names(place.names),
});

const room_lanes = {
  on_datagram: (payload: Uint8Array) => stage.take_datagram(payload),
  on_message: (text: string) => visit.on_message(text),
  on_transfer: (payload: Uint8Array) => stage.take_transfer(payload),
};

function state_now(): ConnectionState {
  if (connection.state !== 'open') return connection.state;
  if (connection.service === 'echo') return 'echo';
  if (visit.state === 'arriving') return 'connecting';
  return visit.state === 'returning' ? 'reconnecting' : visit.state;
}

function post_stats(): void {
  const hashes = replays.is_open ? replays.hashes() : stage.new_hashes();
  const stats = {
    ...connection.stats(),
    ...stage.stats(),
    ...replays.stats(),
    state: state_now(),
    renderer: pictures.kind,
  };
  scope.postMessage({ type: 'stats', stats, samples: connection.collect_samples(), hashes });
}

async function answer(request_id: number, work: () => Promise<FromWorker>): Promise<void> {
  try {
    scope.postMessage(await work());
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    scope.postMessage({ type: 'failed', request_id, reason });
  }
}

/** What finds out why a server does not answer cannot come from it then. */
function get_ready_for(service: Service): void {
  if (service !== 'echo') return;
  for (const part of [checks, echo_load]) part().catch(() => {});
}

/** Loads listen to the one session: one after the other. */
let loads: Promise<void> = Promise.resolve();

const on_wish: { [Type in ToWorker['type']]: (wish: Extract<ToWorker, { type: Type }>) => void } = {
  start: ({ service, choice, remembered }) => {
    get_ready_for(service);
    connection.start(service, choice, remembered);
  },
  reconnect: ({ choice }) => connection.reconnect(choice),
  close: ({ code, reason }) => connection.close(code, reason),
  network_changed: () => connection.network_changed(),
  watch: ({ watching }) => connection.set_watched(watching),
  service: ({ service }) => {
    get_ready_for(service);
    connection.set_service(service);
  },
  load: ({ request_id, load }) => {
    loads = loads.then(() =>
      answer(request_id, async () => ({
        type: 'loaded',
        request_id,
        result: await (await echo_load()).run_load(connection, load),
      })),
    );
  },
  check: ({ request_id }) =>
    void answer(request_id, async () => ({
      type: 'checked',
      request_id,
      facts: await (await checks()).run_checks(connection),
    })),
  enter: (wish) => visit.enter(wish),
  leave: () => visit.leave(),
  host: (wish) => visit.host(wish),
  rematch: () => visit.rematch(),
  say: ({ text, tick }) => visit.say(text, tick),
  react: ({ kind }) => visit.react(kind),
  weather: ({ weather }) => void connection.set_weather(weather),
  rename: ({ name }) => visit.rename(name),
  picture: (wish) => pictures.open(wish),
  picture_size: ({ picture_id, width, height }) => pictures.resize(picture_id, width, height),
  picture_shown: ({ picture_id, shown }) => pictures.show(picture_id, shown),
  picture_gone: ({ picture_id }) => pictures.close(picture_id),
  frame_wanted: (wanted) => pictures.want_frame(wanted),
  hands: ({ hands }) => stage.set_hands(hands),
  playback: ({ wish }) => (replays.is_open ? replays.play_back(wish) : stage.play_back(wish)),
  replay: ({ wish }) => replays.do(wish),
  still: ({ request_id, match, aspect }) =>
    void answer(request_id, async () => {
      made_stills ??= stills();
      return { type: 'drawn', request_id, still: await (await made_stills).draw(match, aspect) };
    }),
  prepare: ({ url }) => stage.prepare(url),
  module_changed: ({ game, module }) => stage.load_anew(game, module),
};

scope.onmessage = ({ data: message }) => {
  (on_wish[message.type] as (wish: ToWorker) => void)(message);
};

setInterval(() => connection.turn(performance.now()), turn_every_ms);
setInterval(post_stats, stats_every_ms);
