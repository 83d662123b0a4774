// Puts what was found out into plain words: what works, what is blocked, and the way out. Pure.
import { transport_name } from '../page/words.ts';
import type { CheckFacts, ConnectionStats, TransportChoice } from '../worker/messages.ts';

export type CheckState = 'ok' | 'warn' | 'bad' | 'skip';

export interface CheckLine {
  id: 'http' | 'secure' | 'websocket' | 'support' | 'udp' | 'certificate';
  state: CheckState;
  detail: string;
}

export interface Diagnosis {
  tone: 'good' | 'fair' | 'bad';
  line: string;
  advice: string;
  checks: CheckLine[];
}

/** A handshake that fails within this time was answered: by a closed port, or by refusing the certificate. */
const quick_refusal_ms = 1500;

function after(ms: number): string {
  return ms < 1 ? 'at once' : `after ${ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`}`;
}

function took(outcome: { ms: number; reason: string }): string {
  return outcome.reason === 'in use' ? 'In use right now' : `Open ${after(outcome.ms)}`;
}

function check_http({ http }: CheckFacts): CheckLine {
  return http.ok
    ? { id: 'http', state: 'ok', detail: `Answered ${after(http.ms)}` }
    : { id: 'http', state: 'bad', detail: `No answer: ${http.reason}` };
}

function check_secure({ secure }: CheckFacts): CheckLine {
  return secure
    ? { id: 'secure', state: 'ok', detail: 'HTTPS, or this very machine' }
    : { id: 'secure', state: 'warn', detail: 'Plain HTTP: browsers keep WebTransport for secure pages' };
}

function check_websocket({ websocket, http }: CheckFacts): CheckLine {
  const id = 'websocket';
  if (websocket.ok) return { id, state: 'ok', detail: took(websocket) };
  if (!http.ok) return { id, state: 'skip', detail: 'Not tried: the server does not answer' };
  if (!websocket.offered) return { id, state: 'skip', detail: 'This server does not offer it' };
  return { id, state: 'bad', detail: `Refused ${after(websocket.ms)}: a proxy may cut it` };
}

function check_support({ webtransport, secure }: CheckFacts): CheckLine {
  const id = 'support';
  if (webtransport.supported) return { id, state: 'ok', detail: 'It does' };
  return secure
    ? { id, state: 'warn', detail: 'Not this one. Recent Chrome, Edge, Firefox and Safari do' }
    : { id, state: 'skip', detail: 'Cannot tell on a page that is not secure' };
}

function check_udp({ webtransport, http }: CheckFacts): CheckLine {
  const id = 'udp';
  if (webtransport.ok) return { id, state: 'ok', detail: took(webtransport) };
  if (!http.ok) return { id, state: 'skip', detail: 'Not tried: the server does not answer' };
  if (!webtransport.offered) return { id, state: 'skip', detail: 'This server does not offer WebTransport' };
  if (!webtransport.supported) return { id, state: 'skip', detail: 'Cannot be tried with this browser' };
  return webtransport.silent || webtransport.ms > quick_refusal_ms
    ? { id, state: 'bad', detail: `No answer ${after(webtransport.ms)}` }
    : { id, state: 'bad', detail: `Refused ${after(webtransport.ms)}` };
}

function check_certificate({ webtransport }: CheckFacts): CheckLine {
  const id = 'certificate';
  const kind = webtransport.by_hash ? 'known by its fingerprint' : 'signed by an authority';
  if (webtransport.ok) return { id, state: 'ok', detail: `Yes, ${kind}` };
  if (!webtransport.supported || !webtransport.offered) {
    return { id, state: 'skip', detail: 'Needs WebTransport' };
  }
  return { id, state: 'skip', detail: 'Unknown: no handshake got so far' };
}

/** Why WebTransport does not work although both sides have it, and what to do. */
function blocked_words(webtransport: CheckFacts['webtransport']): { line: string; advice: string } {
  const { port, silent, ms } = webtransport;
  if (silent || ms > quick_refusal_ms) {
    return {
      line: `Your network blocks UDP ${port}. You can still play; it uses WebSocket.`,
      advice: `For the faster road, ask whoever runs the network to let UDP port ${port} out, or try another network. A VPN or a company proxy is the usual cause.`,
    };
  }
  return {
    line: 'WebTransport was refused. You can still play; it uses WebSocket.',
    advice: `Either nothing listens on UDP port ${port}, or your browser does not accept the server's certificate. Reload the page; if that does not help, send the report below to whoever runs this server.`,
  };
}

