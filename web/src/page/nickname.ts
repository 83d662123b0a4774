// The name that a visitor goes by. It is in a cookie that scripts cannot write, so the server is asked to
// change it, and the room that the visit is in is told. For the lobby and for the page of a room.
import type { ConnectionClient } from './connection_client.ts';

const answer_within_ms = 8000;

export interface NicknameForm {
  field: HTMLInputElement;
  button: HTMLButtonElement;
  /** Says what came of it; a status for screen readers. */
  words: HTMLElement;
}

/** The name as the server cleaned it, or one sentence for beside the field. */
async function ask_for(name: string): Promise<{ name: string } | { wrong: string }> {
  try {
    const answer = await fetch('/api/v1/nickname', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
      signal: AbortSignal.timeout(answer_within_ms),
    });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok && typeof said.name === 'string') return { name: said.name };
    return { wrong: typeof said.detail === 'string' ? said.detail : 'This name does not work here.' };
  } catch {
    return { wrong: 'The server does not answer. Look at your network and try again.' };
  }
}

/** Whether the visitor has the name in the field now; `words` says so, or what is wrong. */
export async function save_nickname(form: NicknameForm, client: ConnectionClient): Promise<boolean> {
  const { field, button, words } = form;
  button.disabled = true;
  const answer = await ask_for(field.value);
  button.disabled = false;
  const is_wrong = 'wrong' in answer;
  words.className = is_wrong ? 'field-error' : 'hint';
  if (is_wrong) {
    words.textContent = answer.wrong;
    field.setAttribute('aria-invalid', 'true');
    field.focus();
    return false;
  }
  field.removeAttribute('aria-invalid');
  field.value = field.defaultValue = answer.name;
  words.textContent = `Saved. You are ${answer.name} here.`;
  client.rename(answer.name);
  return true;
}
