import assert from 'node:assert/strict';
import test from 'node:test';
import { built_module, dev_urls } from './game_modules.ts';

test('a module has its hash in its name, and games.json has the whole of it', () => {
  const one = built_module('plaza', Uint8Array.of(1, 2, 3));
  assert.match(one.file, /^assets\/plaza-[A-Za-z0-9_-]{8}\.wasm$/);
  assert.equal(one.bytes, 3);
  assert.equal(one.sha256, '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81');
  assert.notEqual(built_module('plaza', Uint8Array.of(1, 2, 4)).file, one.file);
});

test('each build has other addresses while developing', () => {
  const { url, play_url } = dev_urls('plaza', 7.4);
  assert.deepEqual([url, play_url], ['/@games/plaza.wasm?built=7', '/@games/plaza.play.wasm?built=7']);
  assert.notEqual(dev_urls('plaza', 8).play_url, play_url);
});
