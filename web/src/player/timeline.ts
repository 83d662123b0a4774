// The line of a match: how much of it there is, where the picture is, what happened when. A press or a drag
// goes there; a pointer over it tells what it would find.
import { line_of, type NameOf, pieces_of } from '../hud/hud_words.ts';
import { make, write } from '../page/make.ts';
import type { EventKind, PlaybackState } from '../worker/messages.ts';
import { type EventList, type Mark, marks_of } from './marks.ts';
import { moment_at, share_of, state_sentence } from './player_words.ts';
import { seconds_in, time_words } from './time_words.ts';

/** Closer than that fingers and eyes cannot tell marks apart. */
const mark_px = 7;
/** How near to a mark a pointer means it. */
const near_px = 9;
const told_events_max = 3;

export interface TimelineLinks {
  seek(moment: number): void;
  events: EventList;
  kinds(): readonly EventKind[];
  name_of: NameOf;
}

export class Timeline {
  readonly element = make('div', 'timeline');
  readonly #links: TimelineLinks;
  readonly #played = make('i', 'timeline-played');
  readonly #marks = make('div', 'timeline-marks');
  readonly #thumb = make('i', 'timeline-thumb');
  readonly #tip = make('p', 'timeline-tip');
  #state: PlaybackState | null = null;
  #shown_marks: Mark[] = [];
  #placed = '';
  #dragged: number | null = null;
  #seeks_at: number | null = null;

  constructor(links: TimelineLinks) {
    this.#links = links;
    const bar = make('div', 'timeline-bar');
    bar.append(this.#played);
    this.element.append(bar, this.#marks, this.#thumb, this.#tip);
    const { element } = this;
    element.dataset.testid = 'timeline';
    element.tabIndex = 0;
    element.setAttribute('role', 'slider');
    element.setAttribute('aria-label', 'Where in the match');
    element.setAttribute('aria-valuemin', '0');
    this.#tip.hidden = true;
    this.#tip.setAttribute('aria-hidden', 'true');
    element.addEventListener('pointerdown', (event) => this.#on_down(event));
    element.addEventListener('pointermove', (event) => this.#on_move(event));
    element.addEventListener('pointerup', (event) => this.#on_up(event));
    element.addEventListener('pointercancel', () => this.#let_go());
    element.addEventListener('pointerleave', () => {
      this.#tip.hidden = true;
    });
  }

  show(state: PlaybackState): void {
    this.#state = state;
    const share = this.#dragged ?? share_of(state, state.shown ?? state.end);
    this.element.style.setProperty('--at', String(share));
    this.element.toggleAttribute('data-live', state.is_live && this.#dragged === null);
    const set = (name: string, value: string) => {
      if (this.element.getAttribute(name) !== value) this.element.setAttribute(name, value);
    };
    set('aria-valuemax', String(Math.max(0, Math.round(seconds_in(state, state.end)))));
    set('aria-valuenow', String(Math.max(0, Math.round(seconds_in(state, state.shown ?? state.end)))));
    set('aria-valuetext', state_sentence(state));
    this.#place_marks(state);
  }

  /** There are other events than before. */
  refresh(): void {
    this.#placed = '';
    if (this.#state) this.#place_marks(this.#state);
  }

  /** The end moves all the time: marks are moved when a pixel shows it. */
  #place_marks(state: PlaybackState): void {
    const width = Math.max(this.element.clientWidth, 1);
    const ticks_per_px = (state.end - state.first) / width;
    if (ticks_per_px <= 0) return;
    const seen = this.#links.events.all.filter(({ tick }) => tick >= state.first && tick <= state.end);
    const placed = `${seen.length} ${width} ${Math.round(Math.log(ticks_per_px) * 400)} ${state.first}`;
    if (placed === this.#placed) return;
    this.#placed = placed;
    this.#shown_marks = marks_of(seen, ticks_per_px * mark_px);
    const marks = this.#shown_marks.map((mark) => {
      const element = make('i', 'timeline-mark');
      element.style.setProperty('--at', String(share_of(state, mark.tick)));
      if (mark.events.length > 1) element.classList.add('is-many');
      const seat = mark.events[0]?.seat;
      if (typeof seat === 'number') element.dataset.seat = String(seat);
      return element;
    });
    this.#marks.replaceChildren(...marks);
  }

  #share_at(event: PointerEvent): number {
    const { left, width } = this.element.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - left) / Math.max(width, 1)));
  }

  #on_down(event: PointerEvent): void {
    if (event.button !== 0 || !this.#state) return;
    this.element.setPointerCapture(event.pointerId);
    this.#drag_to(event);
  }

  #on_move(event: PointerEvent): void {
    if (this.#dragged !== null) this.#drag_to(event);
    else this.#tell(event);
  }

  #on_up(event: PointerEvent): void {
    if (this.#dragged === null) return;
    this.#drag_to(event);
    this.#let_go();
  }

  #let_go(): void {
    this.#dragged = null;
    this.#tip.hidden = true;
    if (this.#state) this.show(this.#state);
  }

  #drag_to(event: PointerEvent): void {
    const state = this.#state;
    if (!state) return;
    const share = this.#share_at(event);
    this.#dragged = share;
    const mark = this.#near(share);
    // A little before what is aimed at, so that it is seen to happen.
    const moment = mark ? Math.max(state.first, mark.tick - state.tick_rate_hz) : moment_at(state, share);
    if (moment !== this.#seeks_at) this.#links.seek(share >= 1 ? state.end : moment);
    this.#seeks_at = moment;
    this.show(state);
    this.#tell(event);
  }

  #near(share: number): Mark | null {
    const state = this.#state;
    if (!state || this.element.clientWidth === 0) return null;
    const distance = (mark: Mark) => Math.abs(share_of(state, mark.tick) - share) * this.element.clientWidth;
    let best: Mark | null = null;
    for (const mark of this.#shown_marks) if (!best || distance(mark) < distance(best)) best = mark;
    return best && this.#dragged === null && distance(best) <= near_px ? best : null;
  }

  #tell(event: PointerEvent): void {
    const state = this.#state;
    if (!state) return;
    const share = this.#share_at(event);
    const kinds = this.#links.kinds();
    const told = (this.#near(share)?.events ?? []).slice(0, told_events_max).map((one) => {
      const kind = kinds[one.kind];
      return line_of(pieces_of(kind?.feed || kind?.announcement || '', one, this.#links.name_of));
    });
    const time = time_words(seconds_in(state, moment_at(state, share)));
    write(this.#tip, [time, ...told].join(' · '));
    this.#tip.style.setProperty('--at', String(share));
    this.#tip.hidden = false;
  }
}
