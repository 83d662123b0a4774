// What benchmarks of a running server share: its metrics, runs of bots against it, and small programs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** As the server's own support for tests has it. */
const binary = process.env.E2E_BINARY ?? `${root}build/release/grandstand`;
const programs = process.env.BENCH_PROGRAMS ?? `${root}build/release/tests/bench`;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the server counted: a function from a metric's name, with labels or summed over all, to its value. */
export async function metrics_of(server) {
  const lines = (await (await fetch(`${server.url}/metrics`)).text()).split('\n');
  return (name) => {
    const of_name = lines.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return of_name.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  };
}

/** How much each metric grows in `seconds`: a function from its name to that, per second. */
export async function growth(server, seconds) {
  const before = await metrics_of(server);
  const began = performance.now();
  await pause(seconds * 1000);
  const after = await metrics_of(server);
  const took_s = (performance.now() - began) / 1000;
  return (name) => (after(name) - before(name)) / took_s;
}

/** One run of `grandstand bots`. */
export class Bots {
  #out = '';
  #said = '';
  #process;
  #closed;

  constructor(server, ...flags) {
    const given = ['bots', '--url', server.url, ...flags];
    this.#process = spawn(binary, given, { cwd: root });
    this.#process.stdout.on('data', (chunk) => {
      this.#out += chunk;
    });
    this.#process.stderr.on('data', (chunk) => {
      this.#said = (this.#said + chunk).slice(-4000);
    });
    this.#closed = once(this.#process, 'close');
  }

  /** Until all that will come have come. */
  async joined(patience_s = 120) {
    const deadline = performance.now() + patience_s * 1000;
    while (!this.#said.includes(' playing: ')) {
      if (this.#process.exitCode !== null) throw new Error(`bots ended: ${this.#said}`);
      if (performance.now() > deadline) throw new Error(`bots did not get in: ${this.#said}`);
      await pause(100);
    }
  }

  /** The JSON object that a run ends with; what they said before when they fail. */
  async summary() {
    await this.#closed;
    const last = this.#out.trim().split('\n').at(-1);
    if (!last?.startsWith('{')) throw new Error(`bots gave no summary: ${this.#said}`);
    return { ...JSON.parse(last), said: this.#said };
  }

  async stop() {
    this.#process.kill('SIGINT');
    await this.#closed;
  }
}

/** The JSON object that a program of the benchmarks prints. */
export async function run_program(name, ...flags) {
  const child = spawn(`${programs}/${name}`, flags.map(String), { cwd: root });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${said}`);
  return JSON.parse(out);
}

/** Seconds of CPU that a process and those it started have used. */
export async function cpu_s_of(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The command's name may hold spaces; fields are counted from behind it (proc(5): utime is field 14).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** How busy the machine is with others, for the note beside a measurement. */
export async function load() {
  return Number((await readFile('/proc/loadavg', 'utf8')).split(' ')[0]);
}
