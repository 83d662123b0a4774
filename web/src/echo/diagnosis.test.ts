import assert from 'node:assert/strict';
import test from 'node:test';
import { no_stats } from '../page/connection_client.ts';
import type { CheckFacts, ConnectionStats } from '../worker/messages.ts';
import { diagnose } from './diagnosis.ts';

const good_facts: CheckFacts = {
  http: { ok: true, ms: 4, reason: '' },
  secure: true,
  websocket: { offered: true, ok: true, ms: 5, reason: '' },
  webtransport: {
    supported: true,
    offered: true,
    ok: true,
    silent: false,
    ms: 0,
    reason: 'in use',
    by_hash: true,
    port: 8443,
  },
};

const connected: ConnectionStats = {
  ...no_stats,
  transport: 'webtransport',
  state: 'echo',
  rtt_ms: 1,
  jitter_ms: 0,
  connections: 1,
  dial_ms: 20,
};

const over_websocket: ConnectionStats = { ...connected, transport: 'websocket' };
const nowhere: ConnectionStats = { ...connected, transport: null, state: 'reconnecting' };

function with_webtransport(change: Partial<CheckFacts['webtransport']>): CheckFacts {
  return { ...good_facts, webtransport: { ...good_facts.webtransport, ok: false, reason: '', ...change } };
}

function state_of(facts: CheckFacts, stats: ConnectionStats, id: string): string | undefined {
  return diagnose(facts, stats, 'auto').checks.find((check) => check.id === id)?.state;
}

test('all well is said to be well', () => {
  const { tone, line, checks } = diagnose(good_facts, connected, 'auto');
  assert.equal(tone, 'good');
  assert.match(line, /Everything works/);
  assert.ok(checks.every(({ state }) => state === 'ok'));
});

test('a network that swallows UDP is named with its port, and play goes on', () => {
  const facts = with_webtransport({ silent: true, ms: 5000 });
  const { tone, line } = diagnose(facts, over_websocket, 'auto');
  assert.equal(tone, 'fair');
  assert.equal(line, 'Your network blocks UDP 8443. You can still play; it uses WebSocket.');
  assert.equal(state_of(facts, over_websocket, 'udp'), 'bad');
});

test('a quick refusal is not called a blocked network', () => {
  const { line, advice } = diagnose(with_webtransport({ ms: 30 }), over_websocket, 'auto');
  assert.doesNotMatch(line, /blocks UDP/);
  assert.match(advice, /certificate/);
});

test('a page that is not secure and a browser without WebTransport are told apart', () => {
  const insecure = { ...with_webtransport({ supported: false }), secure: false };
  assert.match(diagnose(insecure, over_websocket, 'auto').line, /not secure/);
  assert.match(
    diagnose(with_webtransport({ supported: false }), over_websocket, 'auto').line,
    /does not know/,
  );
});

test('a server that does not answer is the first thing to say', () => {
  const facts = { ...good_facts, http: { ok: false, ms: 5000, reason: 'no answer' } };
  assert.match(diagnose(facts, nowhere, 'auto').line, /does not answer/);
});

test('pages without any live connection point to proxies and extensions', () => {
  const facts = {
    ...with_webtransport({ silent: true, ms: 5000 }),
    websocket: { offered: true, ok: false, ms: 3, reason: 'refused' },
  };
  const { tone, advice } = diagnose(facts, nowhere, 'auto');
  assert.equal(tone, 'bad');
  assert.match(advice, /proxy/);
});

test('whoever forced a road that is blocked is told the way out', () => {
  const { advice } = diagnose(with_webtransport({ ms: 9 }), nowhere, 'webtransport');
  assert.match(advice, /Best/);
});

test('heavy loss is more important than the road', () => {
  assert.match(diagnose(good_facts, { ...connected, loss_percent: 12 }, 'auto').line, /12 %/);
});
