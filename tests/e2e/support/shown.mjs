// Where a page shows bodies of the arena, picture by picture, how far they may move between two pictures, and
// hands that play meanwhile. For pages with `?renderer=canvas2d` and record_match() of match.mjs.
import { picture_layout } from './world.mjs';

/**
 * From now on notes of each picture: the Worker's clock, both moments that it shows in ticks (what is
 * guessed: oneself; what is certain: the others), the camera, and by seat where bodies are; and the events.
 */
export function record_shown(page) {
  return page.evaluate(({ item_bytes, shape, seat, label }) => {
    const shown = { pictures: [], events: [] };
    globalThis.shown = shown;
    globalThis.seen_match.on_event = ({ name, status, tick, seat: by, other }) =>
      shown.events.push({ name, status, tick, seat: by, other });
    globalThis.seen_match.on_frame = ({ items, count, camera, at_ms, counted }) => {
      const view = new DataView(items);
      const bodies = {};
      for (let base = 0; base < count * item_bytes; base += item_bytes) {
        if (view.getUint8(base + shape) !== label) continue;
        // A name hangs above its body, by its own size and more.
        const y = view.getFloat32(base + 4, true) + view.getFloat32(base + 12, true);
        bodies[view.getUint8(base + seat)] = [view.getFloat32(base, true), y];
      }
      const { predicted_tick: own_tick, shown_tick: others_tick, own_corrected, rollbacks } = counted;
      const { x, y } = camera;
      const moments = { at_ms, seen_ms: performance.timeOrigin + performance.now(), own_tick, others_tick };
      shown.pictures.push({ ...moments, own_corrected, rollbacks, camera: [x, y], bodies });
    };
  }, picture_layout);
}

/** What has been noted. */
export function take_shown(page) {
  return page.evaluate(() => {
    globalThis.seen_match.on_frame = globalThis.seen_match.on_event = null;
    return { ...globalThis.shown, seat: globalThis.grandstand.stats().seat };
  });
}

/**
 * Plays for so long: runs somewhere, or at the other body, turns after 100 to 500 ms, aims at the other one
 * and shoots now and then. `seed` chooses.
 */
export function play_arena(page, seconds, seed) {
  return page.evaluate(
    async ([until_s, from]) => {
      let state = from;
      const random = () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
      };
      const { seat } = globalThis.grandstand.stats();
      const place = document.querySelector('.game-place');
      const press = (type, code) =>
        document.body.dispatchEvent(new KeyboardEvent(type, { code, key: '', bubbles: true }));
      const keys = { KeyW: false, KeyA: false, KeyS: false, KeyD: false, Space: false, KeyE: false };
      const hold = (code, down) => {
        if (keys[code] !== down) press(down ? 'keydown' : 'keyup', code);
        keys[code] = down;
      };
      const point = ([x, y]) => {
        const { left, top, width, height } = place.getBoundingClientRect();
        const [clientX, clientY] = [left + width * (0.5 + 0.4 * x), top + height * (0.5 + 0.4 * y)];
        place.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY, pointerType: 'mouse' }));
      };
      const turn = () => {
        const { bodies } = globalThis.shown.pictures.at(-1);
        const other = Object.entries(bodies).find(([of]) => Number(of) !== seat)?.[1];
        const own = bodies[seat];
        const away = own && other ? [other[0] - own[0], other[1] - own[1]] : [random() - 0.5, random() - 0.5];
        const length = Math.hypot(...away) || 1;
        const ahead = away.map((part) => part / length);
        const angle = random() * 2 * Math.PI;
        const [x, y] = random() < 0.4 ? ahead : [Math.cos(angle), Math.sin(angle)];
        hold('KeyA', x < -0.38);
        hold('KeyD', x > 0.38);
        hold('KeyW', y < -0.38);
        hold('KeyS', y > 0.38);
        point(ahead);
        hold('Space', random() < 0.3);
        hold('KeyE', random() < 0.3);
      };
      const end_ms = performance.now() + 1000 * until_s;
      while (performance.now() < end_ms) {
        turn();
        await new Promise((resolve) => setTimeout(resolve, 100 + random() * 400));
      }
      for (const code of Object.keys(keys)) hold(code, false);
    },
    [seconds, seed],
  );
}

export const ticks_in = (ms) => (ms * 60) / 1000;
/** Of games/arena: units per second on one's own feet, and at most; units per body. */
const walk_speed = 7.6;
const speed_max = 24;
export const body = 1;
/** Whom an explosion threw the ground slows down within a second. */
const thrown_ticks = 62;
/** Prediction goes no further: so late one hears of what happened to oneself. */
const late_ticks_max = 40;
/** Closer bodies may push each other; others are drawn some ticks in the past. */
const close = 2.5;

const thrown_by = { rocket_hit: 'other', hurt_self: 'seat' };
const distance = ([x, y], [other_x, other_y]) => Math.hypot(other_x - x, other_y - y);

/** Of easing that has gone on for `ms`: core/client/easing.cpp. */
function eased_share(ms) {
  const x = ms / 33;
  return 1 - 1 / (1 + x + (x * x) / 2);
}

/**
 * What `who` did from picture to picture: how far they `moved` and were `allowed` to, by how much a guess of
 * oneself was `corrected` by how many `rollbacks`, how far the `camera` went, `ticks` and `ms` between, and
 * whether somebody `touches` them, or they had just been `hit`, or had `spawned` somewhere else. Pictures
 * without them are left out.
 */
export function steps_of({ pictures, events, seat }, who) {
  const moment = who === seat ? 'own_tick' : 'others_tick';
  const of_who = (names) => events.filter((event) => names(event)).map(({ tick }) => tick);
  const throws = of_who((event) => event[thrown_by[event.name]] === who);
  const spawns = new Set(of_who(({ name, seat: of }) => name === 'spawned' && of === who));
  const late = who === seat ? late_ticks_max : 0;
  const is_hit = (from, to) => throws.some((tick) => tick > from - thrown_ticks && tick < to + 1);
  let easing = 0;
  const steps = [];
  for (let index = 1; index < pictures.length; index += 1) {
    const [a, b] = [pictures[index - 1], pictures[index]];
    const [ticks, ms] = [b[moment] - a[moment], b.at_ms - a.at_ms];
    const corrected = who === seat ? b.own_corrected - a.own_corrected : 0;
    const eased = (easing + corrected) * eased_share(ms);
    easing += corrected - eased;
    if (!a.bodies[who] || !b.bodies[who]) continue;
    const moved = distance(a.bodies[who], b.bodies[who]);
    const hit = is_hit(a[moment], b[moment]);
    const touches = Object.keys(b.bodies).some(
      (of) => Number(of) !== who && distance(b.bodies[of], b.bodies[who]) < close,
    );
    const speed = hit ? speed_max : touches ? 2 * walk_speed : walk_speed;
    const allowed = (speed * ticks) / 60 + eased;
    // Each time only once.
    const spawn = [...spawns].find((tick) => tick > a[moment] - late - 1 && tick < b[moment] + 1);
    const spawned = spawn !== undefined && moved > allowed;
    if (spawned) spawns.delete(spawn);
    steps.push({
      at: b[moment],
      moved,
      allowed,
      corrected,
      rollbacks: b.rollbacks - a.rollbacks,
      ticks,
      ms,
      camera: distance(a.camera, b.camera),
      touches,
      hit,
      spawned,
    });
  }
  return steps;
}
