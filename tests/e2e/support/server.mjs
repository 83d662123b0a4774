// Starts the real server on free ports with a data folder of its own, for one test file.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const binary = process.env.E2E_BINARY ?? join(root, 'build/release/grandstand');

/** Generous: the machine may be building meanwhile. */
const ready_within_ms = 30_000;

async function free_tcp_port() {
  const socket = createServer();
  socket.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function free_udp_port() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** The settings of whoever runs the tests are not for the server under test. */
function without_settings(environment) {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.startsWith('GRANDSTAND_') && name !== 'PORT',
  );
  return Object.fromEntries(kept);
}

export class Server {
  #process = null;
  #output = '';
  #data;
  #flags = [];

  /** `flags` go to `grandstand serve` beside the ports and the data folder. */
  static async start(...flags) {
    const server = new Server();
    server.#flags = flags;
    server.#data = await mkdtemp(join(tmpdir(), 'grandstand-e2e-'));
    server.http_port = await free_tcp_port();
    server.quic_port = await free_udp_port();
    await server.run();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.http_port}`;
  }

  /** What the server printed so far; shown when a test fails. */
  get output() {
    return this.#output;
  }

  /** Starts the program, again after halt(): on the same ports, with the same data; other flags stay. */
  async run(other_flags = this.#flags) {
    this.#flags = other_flags;
    const places = ['--http', `127.0.0.1:${this.http_port}`, '--quic', `127.0.0.1:${this.quic_port}`];
    // Beside the data and removed with it: a test leaves nothing in memory.
    const ring = join(this.#data, 'ring');
    const flags = [...places, '--data', this.#data, '--ring', ring, ...this.#flags];
    this.#process = spawn(binary, ['serve', ...flags], { cwd: root, env: without_settings(process.env) });
    const child = this.#process;
    const printed = (chunk) => {
      this.#output = (this.#output + chunk).slice(-20_000);
    };
    child.stdout.on('data', printed);
    child.stderr.on('data', printed);
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`not ready:\n${this.#output}`)), ready_within_ms);
      const ended = (reason) => reject(new Error(`the server did not start (${reason}):\n${this.#output}`));
      child.once('error', ended);
      child.once('exit', ended);
      child.stdout.on('data', () => {
        if (!this.#output.includes('Grandstand is ready')) return;
        clearTimeout(late);
        child.off('exit', ended);
        resolve();
      });
    });
  }

  /** Until the server itself counts `count` open sessions over `transport`. */
  async sessions(transport, count) {
    const line = new RegExp(`grandstand_sessions_open\\{transport="${transport}"\\} ([0-9]+)`);
    const deadline = performance.now() + ready_within_ms;
    for (;;) {
      const answer = await fetch(`${this.url}/metrics`);
      const shown = (await answer.text()).match(line)?.[1];
      if (shown === String(count)) return;
      if (performance.now() > deadline) throw new Error(`${shown} sessions over ${transport}, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends the program by `signal` and waits until it is gone. */
  async halt(signal = 'SIGTERM') {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
    this.#output = '';
  }

  /** Ends the program as the end of the power does: memory is gone, and the newest `bytes` of the journal. */
  async lose_power(bytes) {
    await this.halt('SIGKILL');
    await rm(join(this.#data, 'ring'), { recursive: true });
    const folder = join(this.#data, 'journal/shard-0');
    const segments = (await readdir(folder)).filter((name) => name.endsWith('.journal')).sort();
    const newest = join(folder, segments.at(-1));
    await truncate(newest, (await stat(newest)).size - bytes);
  }

  async stop() {
    await this.halt();
    await rm(this.#data, { recursive: true, force: true });
  }
}

/** A UDP port that swallows everything, as a strict firewall does. */
export async function silent_udp_port() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}

/** A UDP port on which nothing listens: the machine says so at once. */
export function closed_udp_port() {
  return free_udp_port();
}
