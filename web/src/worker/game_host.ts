// One game that runs in the Worker: what comes over the lanes goes in, inputs and requests come out, pictures
// are drawn. Begins when a room was entered, also while its module is still being loaded. Knows no clock, no
// session and no canvas: those are handed in.
import type { Camera, Scene } from '../render/draw_list.ts';
import type { ClientStats } from './client_stats.ts';
import type { Desync, GameModule, GameRequest } from './game_module.ts';
import type { EventNotice, Hands, Standing, TickHash } from './messages.ts';
import { pan_of } from './notices.ts';

export interface GameLinks {
  send_datagram(payload: Uint8Array): void;
  ask(request: GameRequest): void;
  /** Events as they are shown; all of a turn or picture together. */
  tell_events(events: EventNotice[]): void;
  report(desync: Desync): void;
}

export interface GameFacts {
  seat: number | null;
  epoch: number;
  tick_rate_hz: number;
}

/** What arrives before the module is there: a keyframe and some ticks. What is more, repair brings. */
const early_max = 32;

const no_hands: Hands = { held: 0, pressed: 0, move: [0, 0], pointer: null, aim: [0, 0] };

export class GameHost {
  readonly #facts: GameFacts;
  readonly #links: GameLinks;
  #module: GameModule | null = null;
  #early: { lane: 'datagram' | 'transfer'; payload: Uint8Array }[] = [];
  #hands: Hands = no_hands;
  #moved_at_us = 0;
  /** The hands as they really are, while a short tap is stretched. */
  #release: Hands | null = null;
  #camera: Camera = { x: 0, y: 0, height: 1, clear: [0, 0, 0, 255] };
  #aspect = 16 / 9;
  #hashed_tick = -1;

  constructor(facts: GameFacts, links: GameLinks) {
    this.#facts = facts;
    this.#links = links;
  }

  get is_running(): boolean {
    return this.#module !== null;
  }

  get camera(): Camera {
    return this.#camera;
  }

  /** The module is loaded: the game begins with what has come meanwhile. */
  run(module: GameModule, rtt_ms: number | null, now_us: number): void {
    this.#module = module;
    if (rtt_ms !== null) module.round_trip(1000 * rtt_ms);
    module.enter(this.#facts.seat, this.#facts.epoch, now_us);
    for (const { lane, payload } of this.#early.splice(0)) module[lane](payload, now_us);
    this.turn(now_us);
  }

  take_datagram(payload: Uint8Array, now_us: number): void {
    this.#take('datagram', payload, now_us);
  }

  take_transfer(payload: Uint8Array, now_us: number): void {
    this.#take('transfer', payload, now_us);
  }

  set_hands(hands: Hands, now_us: number): void {
    const moved = hands.move[0] !== 0 || hands.move[1] !== 0;
    const tick_us = 1e6 / this.#facts.tick_rate_hz;
    // A key that was down for less than a tick was down for one tick.
    const tapped = !moved && now_us - this.#moved_at_us < 1.5 * tick_us;
    if (moved && !this.#is_moving()) this.#moved_at_us = now_us;
    this.#hands = { ...hands, move: tapped ? this.#hands.move : hands.move, pressed: 0 };
    this.#release = tapped ? hands : null;
    this.#give_controls(hands.pressed);
  }

  /** About every tick, also while nobody looks. */
  turn(now_us: number): void {
    const module = this.#module;
    if (!module) return;
    if (this.#release && now_us - this.#moved_at_us >= 1.5e6 / this.#facts.tick_rate_hz) {
      this.#hands = { ...this.#release, pressed: 0 };
      this.#release = null;
    }
    // The camera moves under a pointer that rests.
    this.#give_controls(0);
    module.turn(now_us);
    for (let payload = module.take_datagram(); payload; payload = module.take_datagram()) {
      this.#links.send_datagram(payload);
    }
    for (let request = module.take_request(); request; request = module.take_request()) {
      this.#links.ask(request);
    }
    const desync = module.take_desync();
    if (desync) this.#links.report(desync);
    this.#tell_events(module);
  }

  /** null until there is something to see. */
  draw(now_us: number, aspect: number): Scene | null {
    if (!this.#module) return null;
    this.#aspect = aspect;
    // Of a tick that began since the last turn the input is not made yet: the picture would end before it.
    this.turn(now_us);
    const scene = this.#module.draw(now_us, aspect);
    if (scene.camera.height <= 0) return null;
    this.#camera = scene.camera;
    return scene;
  }

  /** What the newest picture has shown; after it was drawn, because its items go with the next call. */
  after_draw(): void {
    if (this.#module) this.#tell_events(this.#module);
  }

  /** null while nothing is known, and for games without an end. */
  standing(): Standing | null {
    const module = this.#module;
    return module && module.stats().confirmed_tick >= 0 ? module.standing() : null;
  }

  stats(): ClientStats | null {
    return this.#module?.stats() ?? null;
  }

  /** Hashes that became known since the last call, of the last 10 s, oldest first. */
  new_hashes(): TickHash[] {
    const module = this.#module;
    if (!module) return [];
    const rate = this.#facts.tick_rate_hz;
    const newest = module.stats().confirmed_tick;
    const hashes: TickHash[] = [];
    const first = Math.max(this.#hashed_tick + 1, newest - 10 * rate);
    for (let tick = Math.ceil(first / rate) * rate; tick <= newest; tick += rate) {
      const hash = module.hash_at(tick);
      if (hash === null) continue;
      hashes.push([tick, hash]);
      this.#hashed_tick = tick;
    }
    return hashes;
  }

  #is_moving(): boolean {
    return this.#hands.move[0] !== 0 || this.#hands.move[1] !== 0;
  }

  #take(lane: 'datagram' | 'transfer', payload: Uint8Array, now_us: number): void {
    if (this.#module) this.#module[lane](payload, now_us);
    else if (this.#early.length < early_max) this.#early.push({ lane, payload });
  }

  #tell_events(module: GameModule): void {
    const events = module.take_events();
    if (events.length === 0) return;
    for (const event of events) event.pan = pan_of(event.at[0], this.#camera, this.#aspect);
    this.#links.tell_events(events);
  }

  #give_controls(pressed: number): void {
    const { held, move, pointer, aim } = this.#hands;
    const { x, y, height } = this.#camera;
    const at = pointer
      ? ([x + (pointer[0] - 0.5) * height * this.#aspect, y + (pointer[1] - 0.5) * height] as const)
      : ([0, 0] as const);
    this.#module?.controls({ held, pressed, move, pointer: at, aim });
  }
}
