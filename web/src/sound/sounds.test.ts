import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Hearing } from './hearing.ts';
import { parse_volume } from './sound_board.ts';
import { recipes, sound_names, type Voice } from './sounds.ts';

test('sounds have the numbers of the header', () => {
  // The tests run in build/web-test.
  const header = readFileSync(join(process.cwd(), '../../core/game/event.h'), 'utf8');
  const list = header.match(/enum class Sound[^{]*\{([^}]*)\}/)?.[1] ?? '';
  const there = [...list.matchAll(/^\s*(\w+),/gm)].map(([, name]) => name);
  assert.deepEqual(sound_names, there);
});

test('every sound but none is heard, is short, and leaves room for others', () => {
  for (const name of sound_names) {
    const voices: readonly Voice[] = recipes[name];
    assert.equal(voices.length === 0, name === 'none', name);
    for (const voice of voices) {
      assert.ok(voice.peak > 0 && voice.peak <= 0.7, name);
      assert.ok(
        voice.hz.every((hz) => hz > 20 && hz < 16_000),
        name,
      );
      assert.ok((voice.at ?? 0) + voice.for < 1.2, name);
    }
  }
});

test('two hundred events in a tick are not a wall of noise', () => {
  const hearing = new Hearing();
  const names = sound_names.slice(1);
  const heard = Array.from({ length: 200 }, (_, index) => names[index % names.length] ?? 'none').filter(
    (name) => hearing.hears(name, 1000),
  );
  assert.ok(heard.length <= 10, `${heard.length} at once`);
  assert.equal(new Set(heard).size, heard.length);
  assert.ok(heard.includes('fanfare'), 'what matters is heard');
});

test('a sound is heard again after a moment', () => {
  const hearing = new Hearing();
  assert.equal(hearing.hears('blip', 0), true);
  assert.equal(hearing.hears('blip', 20), false);
  assert.equal(hearing.hears('blip', 60), true);
  assert.equal(hearing.hears('none', 500), false);
});

test('a loudness that cannot be is the usual one', () => {
  for (const text of [null, '', 'loud', '-1', '2', 'NaN'])
    assert.equal(parse_volume(text), 0.7, String(text));
  assert.equal(parse_volume('0'), 0);
  assert.equal(parse_volume('0.25'), 0.25);
});
