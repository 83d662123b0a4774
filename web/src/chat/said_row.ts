// A message as an element of the document, the same in rooms and replays.
import { make } from '../page/make.ts';
import type { ChatMessage } from '../worker/messages.ts';

export function said_row(message: ChatMessage, time: string, is_own: boolean): HTMLElement {
  const row = make('p', 'said');
  row.dataset.said = message.id;
  row.dataset.channel = message.channel;
  row.dataset.tick = String(message.tick);
  row.toggleAttribute('data-own', is_own);
  row.append(make('time', '', time), ' ', make('bdi', 'said-name', message.author.name), ' ');
  row.append(make('bdi', 'said-text', message.text));
  return row;
}
