// The page of a room around the game: who is here, what goes on in words, the way in, the host's orders, the
// link for others. Mounted by main.ts on data-page="room"; the game in the middle is play/mount_game.ts, and
// what is shown when is decided in room_view.ts.

import { ChatPanel } from '../chat/chat_panel.ts';
import type { Hud } from '../hud/hud.ts';
import type { ConnectionClient } from '../page/connection_client.ts';
import { save_nickname } from '../page/nickname.ts';
import { mount_game } from '../play/mount_game.ts';
import type { Stand } from '../player/stand.ts';
import type { RoomNews, RoomRole, ViewClass } from '../worker/messages.ts';
import {
  after_connection,
  after_news,
  first_view,
  is_over,
  people_in_order,
  type RoomView,
} from './room_view.ts';
import { Roster } from './roster.ts';

/** Starts; the result ends it and gives the seat back. */
export function mount_room(main: HTMLElement, client: ConnectionClient): () => void {
  const page = new RoomPage(main, client);
  return () => page.stop();
}

/** Keeps `?play=1` out of the address, so that a link copied from there asks for a name like any other. */
function tidy_address(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has('play')) return;
  address.searchParams.delete('play');
  history.replaceState(history.state, '', address);
}

/** `?class=live` and a caster's `?pass=` are wishes; the server decides. */
function asked_class(): { class: ViewClass | null; pass: string | null } {
  const query = new URLSearchParams(location.search);
  const asked = query.get('class');
  return { class: asked === 'live' || asked === 'delayed' ? asked : null, pass: query.get('pass') };
}

async function copy(field: HTMLInputElement): Promise<void> {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Only secure pages have a clipboard; the old way works everywhere, after a click.
    document.execCommand('copy');
  }
}

class RoomPage {
  readonly #main: HTMLElement;
  readonly #client: ConnectionClient;
  readonly #roster: Roster;
  readonly #chat: ChatPanel;
  readonly #endings: (() => void)[] = [];
  readonly #over = new AbortController();
  #view: RoomView;
  #is_inside = false;
  #hud: Hud | 'loading' | null = null;
  /** Of who came to watch. */
  #stand: Stand | null = null;

  constructor(main: HTMLElement, client: ConnectionClient) {
    this.#main = main;
    this.#client = client;
    this.#roster = new Roster(this.#part('[data-roster]'), (wish) => client.host(wish));
    this.#chat = new ChatPanel(main, client);
    const wanted: RoomRole = main.dataset.role === 'spectator' ? 'spectator' : 'player';
    const at_once = main.dataset.atOnce !== undefined || client.holds_seat(this.#room);
    this.#view = first_view(wanted, wanted === 'player' && !at_once ? 'asking' : 'connecting');
    this.#endings.push(
      mount_game(this.#part('[data-stage]'), client, wanted === 'player' ? 'plays' : 'watches'),
      client.on('room', (news) => this.#on_news(news)),
      client.on('stats', ({ stats }) => this.#become(after_connection(this.#view, stats.state))),
    );
    this.#listen();
    tidy_address();
    this.#enter(this.#view.state === 'asking' ? 'spectator' : wanted);
    this.#show();
    if (wanted === 'spectator') void this.#open_stand();
  }

  stop(): void {
    this.#over.abort();
    for (const end of this.#endings) end();
    if (this.#hud && this.#hud !== 'loading') this.#hud.stop();
    this.#stand?.stop();
    this.#chat.stop();
    if (this.#is_inside) this.#client.leave();
  }

  get #room(): string {
    return this.#main.dataset.room ?? '';
  }

  #part<Kind extends HTMLElement>(selector: string): Kind {
    const part = this.#main.querySelector<Kind>(selector);
    if (!part) throw new Error(`the page of a room has no ${selector}`);
    return part;
  }

  #enter(role: RoomRole): void {
    this.#is_inside = true;
    this.#client.enter({
      room: this.#room,
      role,
      resume: null,
      invite: this.#main.dataset.invite ?? null,
      ...(role === 'spectator' ? asked_class() : {}),
      plays_back: this.#view.wanted === 'spectator',
    });
  }

  #on_news(news: RoomNews): void {
    if ((news.type === 'entered' || news.type === 'room') && news.room.id !== this.#room) return;
    if (news.type === 'caster_pass') void this.#give_pass(news.pass);
    const before = this.#view.state;
    this.#become(after_news(this.#view, news));
    if (is_over(this.#view.state)) this.#is_inside = false;
    // Keys go to the game from now on.
    if (this.#view.state === 'playing' && before !== 'playing') {
      this.#part('[data-stage]').focus({ preventScroll: true });
    }
  }

  #become(view: RoomView): void {
    if (view === this.#view) return;
    this.#view = view;
    this.#show();
  }

  // ---- What is pressed

  #listen(): void {
    const { signal } = this.#over;
    this.#main.addEventListener('click', (event) => this.#on_click(event), { signal });
    this.#main.addEventListener('submit', (event) => this.#on_submit(event), { signal });
    addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Escape') this.#fold();
      },
      { signal },
    );
  }

