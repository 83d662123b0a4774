// The player of a match: timeline, buttons, keys and gestures around a picture that the Worker makes. Knows
// no room: it shows what the Worker plays back (worker/playback_host.ts), whatever its pieces come from.
// Loaded by pages where people watch.
import '../styles/player.css';
import type { NameOf } from '../hud/hud_words.ts';
import type { ConnectionClient } from '../page/connection_client.ts';
import { make, make_button, write } from '../page/make.ts';
import type { EventKind, EventNotice, PlaybackState, PlaybackWish } from '../worker/messages.ts';
import { listen_to_gestures } from './gestures.ts';
import { type IconName, icon } from './icons.ts';
import { EventList } from './marks.ts';
import { behind_words, class_words, is_at_end, other_speed, speed_words, speeds } from './player_words.ts';
import { seconds_in, time_words } from './time_words.ts';
import { Timeline } from './timeline.ts';

export interface PlayerPlaces {
  /** Gets the controls. */
  bar: HTMLElement;
  /** Takes the gestures. */
  picture: HTMLElement;
  /** What fills the screen when that is wanted. */
  screen: HTMLElement;
  /** Tells how late the picture is, outside of the controls; if there is such a place. */
  chip: HTMLElement | null;
}

const back_s = 10;
const arrow_s = 5;
/** Presses that follow each other faster than pictures do add up. */
const adds_up_ms = 400;
/** An event is shown from a little before it. */
const led_up_s = 1.5;
const typing = 'input, textarea, select, [contenteditable]';
const pressable = 'button, a, summary, [role="button"]';

export class Player {
  readonly #places: PlayerPlaces;
  readonly #client: ConnectionClient;
  readonly #events = new EventList();
  readonly #timeline: Timeline;
  readonly #over = new AbortController();
  readonly #endings: (() => void)[];
  readonly #names = new Map<number, string>();
  readonly #name_of: NameOf = (seat) => (seat === null ? 'Somebody' : (this.#names.get(seat) ?? 'Somebody'));
  #kinds: readonly EventKind[] = [];
  #seats: number[] = [];
  /** Where the newest press of a key leads. */
  #aim = { moment: 0, at_ms: Number.NEGATIVE_INFINITY };
  #state: PlaybackState | null = null;
  /** Before the answer to the newest wish is there. */
  #speed_before = 1;

  readonly #play = this.#button('play', 'Pause', 'toggle', () => this.#toggle());
  readonly #speed = make('select', 'player-speed');
  readonly #time = make('span', 'player-time');
  readonly #live = make_button('player-live', 'Go live', () => this.#wish({ do: 'live' }));
  readonly #who = make('button', 'player-who');
  readonly #further = this.#button('further', 'See all of it', 'whole', () => this.#wish({ do: 'whole' }));
  readonly #words = make('p', 'player-words');

