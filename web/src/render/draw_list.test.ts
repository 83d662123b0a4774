import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { item_bytes, items_max, offset_of, read_item, shapes } from './draw_list.ts';

// The tests run in build/web-test.
const header = readFileSync(join(process.cwd(), '../../core/game/draw_list.h'), 'utf8');

test('shapes have the numbers of the header, and all of them', () => {
  const block = header.match(/enum class Shape[^{]*\{([^}]*)\}/)?.[1] ?? '';
  const there = Object.fromEntries([...block.matchAll(/(\w+) = (\d+)/g)].map(([, n, v]) => [n, Number(v)]));
  assert.deepEqual(shapes, there);
});

test('fields begin where the header says', () => {
  const block = header.match(/struct DrawItem \{([^}]*(?:\{\}[^}]*)*)\};/)?.[1] ?? '';
  for (const [name, offset] of Object.entries(offset_of)) {
    const said = block.match(new RegExp(` ${name}(?: = [^;]*)?;\\s*// (\\d+)`))?.[1];
    assert.equal(Number(said), offset, name);
  }
  assert.match(header, new RegExp(`sizeof\\(DrawItem\\) == ${item_bytes}\\b`));
  assert.match(header, new RegExp(`items_max = ${items_max};`));
});

test('an item is read as it was packed', () => {
  const view = new DataView(new ArrayBuffer(2 * item_bytes));
  view.setFloat32(item_bytes + offset_of.at, 1.5, true);
  view.setFloat32(item_bytes + offset_of.half_size + 4, 0.25, true);
  view.setInt16(item_bytes + offset_of.sin, -32767, true);
  view.setUint32(item_bytes + offset_of.colour, 0xff030201, true);
  view.setUint8(item_bytes + offset_of.shape, shapes.star);
  view.setUint8(item_bytes + offset_of.seat, 199);
  const item = read_item(view, 1);
  assert.equal(item.x, 1.5);
  assert.equal(item.half_height, 0.25);
  assert.equal(item.sin, -1);
  assert.equal(item.colour, 'rgb(1 2 3 / 1)');
  assert.equal(item.shape, shapes.star);
  assert.equal(item.seat, 199);
});
