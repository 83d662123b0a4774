// What happens in a match and how it stands, read from the module's memory: EventNotice of
// core/client/event_log.h and gs_standing() of core/client/exports.h. Pure.
import type { Camera } from '../render/draw_list.ts';
import type { EventNotice, EventStatus, RoomPhase, Standing, StandingLine } from './messages.ts';

export const notice_bytes = 36;
/** game::match_seats_max of core/game/standing.h. */
const seats_max = 16;
export const standing_bytes = 4 * (4 + 2 * seats_max);

const statuses: readonly EventStatus[] = ['predicted', 'confirmed', 'withdrawn'];
const phases: readonly RoomPhase[] = ['waiting', 'countdown', 'playing', 'result'];
const kinds = ['free', 'person', 'computer'] as const;
const no_seat = 255;

const seat_of = (value: number) => (value === no_seat ? null : value);

/** `view` begins with a notice. */
export function read_notice(view: DataView): EventNotice {
  const float = (offset: number) => view.getFloat32(offset, true);
  return {
    id: view.getUint32(0, true),
    tick: view.getUint32(4, true),
    status: statuses[view.getUint8(8)] ?? 'withdrawn',
    is_first: view.getUint8(9) !== 0,
    kind: view.getUint8(12),
    seat: seat_of(view.getUint8(13)),
    other: seat_of(view.getUint8(14)),
    detail: view.getUint8(15),
    value: view.getInt32(16, true),
    at: [float(20), float(24)],
    to: [float(28), float(32)],
    pan: 0,
  };
}

/** Where it is in the picture: −1 at the left edge, 1 at the right one. */
export function pan_of(at_x: number, camera: Camera, aspect: number): number {
  const pan = (at_x - camera.x) / Math.max((camera.height * aspect) / 2, 0.001);
  return Number.isFinite(pan) ? Math.max(-1, Math.min(1, pan)) : 0;
}

export function read_standing(view: DataView): Standing {
  const number = (index: number) => view.getInt32(4 * index, true);
  const winner = number(2);
  const seats: StandingLine[] = [];
  for (let seat = 0; seat < Math.min(number(3), seats_max); seat += 1) {
    seats.push({ who: kinds[number(4 + 2 * seat)] ?? 'free', score: number(5 + 2 * seat) });
  }
  return {
    phase: phases[number(0)] ?? 'playing',
    ticks_left: number(1) >>> 0,
    winner: winner < 0 ? null : winner,
    seats,
  };
}
