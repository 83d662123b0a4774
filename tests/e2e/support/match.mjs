// What tests see of a match: events, standings and pictures as the page gets them from the Worker, and the
// sliders of the net overlay.
import { in_the_world } from './world.mjs';

/** In the page, before its own scripts. Pictures come here with `?renderer=canvas2d` only. */
export function record_match() {
  const seen = {
    phase: null,
    scores: [],
    announcements: [],
    /** Ids that were told to be new more than once. */
    doubled: [],
    ids: new Set(),
    /** That were made; each has a place between left and right. */
    sounds: 0,
    on_frame: null,
    on_event: null,
  };
  globalThis.seen_match = seen;
  const make_panner = globalThis.AudioContext?.prototype.createStereoPanner;
  if (make_panner) {
    AudioContext.prototype.createStereoPanner = function () {
      seen.sounds += 1;
      return make_panner.call(this);
    };
  }
  let kinds = [];
  const listen = ({ data }) => {
    if (data.type === 'room' && data.news.type === 'entered') kinds = data.news.match.event_kinds;
    if (data.type === 'standing' && data.standing) {
      seen.phase = data.standing.phase;
      seen.scores = data.standing.seats.map(({ score }) => score);
    }
    if (data.type === 'events') {
      for (const event of data.events) {
        const { id, is_first, kind, value } = event;
        seen.on_event?.({ ...event, name: kinds[kind]?.name });
        if (!is_first) continue;
        if (seen.ids.has(id)) seen.doubled.push(id);
        seen.ids.add(id);
        const words = kinds[kind]?.announcement;
        if (words) seen.announcements.push(words.replace('{value}', value));
      }
    }
    if (data.type === 'frame') seen.on_frame?.(data);
  };
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', listen);
    }
  };
}

/** A room of `game` whose host is the page's guest; gives its id. `more` fields as in /api/v1/rooms. */
export function make_room(page, game, more = {}) {
  return page.evaluate(
    async (wanted) => {
      const answer = await fetch('/api/v1/rooms', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(wanted),
      });
      return (await answer.json()).id;
    },
    { game, ...more },
  );
}

/**
 * A host in Chromium and a guest in Firefox in one room of `game`, whose pages the Worker gives its pictures,
 * both on a bad line. Over WebTransport, where a loss is a loss.
 */
export async function come_together(stage, game, weather) {
  const ways = 'renderer=canvas2d&transport=webtransport';
  const host = await stage.open('chromium', `/?${ways}`);
  await host.connected();
  const room = await make_room(host, game);
  await host.goto(`${stage.server.url}/rooms/${room}?play=1&${ways}`);
  await in_the_world(host);
  const guest = await stage.open('firefox', `/rooms/${room}?play=1&${ways}`);
  await in_the_world(guest);
  for (const page of [host, guest]) await bad_network(page, weather);
  for (const page of [host, guest]) await far_away(page, 2 * weather.latency_ms);
  return [host, guest];
}

/** Until the page has measured about that round trip. */
export function far_away(page, rtt_ms) {
  const is_far = (wanted) => globalThis.grandstand.stats().rtt_ms > 0.7 * wanted;
  return page.wait_for('the long way to the server', is_far, rtt_ms);
}

/** Moves the sliders of the net overlay, as people do. */
export async function bad_network(page, weather) {
  await page.page.keyboard.press('F3');
  await page.wait_for('the sliders', () => document.querySelectorAll('[data-weather]').length === 4);
  await page.evaluate((wanted) => {
    for (const [key, value] of Object.entries(wanted)) {
      const slider = document.querySelector(`[data-weather="${key}"]`);
      slider.value = String(value);
      slider.dispatchEvent(new Event('input'));
    }
  }, weather);
  await page.page.keyboard.press('F3');
}

/**
 * Presses a direction, again and again, and gives of each time how many pictures and ms later the own paddle
 * has moved; and of the last one how long it took until the input was confirmed.
 */
export function press_and_see(page, times) {
  return page.evaluate(async (wanted) => {
    const seen = globalThis.seen_match;
    // Of core/game/draw_list.h: 32 bytes, place first. Seat 0 has the left paddle; the ball is rarely there.
    const paddles = ({ items, count }) => {
      const view = new DataView(items);
      const there = [];
      for (let base = 0; base < count * 32; base += 32) {
        const [x, y] = [view.getFloat32(base, true), view.getFloat32(base + 4, true)];
        if (Math.abs(x + 11) < 0.6 && Math.abs(y) < 7) there.push(`${x.toFixed(2)} ${y.toFixed(3)}`);
      }
      return there.join();
    };
    const next_frame = () =>
      new Promise((resolve) => {
        seen.on_frame = (frame) => resolve(paddles(frame));
      });
    const press = (type, code) =>
      document.body.dispatchEvent(new KeyboardEvent(type, { code, key: '', bubbles: true }));
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const tries = [];
    let input_ms = null;
    for (let number = 0; number < wanted; number += 1) {
      const code = number % 2 === 0 ? 'KeyS' : 'KeyW';
      let before = await next_frame();
      for (let same = 0; same < 4; ) {
        const now = await next_frame();
        same = now === before ? same + 1 : 0;
        before = now;
      }
      input_ms = globalThis.grandstand.stats().input_ms;
      const at_ms = performance.now();
      press('keydown', code);
      let frames = 1;
      while ((await next_frame()) === before) frames += 1;
      tries.push({ frames, ms: performance.now() - at_ms });
      seen.on_frame = null;
      await pause(150);
      press('keyup', code);
    }
    const until_ms = performance.now() + 3000;
    while (globalThis.grandstand.stats().input_ms === input_ms && performance.now() < until_ms)
      await pause(20);
    return { tries, confirmed_ms: globalThis.grandstand.stats().input_ms };
  }, times);
}

/** The numbers of the score line. */
export function score_of(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-testid="score"] .hud-points')].map(({ textContent }) =>
      Number(textContent),
    ),
  );
}
