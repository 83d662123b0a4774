import assert from 'node:assert/strict';
import test from 'node:test';
import {
  cut_reason,
  decode_binary_frame,
  encode_bulk_frame,
  encode_message,
  encode_now_frame,
  FramingError,
  lane_bulk,
  MessageSplitter,
  TransferAssembler,
} from './framing.ts';
import { message_bytes_max, transfer_bytes_max, transfers_max } from './limits.ts';

function head(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

test('a message is its length, little-endian, and UTF-8', () => {
  assert.deepEqual([...(encode_message('é') ?? [])], [2, 0, 0, 0, 0xc3, 0xa9]);
});

test('messages come out whole however the stream is cut', () => {
  const texts = ['{"a":1}', '', 'ü'.repeat(300)];
  const stream = texts.flatMap((text) => [...(encode_message(text) ?? [])]);
  for (const size of [1, 2, 3, 5, 7, 64, stream.length]) {
    const splitter = new MessageSplitter();
    const got: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      got.push(...splitter.take(Uint8Array.from(stream.slice(at, at + size))));
    }
    assert.deepEqual(got, texts, `cut into ${size}`);
  }
});

test('a message of the largest size passes, one byte more is refused on both sides', () => {
  const largest = 'x'.repeat(message_bytes_max);
  const frame = encode_message(largest);
  assert.ok(frame);
  assert.deepEqual(new MessageSplitter().take(frame), [largest]);
  assert.equal(encode_message(`${largest}x`), null);
  assert.throws(() => new MessageSplitter().take(head(message_bytes_max + 1)), FramingError);
});

test('a message that is not UTF-8 is refused', () => {
  assert.throws(() => new MessageSplitter().take(Uint8Array.of(1, 0, 0, 0, 0xff)), FramingError);
});

test('binary frames keep their lane, id and bytes', () => {
  const now = decode_binary_frame(encode_now_frame(Uint8Array.of(7, 8)));
  assert.deepEqual(now, { lane: 'now', payload: Uint8Array.of(7, 8) });
  const bulk = decode_binary_frame(encode_bulk_frame(3, 10, Uint8Array.of(9)));
  assert.deepEqual(bulk, { lane: 'bulk', id: 3, total: 10, part: Uint8Array.of(9) });
});

test('frames of no known lane and heads that are cut are refused', () => {
  assert.throws(() => decode_binary_frame(new Uint8Array(0)), FramingError);
  assert.throws(() => decode_binary_frame(Uint8Array.of(3, 1)), FramingError);
  assert.throws(() => decode_binary_frame(Uint8Array.of(lane_bulk, 1, 0, 0, 0, 1, 0, 0)), FramingError);
});

test('transfers that interleave come out whole', () => {
  const assembler = new TransferAssembler();
  assert.equal(assembler.take(1, 3, Uint8Array.of(1, 2)), null);
  assert.equal(assembler.take(2, 2, Uint8Array.of(8)), null);
  assert.deepEqual(assembler.take(1, 3, Uint8Array.of(3)), Uint8Array.of(1, 2, 3));
  assert.deepEqual(assembler.take(2, 2, Uint8Array.of(9)), Uint8Array.of(8, 9));
});

test('a transfer cannot lie about its size', () => {
  const one = Uint8Array.of(1);
  assert.throws(() => new TransferAssembler().take(1, 0, one), FramingError);
  assert.throws(() => new TransferAssembler().take(1, transfer_bytes_max + 1, one), FramingError);
  assert.throws(() => new TransferAssembler().take(1, 1, Uint8Array.of(1, 2)), FramingError);
  assert.throws(() => new TransferAssembler().take(1, 1, new Uint8Array(0)), FramingError);
  const changed = new TransferAssembler();
  changed.take(1, 5, one);
  assert.throws(() => changed.take(1, 6, one), FramingError);
});

test('only so many transfers may be open at once', () => {
  const assembler = new TransferAssembler();
  for (let id = 0; id < transfers_max; id += 1) assembler.take(id, 2, Uint8Array.of(0));
  assert.throws(() => assembler.take(transfers_max, 2, Uint8Array.of(0)), FramingError);
});

test('a reason is cut between characters', () => {
  assert.equal(cut_reason('short', 123), 'short');
  assert.equal(cut_reason('aéé', 4), 'aé');
});
