// What the network does, in numbers and in graphs of the last ten seconds, and a bad network to try: sliders
// whose values the Worker applies to everything that is sent and received. Lives while the overlay is open
// (net_overlay.ts); the bad network stays until the page goes.
import '../styles/net.css';
import type { ConnectionClient } from '../page/connection_client.ts';
import { make, make_button, write } from '../page/make.ts';
import type { ConnectionStats, PingSample, Weather } from '../worker/messages.ts';
import { path_of, Series, scale_of } from './net_series.ts';
import { overlay_rows } from './overlay_rows.ts';

const svg_names = 'http://www.w3.org/2000/svg';
const size = { width: 168, height: 30 };

interface Graph {
  name: string;
  unit: string;
  /** The scale is never smaller. */
  least: number;
  /** Below zero is another matter than above. */
  is_signed?: boolean;
  value_of(stats: ConnectionStats): number | null;
}

/** Round trips come with their pings instead, ten a second. */
const graphs: readonly Graph[] = [
  { name: 'round trip', unit: 'ms', least: 50, value_of: () => null },
  { name: 'loss', unit: '%', least: 10, value_of: ({ loss_percent }) => loss_percent },
  {
    name: 'margin',
    unit: 'ticks',
    least: 4,
    is_signed: true,
    value_of: ({ early_quarter_ticks: quarters }) => (quarters === null ? null : quarters / 4),
  },
  { name: 'rollback', unit: 'ticks', least: 10, value_of: ({ rollback_depth }) => rollback_depth },
  { name: 'in', unit: 'kB/s', least: 2, value_of: ({ bytes_in_per_s }) => bytes_in_per_s / 1000 },
  { name: 'out', unit: 'kB/s', least: 2, value_of: ({ bytes_out_per_s }) => bytes_out_per_s / 1000 },
];

const sliders: readonly { key: keyof Weather; name: string; unit: string; max: number; step: number }[] = [
  { key: 'latency_ms', name: 'Latency', unit: 'ms', max: 300, step: 5 },
  { key: 'jitter_ms', name: 'Jitter', unit: 'ms', max: 100, step: 5 },
  { key: 'loss_percent', name: 'Loss', unit: '%', max: 30, step: 1 },
  { key: 'duplicate_percent', name: 'Doubled', unit: '%', max: 30, step: 1 },
];

/** Of this page's life. */
let weather: Weather = { latency_ms: 0, jitter_ms: 0, loss_percent: 0, duplicate_percent: 0 };

class GraphView {
  readonly element = make('figure', 'net-graph');
  readonly #graph: Graph;
  readonly #series = new Series();
  readonly #value = make('b');
  readonly #top = make('small');
  readonly #line = document.createElementNS(svg_names, 'path');
  readonly #zero = document.createElementNS(svg_names, 'path');

  constructor(graph: Graph) {
    this.#graph = graph;
    const caption = make('figcaption', '', graph.name);
    caption.append(this.#value);
    const picture = document.createElementNS(svg_names, 'svg');
    picture.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
    picture.setAttribute('preserveAspectRatio', 'none');
    picture.setAttribute('aria-hidden', 'true');
    this.#zero.setAttribute('class', 'net-zero');
    picture.append(this.#zero, this.#line);
    this.element.append(caption, picture, this.#top);
  }

  get name(): string {
    return this.#graph.name;
  }

  add(at_ms: number, value: number | null): void {
    this.#series.add(at_ms, value);
  }

  take(stats: ConnectionStats, now_ms: number): void {
    this.#series.add(now_ms, this.#graph.value_of(stats));
  }

  show(now_ms: number): void {
    const points = this.#series.points(now_ms);
    const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
    const to = scale_of(values, this.#graph.least);
    const from = this.#graph.is_signed ? -to : 0;
    this.#line.setAttribute('d', path_of(points, now_ms, { ...size, from, to }));
    const zero = this.#graph.is_signed ? size.height / 2 : size.height;
    this.#zero.setAttribute('d', `M0 ${zero}H${size.width}`);
    const newest = values.at(-1);
    write(this.#value, newest === undefined ? '–' : newest.toFixed(Math.abs(newest) < 9.95 ? 1 : 0));
    write(this.#top, `${to} ${this.#graph.unit}`);
  }
}

export class NetPanel {
  readonly #client: ConnectionClient;
  readonly #frame: HTMLElement;
  readonly #list = make('dl', 'net-rows');
  readonly #graphs = graphs.map((graph) => new GraphView(graph));
  readonly #stop_listening: () => void;

  constructor(frame: HTMLElement, client: ConnectionClient) {
    this.#frame = frame;
    this.#client = client;
    const pictures = make('div', 'net-graphs');
    pictures.append(...this.#graphs.map(({ element }) => element));
    frame.replaceChildren(this.#list, pictures, this.#simulator());
    client.watch(true);
    this.#stop_listening = client.on('stats', ({ stats, samples }) => this.#take(stats, samples));
    this.#show_rows(client.stats);
    for (const graph of this.#graphs) graph.show(performance.now());
  }

  stop(): void {
    this.#client.watch(false);
    this.#stop_listening();
    this.#frame.replaceChildren();
  }

  #take(stats: ConnectionStats, samples: readonly PingSample[]): void {
    const now_ms = performance.now();
    for (const graph of this.#graphs) {
      if (graph.name !== 'round trip') graph.take(stats, now_ms);
      else for (const { rtt_ms } of samples) graph.add(now_ms, rtt_ms);
      graph.show(now_ms);
    }
    this.#show_rows(stats);
  }

  #show_rows(stats: ConnectionStats): void {
    const rows = overlay_rows(stats);
    if (this.#list.childElementCount !== rows.length) {
      this.#list.replaceChildren(
        ...rows.map(() => {
          const row = make('div');
          row.append(make('dt'), make('dd'));
          return row;
        }),
      );
    }
    rows.forEach(([name, value], index) => {
      const [term, detail] = this.#list.children[index]?.children ?? [];
      if (term) write(term, name);
      if (detail) write(detail, value);
    });
  }

  #simulator(): HTMLElement {
    const form = make('fieldset', 'net-weather');
    form.append(make('legend', '', 'Try a bad network'));
    const shows: (() => void)[] = [];
    for (const { key, name, unit, max, step } of sliders) {
      const row = make('label', 'net-slider');
      const slider = make('input');
      const value = make('output');
      slider.type = 'range';
      slider.min = '0';
      slider.max = String(max);
      slider.step = String(step);
      slider.dataset.weather = key;
      const show = () => {
        slider.value = String(weather[key]);
        write(value, `${weather[key]} ${unit}`);
      };
      slider.addEventListener('input', () => {
        weather = { ...weather, [key]: Number(slider.value) };
        show();
        this.#client.set_weather(weather);
      });
      row.append(make('span', '', name), slider, value);
      form.append(row);
      shows.push(show);
      show();
    }
    const off = make_button('net-off', 'As it really is', () => {
      weather = { latency_ms: 0, jitter_ms: 0, loss_percent: 0, duplicate_percent: 0 };
      this.#client.set_weather(weather);
      for (const show of shows) show();
    });
    form.append(make('p', '', 'Each way: the round trip grows by twice the latency.'), off);
    return form;
  }
}
