// What tests see of a world: who stands where, and what is shown, as the page itself draws it. Pages with
// `?renderer=canvas2d` get each picture as a message from the Worker; those are read here.

/** Of core/game/draw_list.h; web/src/render/draw_list.test.ts holds both to the same numbers. */
const layout = { item_bytes: 32, shape: 24, seat: 25, heart: 5, label: 7 };

/** In the page, before its own scripts: keeps the newest picture, counts the hearts that were shown. */
export function record_pictures({ item_bytes, shape, seat, heart, label }) {
  const seen = { people: {}, hearts: 0, frames: 0 };
  globalThis.seen_pictures = seen;
  const read = ({ items, count }) => {
    const view = new DataView(items);
    const people = {};
    for (let base = 0; base < count * item_bytes; base += item_bytes) {
      const kind = view.getUint8(base + shape);
      if (kind === heart) seen.hearts += 1;
      if (kind === label) {
        people[view.getUint8(base + seat)] = [view.getFloat32(base, true), view.getFloat32(base + 4, true)];
      }
    }
    seen.people = people;
    seen.frames += 1;
  };
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    constructor(...rest) {
      super(...rest);
      this.addEventListener('message', ({ data }) => {
        if (data.type === 'frame') read(data);
      });
    }
  };
}

export const picture_layout = layout;

/**
 * In the page, before its own scripts: pictures are made and read but not painted. With Canvas2D,
 * by which they can be read, a machine without a GPU would be busy with painting on the page's own thread.
 */
export function paint_nothing() {
  const nothing = { width: 8, addColorStop() {} };
  const lazy = new Proxy(
    {},
    { get: (kept, name) => (name in kept ? kept[name] : () => nothing), set: Reflect.set },
  );
  HTMLCanvasElement.prototype.getContext = () => lazy;
}

/** Where everybody stands, by seat: [x, y]. Only with `?renderer=canvas2d`. */
export function people_of(page) {
  return page.evaluate(() => globalThis.seen_pictures.people);
}

/** Presses a key for `ms`, as fingers do. */
export async function hold_key(page, key, ms) {
  await page.page.keyboard.down(key);
  await new Promise((resolve) => setTimeout(resolve, ms));
  await page.page.keyboard.up(key);
}

/** Until the page plays, or watches, and has confirmed ticks. */
export function in_the_world(page, state = 'playing') {
  return page.wait_for(
    `the state ${state}`,
    (wanted) => {
      const stats = globalThis.grandstand?.stats();
      return stats?.state === wanted && stats.confirmed_tick > 0 && stats;
    },
    state,
  );
}

/** Until the page is where it was, after its connection was lost. */
export function back_again(page, state) {
  return page.wait_for(
    `the state ${state} by another connection`,
    (wanted) => {
      const stats = globalThis.grandstand.stats();
      return stats.connections > 1 && stats.state === wanted && stats.match !== null;
    },
    state,
    30_000,
  );
}

/** Until all pages know the hash of one and the same tick; gives tick and hashes. */
export async function common_hashes(pages, tick_rate_hz = 60, within_ms = 20_000) {
  const deadline = performance.now() + within_ms;
  for (;;) {
    const ticks = await Promise.all(
      pages.map((page) => page.evaluate(() => grandstand.stats().confirmed_tick)),
    );
    const tick = Math.floor(Math.min(...ticks) / tick_rate_hz) * tick_rate_hz;
    const hashes = await Promise.all(
      pages.map((page) => page.evaluate((wanted) => grandstand.hash_at(wanted) ?? null, tick)),
    );
    if (hashes.every((hash) => hash !== null)) return { tick, hashes };
    if (performance.now() > deadline) throw new Error(`no common hash at ${tick}: ${hashes}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** In the page: where the one in `seat` stands, or nothing while they are not on the picture. */
export const seat_of = (seat) => globalThis.seen_pictures.people[seat];