  constructor(places: PlayerPlaces, client: ConnectionClient) {
    this.#places = places;
    this.#client = client;
    this.#timeline = new Timeline({
      seek: (moment) => this.#wish({ do: 'seek', moment }),
      events: this.#events,
      kinds: () => this.#kinds,
      name_of: this.#name_of,
    });
    this.#build();
    const { signal } = this.#over;
    this.#endings = [
      client.on('playback', (state) => this.#show(state)),
      client.on('timeline', ({ match, events, players }) => {
        // Of who has left since, too.
        for (const { seat, name } of players) if (!this.#names.has(seat)) this.#names.set(seat, name);
        if (match === this.#state?.match && this.#events.add(events, this.#kinds)) this.#timeline.refresh();
      }),
      client.on('events', (events) => this.#on_events(events)),
    ];
    addEventListener('keydown', (event) => this.#on_key(event), { signal });
    document.addEventListener('fullscreenchange', () => this.#show_screen(), { signal });
    listen_to_gestures(
      places.picture,
      {
        pan: (by) => this.#pan(by),
        zoom: (factor, at) => this.#wish({ do: 'zoom', factor, at }),
        whole_screen: () => void this.#fill_screen(),
      },
      signal,
    );
    this.#wish({ do: 'open', calm: matchMedia('(prefers-reduced-motion: reduce)').matches });
    this.#show(client.playback);
  }

  stop(): void {
    this.#over.abort();
    for (const end of this.#endings) end();
    this.#wish({ do: 'close', calm: true });
    this.#places.bar.replaceChildren();
    if (document.fullscreenElement === this.#places.screen) void document.exitFullscreen();
  }

  /** Who plays, by seat, and what events mean. */
  set_people(people: readonly { seat: number; name: string }[], kinds: readonly EventKind[]): void {
    this.#kinds = kinds;
    this.#seats = people.map(({ seat }) => seat).sort((one, other) => one - other);
    for (const { seat, name } of people) this.#names.set(seat, name);
    this.#show(this.#state);
  }

  // ---- What is pressed

  #wish(wish: PlaybackWish): void {
    this.#client.play_back(wish);
  }

  #toggle(): void {
    const state = this.#state;
    if (!state) return;
    if (is_at_end(state)) {
      this.#wish({ do: 'seek', moment: state.first });
      if (state.speed === 0) this.#wish({ do: 'speed', speed: this.#speed_before });
      return;
    }
    if (state.speed > 0) this.#speed_before = state.speed;
    this.#wish({ do: 'speed', speed: state.speed > 0 ? 0 : this.#speed_before });
  }

  /** From where the picture is, or is about to be. */
  #by(seconds: number): void {
    const state = this.#state;
    if (state?.shown == null) return;
    const now_ms = performance.now();
    const from = now_ms - this.#aim.at_ms < adds_up_ms ? this.#aim.moment : state.shown;
    const moment = Math.min(Math.max(state.first, from + seconds * state.tick_rate_hz), state.end);
    this.#aim = { moment, at_ms: now_ms };
    this.#wish({ do: 'seek', moment });
  }

  #to_event(way: 1 | -1): void {
    const state = this.#state;
    if (state?.shown == null) return;
    const led_up = led_up_s * state.tick_rate_hz;
    const event = this.#events.beside(state.shown + led_up, way, state.tick_rate_hz);
    if (event) this.#wish({ do: 'seek', moment: Math.max(state.first, event.tick - led_up) });
    else this.#wish(way > 0 ? { do: 'live' } : { do: 'seek', moment: state.first });
  }

  #step(ticks: number): void {
    this.#wish({ do: 'step', ticks });
  }

  #set_speed(speed: number): void {
    this.#speed_before = speed;
    this.#wish({ do: 'speed', speed });
  }

  /** Everybody, then one after the other. */
  #follow(way: 1 | -1): void {
    const seats: (number | null)[] = [null, ...this.#seats];
    const at = seats.indexOf(this.#state?.followed ?? null);
    const seat = seats[(at + way + seats.length) % seats.length] ?? null;
    this.#wish({ do: 'follow', seat });
  }

  #pan(by: readonly [number, number]): void {
    if ((this.#state?.zoom ?? 1) > 1) this.#wish({ do: 'pan', by });
  }

  async #fill_screen(): Promise<void> {
    const { screen } = this.#places;
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await screen.requestFullscreen();
    } catch {
      // A browser that does not want to goes on as it is.
    }
  }

  #on_key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as Element | null;
    if (target?.matches?.(typing)) return;
    if ((event.key === ' ' || event.key === 'Enter') && target?.matches?.(pressable)) return;
    const work = this.#keys(event)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!work) return;
    event.preventDefault();
    work();
  }

  #keys({ shiftKey }: KeyboardEvent): Record<string, () => void> {
    const middle = [0.5, 0.5] as const;
    const speed = this.#state?.speed || this.#speed_before;
    return {
      ' ': () => this.#toggle(),
      k: () => this.#toggle(),
      ArrowLeft: () => (shiftKey ? this.#to_event(-1) : this.#by(-arrow_s)),
      ArrowRight: () => (shiftKey ? this.#to_event(1) : this.#by(arrow_s)),
      ArrowUp: () => this.#set_speed(other_speed(speed, 1)),
      ArrowDown: () => this.#set_speed(other_speed(speed, -1)),
      ',': () => this.#step(-1),
      '.': () => this.#step(1),
      '[': () => this.#to_event(-1),
      ']': () => this.#to_event(1),
      Home: () => this.#wish({ do: 'seek', moment: this.#state?.first ?? 0 }),
      End: () => this.#wish({ do: 'live' }),
      l: () => this.#wish({ do: 'live' }),
      f: () => void this.#fill_screen(),
      n: () => this.#follow(1),
      p: () => this.#follow(-1),
      c: () => this.#wish({ do: 'whole' }),
      '+': () => this.#wish({ do: 'zoom', factor: 1.5, at: middle }),
      '=': () => this.#wish({ do: 'zoom', factor: 1.5, at: middle }),
      '-': () => this.#wish({ do: 'zoom', factor: 1 / 1.5, at: middle }),
    };
  }

  // ---- What is shown

  #on_events(events: readonly EventNotice[]): void {
    const happened = events.filter(({ status, is_first }) => status === 'confirmed' && is_first);
    if (this.#events.add(happened, this.#kinds)) this.#timeline.refresh();
  }

  #show(state: PlaybackState | null): void {
    if (state?.match !== this.#state?.match) {
      this.#events.clear();
      this.#timeline.refresh();
    }
    this.#state = state;
    const { bar, chip } = this.#places;
    bar.dataset.ready = String(state !== null && state.shown !== null);
    if (!state) return;
    this.#timeline.show(state);
    const is_paused = state.speed === 0 || is_at_end(state);
    bar.dataset.state = state.is_live ? 'live' : is_paused ? 'paused' : 'past';
    bar.dataset.shown = state.shown === null ? '' : String(Math.floor(state.shown));
    this.#show_icon(this.#play, is_paused ? 'play' : 'pause', is_paused ? 'Play' : 'Pause');
    const chosen = String(state.speed === 0 ? this.#speed_before : state.speed);
    if (this.#speed.value !== chosen) this.#speed.value = chosen;
    const [at, all] = [seconds_in(state, state.shown ?? state.first), seconds_in(state, state.end)];
    write(this.#time, state.is_live ? time_words(at) : `${time_words(at)} / ${time_words(all)}`);
    const behind = behind_words(state.delay_ms);
    const is_ended = state.is_over && state.shown !== null && state.shown >= state.end;
    const newest = behind === 'live' ? 'Live' : behind;
    write(this.#live, state.is_live ? (is_ended ? 'The end' : newest) : 'Go live');
    this.#live.setAttribute('aria-pressed', String(state.is_live));
    this.#live.hidden = state.view === 'replay';
    if (chip) {
      write(chip, class_words(state));
      chip.dataset.late = String(!state.is_live);
    }
    write(this.#who, state.followed === null ? 'Everybody' : this.#name_of(state.followed));
    this.#further.disabled = state.zoom === 1 && state.followed === null;
    write(this.#words, this.#state_words(state));
    this.#words.hidden = this.#words.textContent === '';
  }

  #state_words(state: PlaybackState): string {
    if (state.failure) return `This match cannot be trusted here: ${state.failure}.`;
    if (state.shown === null) {
      return state.view === 'delayed' ? 'The first pictures are on their way…' : '';
    }
    return state.is_waiting && !state.is_live ? 'One moment…' : '';
  }

  #show_screen(): void {
    this.#places.screen.classList.toggle(
      'is-whole-screen',
      document.fullscreenElement === this.#places.screen,
    );
  }

  #show_icon(button: HTMLButtonElement, name: IconName, label: string): void {
    if (button.dataset.icon === name) return;
    button.dataset.icon = name;
    button.innerHTML = icon(name);
    button.setAttribute('aria-label', label);
    button.title = label;
  }

  // ---- How it is put together

  #button(name: IconName, label: string, action: string, work: () => void): HTMLButtonElement {
    const button = make_button('player-key', '', work);
    button.dataset.player = action;
    this.#show_icon(button, name, label);
    return button;
  }

  #build(): void {
    this.#live.dataset.testid = 'live';
    this.#live.dataset.player = 'live';
    this.#live.title = 'Go live (L)';
    this.#speed.setAttribute('aria-label', 'Speed');
    this.#speed.dataset.player = 'speed';
    for (const speed of speeds) {
      const option = make('option', '', speed_words(speed));
      option.value = String(speed);
      this.#speed.append(option);
    }
    this.#speed.value = '1';
    this.#speed.addEventListener('change', () => this.#set_speed(Number(this.#speed.value)));
    this.#who.type = 'button';
    this.#who.title = 'Next player (N)';
    this.#who.setAttribute('aria-live', 'polite');
    this.#who.addEventListener('click', () => this.#follow(1));
    this.#words.setAttribute('role', 'status');
    const group = (kind: string, ...children: HTMLElement[]) => {
      const made = make('div', `player-group ${kind}`);
      made.append(...children);
      return made;
    };
    const keys = make('div', 'player-keys');
    const middle = [0.5, 0.5] as const;
    keys.append(
      group(
        'player-group-time',
        this.#button('event_back', 'Event before (Shift ←)', 'event-back', () => this.#to_event(-1)),
        this.#button('back', `Back ${back_s} seconds`, 'back', () => this.#by(-back_s)),
        this.#button('step_back', 'One step back (,)', 'step-back', () => this.#step(-1)),
        this.#play,
        this.#button('step_on', 'One step on (.)', 'step-on', () => this.#step(1)),
        this.#button('event_on', 'Next event (Shift →)', 'event-on', () => this.#to_event(1)),
      ),
      this.#live,
      this.#time,
      group('player-group-speed', this.#speed),
      group(
        'player-group-who',
        this.#button('less', 'Player before (P)', 'follow-back', () => this.#follow(-1)),
        this.#who,
        this.#button('more', 'Next player (N)', 'follow-on', () => this.#follow(1)),
      ),
      group(
        'player-group-eye',
        this.#further,
        this.#button('nearer', 'Nearer (+)', 'nearer', () =>
          this.#wish({ do: 'zoom', factor: 1.5, at: middle }),
        ),
      ),
    );
    if (document.fullscreenEnabled) {
      keys.append(this.#button('screen', 'Whole screen (F)', 'screen', () => void this.#fill_screen()));
    }
    this.#places.bar.replaceChildren(this.#timeline.element, keys, this.#words);
  }
}