function diagnose_without_connection(facts: CheckFacts, choice: TransportChoice): Omit<Diagnosis, 'checks'> {
  if (!facts.http.ok) {
    return {
      tone: 'bad',
      line: 'The server does not answer.',
      advice: 'It may be restarting: this page keeps trying. If it stays so, look at your network first.',
    };
  }
  if (choice === 'webtransport' && facts.websocket.ok) {
    return {
      tone: 'bad',
      line: 'WebTransport alone does not get through, and you asked for nothing else.',
      advice: 'Choose “Best” below and play over WebSocket.',
    };
  }
  if (facts.websocket.ok || facts.webtransport.ok) {
    return {
      tone: 'fair',
      line: 'The road is open, but you are not connected.',
      advice: 'Press “Connect again” below.',
    };
  }
  return {
    tone: 'bad',
    line: 'Pages arrive, but no live connection does.',
    advice:
      'A proxy or a browser extension seems to cut WebSocket, and UDP does not get through either. Try another network or a private window without extensions.',
  };
}

function diagnose_websocket(facts: CheckFacts, choice: TransportChoice): Omit<Diagnosis, 'checks'> {
  const { webtransport, secure } = facts;
  if (webtransport.ok) {
    return choice === 'websocket'
      ? {
          tone: 'good',
          line: 'Connected over WebSocket, as you asked.',
          advice: 'WebTransport would work here, too, and is quicker when packets get lost.',
        }
      : {
          tone: 'good',
          line: 'Connected over WebSocket; WebTransport works, too.',
          advice: 'It was slow to answer at first. “Connect again” takes the faster road.',
        };
  }
  if (!secure) {
    return {
      tone: 'fair',
      line: 'Connected over WebSocket. This page is not secure, so the browser hides WebTransport.',
      advice: 'Open this server by its https:// address for the faster road.',
    };
  }
  if (!webtransport.supported) {
    return {
      tone: 'fair',
      line: 'Connected over WebSocket. This browser does not know WebTransport.',
      advice: 'You can play. A recent Chrome, Edge, Firefox or Safari is quicker when packets get lost.',
    };
  }
  if (!webtransport.offered) {
    return {
      tone: 'good',
      line: 'Connected over WebSocket.',
      advice: 'This server offers no WebTransport; you miss nothing here.',
    };
  }
  return { tone: 'fair', ...blocked_words(webtransport) };
}

function diagnose_connection(
  facts: CheckFacts,
  stats: ConnectionStats,
  choice: TransportChoice,
): Omit<Diagnosis, 'checks'> {
  if (stats.state !== 'echo' || !stats.transport) return diagnose_without_connection(facts, choice);
  if (stats.loss_percent > 5) {
    return {
      tone: 'fair',
      line: `Connected over ${transport_name(stats.transport)}, but ${Math.round(stats.loss_percent)} % of the packets get lost.`,
      advice: 'You can play, not well. A cable or a place nearer to the Wi-Fi helps most.',
    };
  }
  if (stats.transport === 'websocket') return diagnose_websocket(facts, choice);
  return {
    tone: 'good',
    line: 'Everything works. You are on the fast road.',
    advice: facts.websocket.ok
      ? 'WebTransport is open, and WebSocket stands by.'
      : 'WebTransport is open. WebSocket is cut here, which only matters if UDP gets blocked.',
  };
}

export function diagnose(facts: CheckFacts, stats: ConnectionStats, choice: TransportChoice): Diagnosis {
  return {
    ...diagnose_connection(facts, stats, choice),
    checks: [
      check_http(facts),
      check_secure(facts),
      check_websocket(facts),
      check_support(facts),
      check_udp(facts),
      check_certificate(facts),
    ],
  };
}
