// The HUD of a match over the picture: score, time, what happens in words and in sounds, the wait before and
// the result after. Loaded by the page of a room when its game has matches; room_view.ts says what is known,
// events and standing come from the Worker.
import '../styles/hud.css';
import type { ConnectionClient } from '../page/connection_client.ts';
import { make, make_button } from '../page/make.ts';
import type { RoomView } from '../room/room_view.ts';
import { SoundBoard } from '../sound/sound_board.ts';
import { sound_names } from '../sound/sounds.ts';
import type { EventNotice, MatchFacts, Standing } from '../worker/messages.ts';
import { Announcements, Feed } from './feed.ts';
import { lobby_words, type NameOf, pieces_of } from './hud_words.ts';
import { LobbyCard } from './lobby_card.ts';
import { ResultPanel } from './result_panel.ts';
import { ScoreLine } from './score_line.ts';

/** The winner is announced over the picture first. */
const result_after_ms = 1500;

const line_of_speaker = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"';
const speaker = `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
<path fill="currentColor" d="M4 9v6h4l5 4V5L8 9z"/>
<path class="waves" ${line_of_speaker} d="M16.500 8.500a5 5 0 0 1 0 7M19 6a8.500 8.500 0 0 1 0 12"/>
<path class="cross" ${line_of_speaker} d="M16.500 9.500l5 5M21.500 9.500l-5 5"/></svg>`;

export class Hud {
  readonly #element = make('div', 'hud');
  readonly #score = new ScoreLine();
  readonly #feed = new Feed();
  readonly #announcements = new Announcements();
  readonly #lobby: LobbyCard;
  readonly #result: ResultPanel;
  readonly #sounds = new SoundBoard();
  readonly #mute: HTMLButtonElement;
  readonly #endings: (() => void)[];
  /** Also of who has left since. */
  readonly #names = new Map<number, string>();
  readonly #name_of: NameOf = (seat) => (seat === null ? 'Somebody' : (this.#names.get(seat) ?? 'Somebody'));
  #view: RoomView | null = null;
  #standing: Standing | null;
  #result_shown: RoomView['result'] = null;
  #result_waits: ReturnType<typeof setTimeout> | undefined;
  readonly #began_ms = performance.now();

