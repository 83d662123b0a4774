// Words for the clipboard.

/** Resolves when they are there, as far as one can tell. Only after a click. */
export async function copy_text(words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // Only secure pages have a clipboard; the old way works everywhere.
    const field = document.createElement('textarea');
    field.value = words;
    field.style.cssText = 'position: fixed; opacity: 0';
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}
