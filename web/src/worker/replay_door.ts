// The way to matches that are over. What shows them (replay_stage.ts) comes when the first one is opened;
// until then this keeps what was wished.
import type { Scene } from '../render/draw_list.ts';
import type { PlaybackWish, PlayStats, ReplayWish, TickHash } from './messages.ts';
import type { ReplayLinks, ReplayStage } from './replay_stage.ts';

export class ReplayDoor {
  readonly #links: ReplayLinks;
  #stage: ReplayStage | null = null;
  #early: PlaybackWish[] = [];
  #is_open = false;
  #wishes = 0;

  constructor(links: ReplayLinks) {
    this.#links = links;
  }

  /** Else the room's game is shown, if there is one. */
  get is_open(): boolean {
    return this.#is_open;
  }

  do(wish: ReplayWish): void {
    this.#wishes += 1;
    this.#stage?.close();
    this.#stage = null;
    this.#early = [];
    this.#is_open = wish.do !== 'close';
    if (wish.do !== 'close') void this.#open(wish, this.#wishes);
  }

  play_back(wish: PlaybackWish): void {
    if (this.#stage) this.#stage.play_back(wish);
    else this.#early.push(wish);
  }

  scene(aspect: number): Scene | null {
    return this.#stage?.scene(aspect) ?? null;
  }

  hashes(): TickHash[] {
    return this.#stage?.hashes() ?? [];
  }

  stats(): Partial<PlayStats> {
    return this.#stage?.stats() ?? {};
  }

  async #open(wish: Exclude<ReplayWish, { do: 'close' }>, number: number): Promise<void> {
    this.#links.post_news({ state: 'loading' });
    try {
      const { ReplayStage } = await import('./replay_stage.ts');
      if (number !== this.#wishes) return;
      this.#stage = new ReplayStage(this.#links);
      for (const early of this.#early.splice(0)) this.#stage.play_back(early);
      await this.#stage.open(wish);
    } catch {
      if (number !== this.#wishes) return;
      const words = 'A part of this page did not arrive. Load it again.';
      this.#links.post_news({ state: 'failed', words });
    }
  }
}
