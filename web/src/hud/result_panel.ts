// How a match ended: who won, everybody's numbers, and the way into the next one. With two or three people
// their numbers stand side by side, with more everybody has a row.
import { make, make_button, write } from '../page/make.ts';
import type { MatchFacts, MatchResult } from '../worker/messages.ts';
import { next_words, statistic_words } from './hud_words.ts';

/** More columns than these do not fit beside each other on a phone. */
const side_by_side_max = 3;

type Line = MatchResult['lines'][number];

export class ResultPanel {
  readonly element = make('section', 'hud-card hud-result');
  readonly #title = make('h2');
  readonly #numbers = make('div', 'hud-numbers');
  readonly #again: HTMLButtonElement;
  readonly #next = make('span', 'hint');
  readonly #replay = make('a', 'button button-quiet button-small', 'Watch again');
  #until_ms = 0;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(rematch: () => void) {
    this.#again = make_button('button', 'Play again', () => {
      this.#again.disabled = true;
      rematch();
    });
    this.#again.dataset.testid = 'rematch';
    const actions = make('p', 'actions');
    this.#replay.dataset.testid = 'watch-again';
    actions.append(this.#again, this.#next);
    // On a line of its own: the button above grows when others press theirs, and nobody should miss it then.
    const more = make('p', 'actions');
    more.append(this.#replay);
    this.#title.setAttribute('role', 'status');
    // It scrolls sideways where it has to, by keyboard, too.
    this.#numbers.tabIndex = 0;
    this.#numbers.setAttribute('role', 'region');
    this.#numbers.setAttribute('aria-label', 'Numbers of the match');
    this.element.append(this.#title, this.#numbers, actions, more);
    this.element.dataset.testid = 'result';
    this.element.setAttribute('aria-label', 'Result');
    this.element.hidden = true;
  }

  show(result: MatchResult, match: MatchFacts, own: number | null, next_in_s: number, plays: boolean): void {
    const winner = result.lines.find(({ seat }) => seat !== null && seat === result.winner);
    const is_own = winner !== undefined && winner.seat === own;
    write(this.#title, winner ? (is_own ? 'You win' : `${winner.name} wins`) : 'A draw');
    this.element.classList.toggle('is-won', is_own);
    this.#numbers.replaceChildren(
      result.lines.length <= side_by_side_max
        ? side_by_side(result, match, own)
        : one_below_the_other(result, match, own),
    );
    // The page there waits for the last ticks to be public; a room's invite opens its matches, too.
    const invite = this.element.closest('main')?.dataset.invite;
    this.#replay.href = `/replays/${result.match}${invite ? `?invite=${encodeURIComponent(invite)}` : ''}`;
    this.#again.hidden = !plays;
    this.#again.disabled = false;
    write(this.#again, 'Play again');
    this.#until_ms = performance.now() + 1000 * next_in_s;
    this.#tick();
    clearInterval(this.#ticking);
    this.#ticking = setInterval(() => this.#tick(), 250);
    this.element.hidden = false;
  }

  /** So many want another match at once. */
  show_wanted(wanted: number, of: number): void {
    write(
      this.#again,
      this.#again.disabled
        ? `Waiting for the others · ${wanted} of ${of}`
        : wanted > 0
          ? `Play again · ${wanted} of ${of}`
          : 'Play again',
    );
  }

  hide(): void {
    clearInterval(this.#ticking);
    this.element.hidden = true;
  }

  #tick(): void {
    write(this.#next, next_words(Math.max(0, Math.ceil((this.#until_ms - performance.now()) / 1000))));
  }
}

function name_cell(line: Line, own: number | null, scope: 'row' | 'col'): HTMLTableCellElement {
  const cell = make('th', '', line.name);
  cell.scope = scope;
  cell.classList.toggle('is-own', line.seat !== null && line.seat === own);
  if (line.computer) cell.append(make('small', '', 'computer'));
  if (line.seat === null) cell.append(make('small', '', 'left'));
  return cell;
}

function head_cell(words: string, scope: 'row' | 'col'): HTMLTableCellElement {
  const cell = make('th', '', words);
  cell.scope = scope;
  return cell;
}

function row_of(...cells: Node[]): HTMLTableRowElement {
  const row = make('tr');
  row.append(...cells);
  return row;
}

function table_of(head: HTMLTableRowElement, rows: HTMLTableRowElement[], kind: string): HTMLTableElement {
  const table = make('table', kind);
  const [top, body] = [make('thead'), make('tbody')];
  top.append(head);
  body.append(...rows);
  table.append(top, body);
  return table;
}

function side_by_side({ lines }: MatchResult, match: MatchFacts, own: number | null): HTMLTableElement {
  const score = row_of(
    head_cell('Score', 'row'),
    ...lines.map((line) => make('td', 'is-score', String(line.score))),
  );
  const rows = match.statistics.map(({ name, kind }, index) =>
    row_of(
      head_cell(name, 'row'),
      ...lines.map((line) => make('td', '', statistic_words(kind, line.statistics[index] ?? 0))),
    ),
  );
  const head = row_of(make('td'), ...lines.map((line) => name_cell(line, own, 'col')));
  return table_of(head, [score, ...rows], 'is-side-by-side');
}

function one_below_the_other({ lines }: MatchResult, match: MatchFacts, own: number | null) {
  const head = row_of(
    make('td'),
    head_cell('Score', 'col'),
    ...match.statistics.map(({ name }) => head_cell(name, 'col')),
  );
  const rows = lines.map((line) => {
    const numbers = match.statistics.map(({ kind }, index) =>
      make('td', '', statistic_words(kind, line.statistics[index] ?? 0)),
    );
    const row = row_of(name_cell(line, own, 'row'), make('td', 'is-score', String(line.score)), ...numbers);
    row.classList.toggle('is-own', line.seat !== null && line.seat === own);
    return row;
  });
  return table_of(head, rows, 'is-one-below');
}
