// The marks of a timeline: events that people talk about, those that would lie on each other as one. Pure.
import type { EventKind, TimelineEvent } from '../worker/messages.ts';

export interface Mark {
  /** Of its first event. */
  tick: number;
  /** Of its last one. */
  until: number;
  events: TimelineEvent[];
}

/** Numbers of a countdown are no event that anybody looks for. */
function is_notable(event: TimelineEvent, kinds: readonly EventKind[]): boolean {
  const kind = kinds[event.kind];
  if (!kind) return false;
  if (kind.feed !== '') return true;
  return kind.announcement !== '' && kind.announcement !== '{value}';
}

const key_of = ({ tick, kind, seat, other }: TimelineEvent) => `${tick} ${kind} ${seat} ${other}`;

/** More than the server keeps of a match are not kept here, either. */
const events_max = 4096;

export class EventList {
  #events: TimelineEvent[] = [];
  readonly #keys = new Set<string>();

  get all(): readonly TimelineEvent[] {
    return this.#events;
  }

  clear(): void {
    this.#events = [];
    this.#keys.clear();
  }

  /** Whether there was anything new. */
  add(events: readonly TimelineEvent[], kinds: readonly EventKind[]): boolean {
    const before = this.#events.length;
    for (const event of events) {
      const key = key_of(event);
      if (this.#keys.has(key) || !is_notable(event, kinds)) continue;
      this.#keys.add(key);
      this.#events.push(event);
    }
    if (this.#events.length === before) return false;
    this.#events.sort((one, other) => one.tick - other.tick);
    for (const gone of this.#events.splice(0, this.#events.length - events_max))
      this.#keys.delete(key_of(gone));
    return true;
  }

  /** The first one clearly before or after `moment`: one second, so that pressing again goes further. */
  beside(moment: number, way: 1 | -1, tick_rate_hz: number): TimelineEvent | null {
    if (way > 0) return this.#events.find(({ tick }) => tick > moment + tick_rate_hz) ?? null;
    return this.#events.findLast(({ tick }) => tick < moment - tick_rate_hz) ?? null;
  }
}

/** `ticks_apart`: closer ones are one mark. In the order of ticks. */
export function marks_of(events: readonly TimelineEvent[], ticks_apart: number): Mark[] {
  const marks: Mark[] = [];
  for (const event of events) {
    const last = marks.at(-1);
    if (last && event.tick - last.tick < ticks_apart) {
      last.events.push(event);
      last.until = event.tick;
    } else {
      marks.push({ tick: event.tick, until: event.tick, events: [event] });
    }
  }
  return marks;
}
