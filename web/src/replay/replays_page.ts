// The list of matches that are over, beside its links: a file of a match that is chosen, or dropped on the
// page, is played above the list. Mounted by main.ts on data-page="replays".
import type { ConnectionClient } from '../page/connection_client.ts';
import { make, make_button } from '../page/make.ts';
import { ReplayScreen } from './replay_screen.ts';
import { StillPictures } from './still_pictures.ts';

/** Starts; the result ends it. */
export function mount_replays(main: HTMLElement, client: ConnectionClient): () => void {
  const page = new ReplaysPage(main, client);
  return () => page.stop();
}

function has_files(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

class ReplaysPage {
  readonly #main: HTMLElement;
  readonly #client: ConnectionClient;
  readonly #over = new AbortController();
  readonly #stills: StillPictures;
  #screen: ReplayScreen | null = null;
  #section: HTMLElement | null = null;

  constructor(main: HTMLElement, client: ConnectionClient) {
    this.#main = main;
    this.#client = client;
    this.#stills = new StillPictures(main.querySelectorAll<HTMLElement>('[data-still]'), client);
    const { signal } = this.#over;
    const chooser = make('input');
    chooser.type = 'file';
    chooser.accept = '.gslog';
    chooser.addEventListener('change', () => {
      this.#open(chooser.files?.[0]);
      chooser.value = '';
    });
    main.querySelector('[data-do="open-file"]')?.addEventListener('click', () => chooser.click(), { signal });
    // Wherever it is dropped; else the browser would leave the page for it.
    addEventListener('dragover', (event) => this.#on_drag(event, true), { signal });
    addEventListener(
      'dragleave',
      (event) => {
        if (event.relatedTarget === null) main.classList.remove('is-drop');
      },
      { signal },
    );
    addEventListener(
      'drop',
      (event) => {
        this.#on_drag(event, false);
        if (has_files(event)) this.#open(event.dataTransfer?.files[0]);
      },
      { signal },
    );
  }

  stop(): void {
    this.#over.abort();
    this.#stills.stop();
    this.#close();
  }

  #on_drag(event: DragEvent, is_over: boolean): void {
    if (!has_files(event)) return;
    event.preventDefault();
    this.#main.classList.toggle('is-drop', is_over);
  }

  #close(): void {
    this.#screen?.stop();
    this.#section?.remove();
    this.#screen = this.#section = null;
  }

  #open(file: File | undefined): void {
    if (!file) return;
    this.#close();
    const section = make('section', 'replay-file');
    section.dataset.testid = 'replay-file';
    const head = make('div', 'replay-file-head');
    const title = make('h2', '', file.name);
    title.id = 'replay-file-title';
    section.setAttribute('aria-labelledby', title.id);
    head.append(
      title,
      make_button('button button-quiet button-small', 'Close', () => this.#close()),
    );
    section.append(head);
    this.#main.querySelector('.replays-open')?.after(section);
    this.#section = section;
    this.#screen = new ReplayScreen(section, this.#client, { do: 'open_file', file });
    section.scrollIntoView({ block: 'nearest' });
  }
}
