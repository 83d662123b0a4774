// Still pictures of matches that are over, drawn by their games: the state in the middle of each. One after
// the other, each in a module of its own that is gone afterwards. Loaded when a page shows a list of them.
import { type GameModule, ModuleStore } from './game_module.ts';
import type { Still } from './messages.ts';
import { HttpSource, type PublicMatch } from './piece_source.ts';
import { PlaybackModule } from './playback_module.ts';

/** A keyframe and the chunks after it come in one round or two; more is another match than it says. */
const rounds_max = 6;
const work_ticks = 5000;

export class Stills {
  readonly #modules = new ModuleStore();
  #line: Promise<unknown> = Promise.resolve();

  /** Rejects when there is nothing to be seen. */
  draw(match: string, aspect: number): Promise<Still> {
    const drawn = this.#line.then(() => this.#draw(match, aspect));
    this.#line = drawn.catch(() => {});
    return drawn;
  }

  async #draw(match: string, aspect: number): Promise<Still> {
    const { signal } = new AbortController();
    const source = new HttpSource(match, null);
    const facts = await source.facts(signal);
    const { module, rules_version, released_tick } = facts ?? {};
    if (!facts || !module?.url || rules_version === undefined || released_tick == null) {
      throw new Error('nothing to be seen');
    }
    const game = await this.#modules.make(module.url, rules_version);
    await seek_middle(game, match, facts, released_tick, source, signal);
    const { items, count, camera } = game.draw(0, aspect);
    return { items: items.slice().buffer as ArrayBuffer, count, camera };
  }
}

async function seek_middle(
  game: GameModule,
  match: string,
  facts: PublicMatch,
  last: number,
  source: HttpSource,
  signal: AbortSignal,
): Promise<void> {
  const playback = new PlaybackModule(game);
  playback.open(match, facts.first_tick, facts.chunk_ticks, { running: false, whole: false });
  playback.show(true);
  playback.set_end(last + 1, true);
  const began = facts.play_began ?? facts.first_tick;
  playback.seek(Math.floor((began + last) / 2));
  for (let round = 0; !playback.work(work_ticks); round += 1) {
    if (round === rounds_max) throw new Error('its pieces lead nowhere');
    // What lies ahead is for who plays on.
    const goal = (playback.stats().goal - facts.first_tick) / facts.chunk_ticks;
    const wanted = playback.wanted().filter(({ number }) => number <= goal);
    const answers = await Promise.all(wanted.map((piece) => source.piece(piece, false, signal)));
    for (const [index, answer] of answers.entries()) {
      const piece = wanted[index];
      if (piece && answer.state === 'here') playback.take(piece, answer.bytes);
    }
  }
}
