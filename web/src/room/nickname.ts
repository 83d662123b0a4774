// Tells the server the name that stands in a form. The name is in a cookie that scripts cannot write.

/** Nothing when it is done; else one sentence for beside the field. */
export async function tell_nickname(form: HTMLFormElement): Promise<string | null> {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') fields.append(name, value);
  }
  try {
    // The answer is the way to this very page; only that it is one matters.
    const answer = await fetch(form.action, { method: 'POST', body: fields, redirect: 'manual' });
    if (answer.type === 'opaqueredirect' || answer.ok) return null;
    if (answer.status === 429) return 'A little slower, please. Try again in a moment.';
    return 'This name does not work here. Try another one.';
  } catch {
    return 'The server does not answer. Look at your network and try again.';
  }
}