  #on_click(event: Event): void {
    const pressed = (event.target as Element).closest<HTMLElement>('[data-do], [data-host]');
    const order = pressed?.dataset.host;
    if (order === 'lock' || order === 'unlock' || order === 'caster_pass') this.#client.host({ do: order });
    switch (pressed?.dataset.do) {
      case 'again':
        this.#again();
        break;
      case 'leave':
        this.#leave();
        break;
      case 'controls':
        void this.#open_controls();
        break;
      case 'copy':
        void this.#copy();
        break;
      case 'side':
        this.#chat.open(false);
        this.#open_side(!this.#main.classList.contains('is-side-open'));
        break;
      case 'chat':
        this.#open_side(false);
        this.#chat.open(!this.#main.classList.contains('is-chat-open'));
        break;
      default:
        // A press beside the open panel closes it.
        if (!(event.target as Element).closest('.room-side, .chat')) this.#fold();
    }
  }

  #on_submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.id !== 'seat-form' && form.id !== 'rename-form') return;
    event.preventDefault();
    void (form.id === 'seat-form' ? this.#take_seat() : this.#rename());
  }

  async #rename(): Promise<void> {
    const field = this.#part<HTMLInputElement>('#own-name');
    const button = this.#part<HTMLButtonElement>('#rename-form button');
    const saved = await save_nickname({ field, button, words: this.#part('#own-name-status') }, this.#client);
    const asking = this.#main.querySelector<HTMLInputElement>('#nickname');
    if (saved && asking) asking.value = asking.defaultValue = field.value;
  }

  async #take_seat(): Promise<void> {
    const field = this.#part<HTMLInputElement>('#nickname');
    const button = this.#part<HTMLButtonElement>('#seat-form button');
    // Who wants none keeps the one they have.
    if (field.value.trim() === '') field.value = field.defaultValue;
    if (field.value !== field.defaultValue) {
      const words = this.#part('#nickname-error');
      if (!(await save_nickname({ field, button, words }, this.#client))) return;
      this.#part<HTMLInputElement>('#own-name').value = field.value;
    }
    if (this.#over.signal.aborted) return;
    this.#become({ ...this.#view, state: 'connecting' });
    this.#enter('player');
  }

  #again(): void {
    if (this.#view.state === 'offline') this.#client.reconnect();
    this.#become(first_view(this.#view.wanted, 'connecting'));
    this.#enter(this.#view.wanted);
  }

  #leave(): void {
    this.#is_inside = false;
    this.#open_side(false);
    this.#become(after_news(this.#view, { type: 'left', reason: 'own', words: '' }));
    this.#client.leave();
  }

  async #copy(): Promise<void> {
    await copy(this.#part<HTMLInputElement>('[data-invite-url]'));
    this.#part('[data-copied]').textContent = 'Copied. Whoever opens it is in with two clicks.';
  }

  /** A link by which others watch without the delay. */
  async #give_pass(pass: string): Promise<void> {
    const link = new URL(`/rooms/${this.#room}/watch`, location.origin);
    const { invite } = this.#main.dataset;
    if (invite) link.searchParams.set('invite', invite);
    link.searchParams.set('class', 'live');
    link.searchParams.set('pass', pass);
    const field = this.#part<HTMLInputElement>('[data-caster-url]');
    field.value = link.href;
    field.hidden = false;
    await copy(field);
    this.#write('[data-caster-words]', 'Copied. Earlier ones are void now.');
  }

  #fold(): void {
    this.#open_side(false);
    this.#chat.open(false);
  }

  #open_side(open: boolean): void {
    this.#main.classList.toggle('is-side-open', open);
    this.#part('[data-do="side"]').setAttribute('aria-expanded', String(open));
  }

  async #open_controls(): Promise<void> {
    const { ControlsDialog } = await import('../play/controls_dialog.ts');
    if (this.#over.signal.aborted) return;
    const dialog = new ControlsDialog();
    dialog.open();
    this.#over.signal.addEventListener('abort', () => dialog.close());
  }

  async #open_stand(): Promise<void> {
    const { Stand } = await import('../player/stand.ts');
    if (this.#over.signal.aborted) return;
    this.#stand = new Stand(this.#main, this.#client);
    this.#stand.show(this.#view);
  }

  /** Only games with matches have one. */
  async #show_hud(): Promise<void> {
    if (this.#view.match?.lifecycle !== 'match' || this.#hud === 'loading') return;
    if (!this.#hud) {
      this.#hud = 'loading';
      try {
        const { Hud } = await import('../hud/hud.ts');
        if (this.#over.signal.aborted) return;
        this.#hud = new Hud(this.#part('.stage'), this.#client);
      } catch (failure) {
        this.#hud = null;
        throw failure;
      }
    }
    this.#hud.show(this.#view);
  }

  // ---- What is shown

  #show(): void {
    const { state, before, seat, is_host, room, roster, words } = this.#view;
    this.#main.dataset.state = state;
    if (room) {
      this.#write('[data-testid="players"]', String(room.players));
      this.#write('[data-testid="viewers"]', String(room.viewers));
      const away = room.players + room.spectators - room.viewers;
      this.#write('[data-room-away] b', String(away));
      this.#part('[data-room-away]').hidden = away <= 0;
      this.#write('[data-room-name]', room.name);
      this.#part('[data-room-locked]').hidden = !room.locked;
      this.#main.toggleAttribute('data-locked', room.locked);
      this.#main.toggleAttribute('data-full', room.players >= room.seats);
      this.#part('[data-caster]').hidden = room.public_delay_s === 0;
      this.#part('[data-host="lock"]').hidden = room.locked;
      this.#part('[data-host="unlock"]').hidden = !room.locked;
    }
    this.#roster.show(people_in_order(this.#view), seat, is_host);
    this.#chat.set_host(is_host);
    this.#part('[data-roster-empty]').hidden = roster.size > 0;
    this.#part('[data-host-only]').hidden = !is_host;
    const leave = this.#main.querySelector<HTMLElement>('[data-do="leave"]');
    if (leave) leave.hidden = seat === null;
    this.#write('[data-holding]', before === 'watching' ? 'Finding the way back…' : 'Holding your seat…');
    void this.#show_hud();
    this.#stand?.show(this.#view);
    if (words) this.#write(`[data-card="${state}"] [data-words]`, words);
  }

  #write(selector: string, words: string): void {
    const element = this.#main.querySelector(selector);
    if (element && element.textContent !== words) element.textContent = words;
  }
}
