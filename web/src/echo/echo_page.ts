// The page /echo: shows the connection live, tries what works, says it in words. Mounted by Navigation when
// the page is in place, ended when another one is swapped in; the connection itself goes on.
import type { ConnectionClient } from '../page/connection_client.ts';
import { ms_words, percent_words, transport_name } from '../page/words.ts';
import type {
  CheckFacts,
  Closed,
  ConnectionStats,
  LoadKind,
  LoadRequest,
  LoadResult,
  TransportChoice,
} from '../worker/messages.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { load_words, report_text } from './report.ts';
import { RttGraph } from './rtt_graph.ts';

const loads: Record<LoadKind, LoadRequest> = {
  message: { kind: 'message', bytes: 1024 * 1024 },
  transfer: { kind: 'transfer', bytes: 1024 * 1024 },
  datagrams: { kind: 'datagrams', bytes: 1000, count: 500 },
};

/** A dial that takes longer gets a diagnosis while it goes on. */
const patience_ms = 2500;

export function mount_echo(main: HTMLElement, client: ConnectionClient): () => void {
  const page = new EchoPage(main, client);
  return () => page.stop();
}

class EchoPage {
  readonly #main: HTMLElement;
  readonly #client: ConnectionClient;
  readonly #graph: RttGraph;
  readonly #over = new AbortController();
  readonly #endings: (() => void)[] = [];
  readonly #loads = new Map<LoadKind, LoadResult>();
  #facts: CheckFacts | null = null;
  #checking = false;
  #shown_line = '';
  #occasion = '';
  #occasion_since_ms = 0;
  #checked_for = '';

  constructor(main: HTMLElement, client: ConnectionClient) {
    this.#main = main;
    this.#client = client;
    this.#graph = new RttGraph(this.#part<HTMLCanvasElement>('graph'));
    this.#endings.push(
      client.on('stats', ({ stats, samples }) => {
        this.#graph.add(samples);
        this.#show_stats(stats);
      }),
      client.on('closed', (closed) => this.#show_closed(closed)),
    );
    this.#main.addEventListener('click', (event) => this.#on_click(event), { signal: this.#over.signal });
    this.#main.addEventListener('change', (event) => this.#on_change(event), { signal: this.#over.signal });
    this.#main.addEventListener('submit', (event) => this.#on_submit(event), { signal: this.#over.signal });
    this.#select_road(client.choice);
    if (client.last_closed) this.#show_closed(client.last_closed);
    this.#show_stats(client.stats);
    client.watch(true);
    // The rooms get the connection back when the page is left.
    client.use_service('echo');
  }

  stop(): void {
    this.#over.abort();
    this.#client.watch(false);
    this.#client.use_service('rooms');
    this.#graph.stop();
    for (const end of this.#endings) end();
  }

  #part<Kind extends HTMLElement = HTMLElement>(name: string): Kind {
    const element = this.#main.querySelector<Kind>(`[data-echo="${name}"]`);
    if (!element) throw new Error(`The page has no part ${name}.`);
    return element;
  }

