// A match that is over, as a part of a page: its picture, the HUD over it, the player below. What is shown is
// the Worker's (worker/replay_stage.ts). For the page of a replay, and for files.
import { Hud } from '../hud/hud.ts';
import type { ConnectionClient } from '../page/connection_client.ts';
import { make, write } from '../page/make.ts';
import { Picture } from '../play/picture.ts';
import { Player } from '../player/player.ts';
import { first_view, type RoomView } from '../room/room_view.ts';
import type { ReplayFacts, ReplayNews, ReplayWish } from '../worker/messages.ts';

const seats_max = 16;

/** To the HUD a replay is a room in which somebody watches. */
function view_of({ match, game, tick_rate_hz, event_kinds, players }: ReplayFacts): RoomView {
  return {
    ...first_view('spectator', 'watching'),
    roster: new Map(
      players.map(({ seat, name, computer }) => [
        seat,
        { seat, name, computer, connected: true, host: false },
      ]),
    ),
    match: {
      id: match,
      epoch: 0,
      tick_rate_hz,
      ticks_per_send: 1,
      seats_min: 1,
      seats_max,
      game,
      module: { url: '' },
      rules_version: 0,
      lifecycle: 'match',
      computers: false,
      event_kinds,
      statistics: [],
    },
  };
}

export class ReplayScreen {
  readonly element = make('div', 'replay-screen');
  readonly #client: ConnectionClient;
  readonly #place = make('div', 'stage-place');
  readonly #words = make('p', 'replay-words');
  readonly #picture: Picture;
  readonly #hud: Hud;
  readonly #player: Player;
  readonly #stop_listening: () => void;

  /** `place` gets it at its end. */
  constructor(place: HTMLElement, client: ConnectionClient, wish: Exclude<ReplayWish, { do: 'close' }>) {
    this.#client = client;
    const stage = make('section', 'stage');
    stage.setAttribute('aria-label', 'The match');
    this.#place.tabIndex = -1;
    this.#words.setAttribute('role', 'status');
    stage.append(this.#place, this.#words);
    const bar = make('section', 'player');
    bar.dataset.player = '';
    bar.setAttribute('aria-label', 'The player');
    this.element.append(stage, bar);
    this.#show({ state: 'loading' });
    place.append(this.element);
    // Before the player, whose wishes are of this match.
    client.replay(wish);
    this.#stop_listening = client.on('replay', (news) => this.#show(news));
    this.#picture = new Picture(this.#place, client, { pace: 'smooth', label: 'The match' });
    this.#hud = new Hud(stage, client);
    this.#player = new Player({ bar, picture: this.#place, screen: this.element, chip: null }, client);
  }

  stop(): void {
    this.#stop_listening();
    this.#player.stop();
    this.#hud.stop();
    this.#picture.stop();
    this.#client.replay({ do: 'close' });
    this.element.remove();
  }

  /** `seconds` since the play began. */
  seek(seconds: number): void {
    const state = this.#client.playback;
    if (!state) return;
    const moment = state.first + seconds * state.tick_rate_hz;
    this.#client.play_back({ do: 'seek', moment: Math.max(state.first, moment) });
  }

  /** Whole ones since the play began. */
  get seconds(): number {
    const state = this.#client.playback;
    if (state?.shown == null) return 0;
    return Math.max(0, Math.floor((state.shown - state.first) / state.tick_rate_hz));
  }

  #show(news: ReplayNews): void {
    this.element.dataset.state = news.state;
    if (news.state === 'running') this.#place.dataset.game = 'running';
    if (news.state === 'open') {
      this.#player.set_people(news.facts.players, news.facts.event_kinds);
      this.#hud.show(view_of(news.facts));
    }
    write(this.#words, words_of(news));
    this.#words.hidden = this.#words.textContent === '';
  }
}

function words_of(news: ReplayNews): string {
  switch (news.state) {
    case 'loading':
      return 'The match is on its way…';
    case 'checking':
      return `Checking the file… ${Math.floor(100 * news.share)} %`;
    case 'open':
    case 'running':
      return '';
    case 'failed':
      return news.words;
  }
}