  constructor(stage: HTMLElement, client: ConnectionClient) {
    this.#standing = client.standing;
    this.#lobby = new LobbyCard((wish) => client.host(wish));
    this.#result = new ResultPanel(() => client.rematch());
    this.#mute = this.#mute_button();
    const cards = make('div', 'hud-cards');
    cards.append(this.#lobby.element, this.#result.element);
    const top = make('div', 'hud-top');
    top.append(this.#score.element, this.#mute);
    this.#element.append(top, this.#feed.element, this.#announcements.element, cards);
    stage.append(this.#element);
    this.#endings = [
      client.on('events', (events) => this.#on_events(events)),
      client.on('standing', (standing) => {
        this.#standing = standing;
        this.#show();
      }),
      this.#follow_volume(),
    ];
  }

  stop(): void {
    clearTimeout(this.#result_waits);
    for (const end of this.#endings) end();
    this.#result.hide();
    this.#sounds.stop();
    this.#element.remove();
  }

  show(view: RoomView): void {
    this.#view = view;
    for (const { seat, name } of view.roster.values()) this.#names.set(seat, name);
    this.#show();
  }

  // ---- What happens

  #on_events(events: readonly EventNotice[]): void {
    const kinds = this.#view?.match?.event_kinds;
    if (!kinds) return;
    for (const event of events) {
      const kind = kinds[event.kind];
      if (!kind) continue;
      if (event.status === 'withdrawn') {
        this.#feed.take_back(event.id);
        this.#announcements.take_back(event.id);
      } else if (event.is_first) {
        this.#notice(event, kind);
      }
    }
  }

  #notice(event: EventNotice, kind: MatchFacts['event_kinds'][number]): void {
    const own = this.#view?.seat ?? null;
    if (kind.feed) this.#feed.add(event.id, pieces_of(kind.feed, event, this.#name_of), own);
    // Behind the question for a name nothing shouts.
    if (this.#view?.state === 'asking') return;
    if (kind.announcement)
      this.#announcements.say(event.id, pieces_of(kind.announcement, event, this.#name_of));
    this.#sounds.play(sound_names[kind.sound] ?? 'none', event.pan);
  }

  // ---- What is

  #show(): void {
    const [view, standing] = [this.#view, this.#standing];
    const match = view?.match;
    this.#element.hidden = !view || !match || !standing;
    if (!view || !match || !standing) return;
    this.#element.dataset.phase = standing.phase;
    this.#score.show(standing, view.seat, match.tick_rate_hz, this.#name_of);
    this.#show_lobby(view, match, standing);
    this.#show_result(view, match);
  }

  #show_lobby(view: RoomView, match: MatchFacts, standing: Standing): void {
    if (standing.phase !== 'waiting' || view.result) {
      this.#lobby.hide();
      return;
    }
    const host = [...view.roster.values()].find((seat) => seat.host)?.name ?? null;
    const words = lobby_words(standing, match, { is_host: view.is_host, plays: view.seat !== null, host });
    const seats = standing.seats.map(({ who }, seat) => ({
      name: who === 'free' ? null : this.#name_of(seat),
      is_own: seat === view.seat,
      is_computer: who === 'computer',
    }));
    this.#lobby.show(words, seats);
  }

  #show_result(view: RoomView, match: MatchFacts): void {
    const { rematch } = view;
    // Who watches may have gone back to before the end.
    const result = this.#standing?.phase === 'result' ? view.result : null;
    if (result !== this.#result_shown) {
      this.#result_shown = result;
      clearTimeout(this.#result_waits);
      this.#result.hide();
      if (result) {
        const came_ms = performance.now();
        const open = () => {
          const next_in_s = result.next_in_s - (performance.now() - came_ms) / 1000;
          this.#result.show(result.result, match, view.seat, next_in_s, view.seat !== null);
          this.#announcements.clear();
        };
        // Who comes into a result has not seen the end.
        this.#result_waits = setTimeout(open, came_ms - this.#began_ms < 1000 ? 0 : result_after_ms);
      }
    }
    if (result && rematch) this.#result.show_wanted(rematch.wanted, rematch.of);
  }

  // ---- Sound

  #mute_button(): HTMLButtonElement {
    const button = make_button('hud-mute', '', () => {
      this.#sounds.is_muted = !this.#sounds.is_muted;
      this.#show_mute();
    });
    button.innerHTML = speaker;
    button.dataset.testid = 'mute';
    button.setAttribute('aria-label', 'Mute');
    button.setAttribute('aria-pressed', String(this.#sounds.is_muted));
    return button;
  }

  #show_mute(): void {
    this.#mute.setAttribute('aria-pressed', String(this.#sounds.is_muted));
  }

  /** The slider in the panel, if the page has one. */
  #follow_volume(): () => void {
    const slider = document.querySelector<HTMLInputElement>('[data-volume]');
    const part = slider?.closest<HTMLElement>('[data-match-only]');
    if (!slider || !part) return () => {};
    part.hidden = false;
    slider.value = String(Math.round(100 * this.#sounds.volume));
    const changed = () => {
      this.#sounds.volume = Number(slider.value) / 100;
      this.#sounds.is_muted = slider.value === '0';
      this.#show_mute();
    };
    const heard = () => this.#sounds.play('blip', 0);
    slider.addEventListener('input', changed);
    slider.addEventListener('change', heard);
    return () => {
      slider.removeEventListener('input', changed);
      slider.removeEventListener('change', heard);
      part.hidden = true;
    };
  }
}