  #write(name: string, words: string): void {
    const part = this.#part(name);
    if (part.textContent !== words) part.textContent = words;
  }

  #show_stats(stats: ConnectionStats): void {
    this.#write('transport', transport_name(stats.transport));
    this.#write('rtt', ms_words(stats.rtt_ms));
    this.#write('jitter', ms_words(stats.jitter_ms));
    this.#write('loss', stats.state === 'echo' ? percent_words(stats.loss_percent) : '–');
    this.#check_when_settled(stats);
    if (this.#facts) this.#show_diagnosis(diagnose(this.#facts, stats, this.#client.choice));
    else this.#show_report(null);
  }

  /** Once per state of the connection: after it opened, was closed, or has not opened for a while. */
  #check_when_settled(stats: ConnectionStats): void {
    const occasion = `${stats.state} ${stats.transport} ${stats.connections} ${this.#client.choice}`;
    const now_ms = performance.now();
    if (occasion !== this.#occasion) {
      this.#occasion = occasion;
      this.#occasion_since_ms = now_ms;
    }
    const settled = stats.state === 'echo' || stats.state === 'closed';
    if (!settled && now_ms - this.#occasion_since_ms < patience_ms) return;
    if (occasion === this.#checked_for) return;
    this.#checked_for = occasion;
    void this.#check();
  }

  async #check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    this.#main.dataset.checking = 'yes';
    try {
      const facts = await this.#client.check();
      if (this.#over.signal.aborted) return;
      this.#facts = facts;
      this.#show_diagnosis(diagnose(facts, this.#client.stats, this.#client.choice));
    } catch {
      // The checks themselves did not arrive; the next look tries again.
      this.#checked_for = '';
    } finally {
      this.#checking = false;
      delete this.#main.dataset.checking;
    }
  }

  #show_diagnosis(diagnosis: Diagnosis): void {
    // The verdict is announced to screen readers: it changes only when its words do.
    if (diagnosis.line !== this.#shown_line) {
      this.#shown_line = diagnosis.line;
      this.#part('verdict').dataset.tone = diagnosis.tone;
      this.#write('verdict-line', diagnosis.line);
      this.#write('verdict-advice', diagnosis.advice);
    }
    for (const { id, state, detail } of diagnosis.checks) {
      const row = this.#main.querySelector<HTMLElement>(`[data-check="${id}"]`);
      if (!row) continue;
      row.dataset.state = state;
      const words = row.querySelector('.check-detail');
      if (words && words.textContent !== detail) words.textContent = detail;
    }
    this.#show_report(diagnosis);
  }

  #show_closed(closed: Closed): void {
    const who = { us: 'You', peer: 'The server', error: 'The network' }[closed.by];
    const code = closed.by === 'error' ? '' : ` with code ${closed.code}`;
    const reason = closed.reason ? `: “${closed.reason}”` : '';
    const next = closed.will_reconnect ? ' Connecting again.' : '';
    this.#write('closed', `${who} closed ${transport_name(closed.transport)}${code}${reason}.${next}`);
  }

  #show_report(diagnosis: Diagnosis | null): void {
    const report = this.#part('report');
    // Not while somebody selects it.
    if (getSelection()?.containsNode(report, true) && !getSelection()?.isCollapsed) return;
    report.textContent = report_text({
      made_at: new Date(),
      browser: navigator.userAgent,
      page: location.origin + location.pathname,
      choice: this.#client.choice,
      stats: this.#client.stats,
      diagnosis,
      last_dial: this.#client.last_dial,
      last_closed: this.#client.last_closed,
      loads: [...this.#loads.values()],
    });
  }

  #on_click(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>('button[data-action]');
    switch (button?.dataset.action) {
      case 'check':
        void this.#check();
        break;
      case 'message':
      case 'transfer':
      case 'datagrams':
        void this.#run_load(button, button.dataset.action);
        break;
      case 'reconnect':
        this.#client.reconnect();
        break;
      case 'copy':
        void this.#copy();
        break;
    }
  }

  #on_change(event: Event): void {
    const radio = event.target as HTMLInputElement;
    if (radio.name === 'road') this.#client.choose(radio.value as TransportChoice);
  }

  #on_submit(event: Event): void {
    const form = event.target as HTMLFormElement;
    if (form.dataset.action !== 'close') return;
    event.preventDefault();
    const values = new FormData(form);
    this.#client.close(Number(values.get('code')), String(values.get('reason') ?? ''));
  }

  #select_road(choice: TransportChoice): void {
    const radio = this.#main.querySelector<HTMLInputElement>(`input[name="road"][value="${choice}"]`);
    if (radio) radio.checked = true;
  }

  async #run_load(button: HTMLButtonElement, kind: LoadKind): Promise<void> {
    const output = this.#main.querySelector<HTMLOutputElement>(`[data-result="${kind}"]`);
    if (!output) return;
    button.disabled = true;
    output.dataset.state = 'running';
    output.textContent = 'running…';
    try {
      const result = await this.#client.load(loads[kind]);
      this.#loads.set(kind, result);
      output.textContent = load_words(result);
      output.dataset.state = result.intact ? 'done' : 'failed';
    } catch (failure) {
      output.textContent = failure instanceof Error ? failure.message : 'failed';
      output.dataset.state = 'failed';
    } finally {
      button.disabled = false;
    }
  }

  async #copy(): Promise<void> {
    const report = this.#part('report');
    try {
      await navigator.clipboard.writeText(report.textContent ?? '');
      this.#write('copied', 'Copied.');
    } catch {
      getSelection()?.selectAllChildren(report);
      this.#write('copied', 'Selected: copy it with your keyboard.');
    }
  }
}
