import assert from 'node:assert/strict';
import test from 'node:test';
import { type Clock, Ticker } from './ticker.ts';

/** A clock that moves when the test says so, with one timer. */
class FakeClock implements Clock {
  now = 0;
  #timer: { work: () => void; due: number } | null = null;

  now_ms = () => this.now;
  set_timer = (work: () => void, after_ms: number) => {
    this.#timer = { work, due: this.now + after_ms };
    return this.#timer;
  };
  clear_timer = () => {
    this.#timer = null;
  };

  /** `late_ms` after each timer was due. */
  run_until(end: number, late_ms = 0): void {
    while (this.#timer && this.#timer.due + late_ms <= end) {
      this.now = Math.max(this.now, this.#timer.due + late_ms);
      const { work } = this.#timer;
      this.#timer = null;
      work();
    }
    this.now = end;
  }
}

test('timers that are late do not make the rate lower', () => {
  const clock = new FakeClock();
  let turns = 0;
  new Ticker(() => (turns += 1), clock).start(10);
  clock.run_until(1000, 3);
  assert.ok(turns >= 98 && turns <= 100, `${turns} turns`);
});

test('a machine that slept does not get all its turns at once', () => {
  const clock = new FakeClock();
  let turns = 0;
  new Ticker(() => (turns += 1), clock).start(10);
  clock.run_until(100);
  clock.now = 60_000;
  turns = 0;
  clock.run_until(60_000);
  assert.ok(turns <= 6, `${turns} turns`);
});

test('nothing comes after the stop', () => {
  const clock = new FakeClock();
  let turns = 0;
  const ticker = new Ticker(() => (turns += 1), clock);
  ticker.start(10);
  ticker.stop();
  clock.run_until(1000);
  assert.equal(turns, 0);
});
