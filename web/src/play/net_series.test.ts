import assert from 'node:assert/strict';
import test from 'node:test';
import { path_of, Series, scale_of } from './net_series.ts';

test('what is older than ten seconds is gone', () => {
  const series = new Series();
  series.add(0, 1);
  series.add(5000, null);
  series.add(10_500, 3);
  assert.deepEqual(
    series.points(10_500).map(({ value }) => value),
    [null, 3],
  );
});

test('a scale is round, holds everything, and does not enlarge nothing', () => {
  assert.equal(scale_of([], 50), 50);
  assert.equal(scale_of([3, 4], 50), 50);
  assert.equal(scale_of([51], 50), 100);
  assert.equal(scale_of([-130], 50), 200);
  assert.equal(scale_of([420, 480], 50), 500);
});

test('a line goes from left to right, upwards with its values, with gaps where there is nothing', () => {
  const box = { width: 100, height: 10, from: 0, to: 10 };
  const points = [
    { at_ms: 0, value: 0 },
    { at_ms: 5000, value: 5 },
    { at_ms: 6000, value: null },
    { at_ms: 10_000, value: 20 },
  ];
  assert.equal(path_of(points, 10_000, box), 'M0.0 10.0L50.0 5.0M100.0 0.0');
  assert.equal(path_of([], 0, box), '');
});
