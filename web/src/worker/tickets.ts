// Tickets: the proof, fetched over HTTP with the guest's cookie, that a session may be in a room. For one use
// and about half a minute.
import type { EnterWish } from './messages.ts';

const timeout_ms = 8000;

/** The server said no; another try would hear the same. */
export class TicketRefused extends Error {
  override readonly name = 'TicketRefused';
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

export function ticket_request(wish: EnterWish | null): Record<string, string> {
  if (!wish) return { role: 'lobby' };
  const request: Record<string, string> = { role: wish.role, room: wish.room };
  if (wish.invite !== null) request.invite = wish.invite;
  if (wish.class) request.class = wish.class;
  if (wish.pass) request.pass = wish.pass;
  return request;
}

async function words_of_problem(response: Response): Promise<string> {
  const problem = await response.json().catch(() => null);
  return typeof problem?.detail === 'string' ? problem.detail : 'The server did not let you in.';
}

/** For `wish`, or for the lobby. Rejects with TicketRefused, or because the server does not answer. */
export async function fetch_ticket(wish: EnterWish | null, signal: AbortSignal): Promise<string> {
  const response = await fetch('/api/v1/tickets', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(ticket_request(wish)),
    cache: 'no-store',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout_ms)]),
  });
  // Too many requests, or a server that restarts: not a word about the room.
  const for_now = response.status === 429 || response.status >= 500;
  if (for_now) throw new Error(`tickets answered with ${response.status}`);
  if (!response.ok) throw new TicketRefused(response.status, await words_of_problem(response));
  const ticket = (await response.json())?.ticket;
  if (typeof ticket !== 'string') throw new Error('tickets answered without a ticket');
  return ticket;
}
