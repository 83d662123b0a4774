// `./gs bench chunks`: a chunk of a match over HTTP, as those get it who watch late, beside the same
// bytes as a file from nginx (one worker, no access log) in the same run. Both are asked by the same
// program over connections that stay open; what counts is how many answers a second of CPU gives.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../../e2e/support/server.mjs';
import { publish } from '../report.mjs';
import { Bots, cpu_s_of, load, metrics_of, pause, root, run_program } from '../support.mjs';

const seconds = Number(process.env.BENCH_SECONDS ?? 5);
const connections = 64;
const rounds = 3;

/** The address of a chunk of a match that goes on, and its bytes. */
async function chunk_of(server) {
  for (;;) {
    const { rooms } = await (await fetch(`${server.url}/api/v1/rooms`)).json();
    const room = rooms.find((each) => each.name.startsWith('Bots'));
    if (room) {
      const path = `/api/v1/matches/${room.match_id}/chunks/3`;
      const answer = await fetch(`${server.url}${path}`);
      if (answer.status === 200) return { path, bytes: Buffer.from(await answer.arrayBuffer()) };
    }
    await pause(500);
  }
}

async function free_port() {
  const socket = createServer();
  socket.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** nginx on a folder with one file; undefined: it is not installed. */
async function start_nginx(bytes) {
  if (spawnSync('nginx', ['-v']).error) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'grandstand-nginx-'));
  const port = await free_port();
  await writeFile(join(folder, 'chunk'), bytes);
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
     user root; events { worker_connections 1024; }
     http {
       access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=10;
       client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
       server { listen 127.0.0.1:${port}; root ${folder};
         location /chunk { add_header Cache-Control "public, max-age=31536000, immutable"; } }
     }`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/chunk`).catch(() => undefined);
    if (answer?.status === 200) break;
    if (child.exitCode !== null) throw new Error(`nginx does not start with ${folder}/nginx.conf`);
    await pause(50);
  }
  // The worker is the child of what was started.
  const worker = Number(
    spawnSync('pgrep', ['-P', String(child.pid)])
      .stdout.toString()
      .trim(),
  );
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    await rm(folder, { recursive: true, force: true });
  };
  return { port, cpu_s: () => cpu_s_of(worker), stop };
}

/** Answers per second of the CPU time that `cpu_s` tells. */
async function answers_per_cpu_s({ port, path, cpu_s }) {
  const before = await cpu_s();
  const run = await run_program('grandstand_http_load', port, path, connections, seconds);
  const used = (await cpu_s()) - before;
  if (run.bad > 0) throw new Error(`${run.bad} answers were not 200`);
  return { rate: run.good / used, wall_rate: run.good / run.seconds, body_bytes: run.body_bytes };
}

const middle = (runs) => [...runs].sort((a, b) => a.rate - b.rate)[Math.floor(runs.length / 2)];

const server = await Server.start();
const playing = new Bots(
  server,
  ...['--game', 'arena', '--players', '8', '--class', 'delayed', '--seconds', '900'],
);
let nginx;
try {
  await playing.joined();
  const { path, bytes } = await chunk_of(server);
  // What the match itself costs is not the chunk's.
  const cpu_s = async () => (await metrics_of(server))('process_cpu_seconds_total');
  const idle_before = await cpu_s();
  await pause(3000);
  const idle_rate = ((await cpu_s()) - idle_before) / 3;
  nginx = await start_nginx(bytes);
  if (!nginx) console.log('nginx not installed (apt-get install nginx-light): its row is left out');
  const own = [];
  const peer = [];
  for (let round = 0; round < rounds; ++round) {
    const began = performance.now();
    const without_match = async () => (await cpu_s()) - (idle_rate * (performance.now() - began)) / 1000;
    own.push(await answers_per_cpu_s({ port: server.http_port, path, cpu_s: without_match }));
    if (nginx) peer.push(await answers_per_cpu_s({ ...nginx, path: '/chunk' }));
  }
  const load_now = await load();
  const note = (run) =>
    `${run.body_bytes} bytes, ${connections} connections, ${run.wall_rate.toFixed(0)} answers/s by the clock, load ${load_now}`;
  const mine = middle(own);
  const rows = [
    {
      name: 'a chunk of a match: answers per second of CPU',
      value: mine.rate,
      unit: '/s',
      floor: nginx ? middle(peer).rate : undefined,
      target: 0.5,
      note: `${note(mine)}; ${nginx ? 'floor: nginx; target: ratio' : 'nginx not installed'}`,
    },
  ];
  if (nginx) {
    const theirs = middle(peer);
    rows.push({ name: 'the same file from nginx', value: theirs.rate, unit: '/s', note: note(theirs) });
  }
  await publish('chunks', rows, `${root}build/bench`);
} finally {
  await nginx?.stop();
  await playing.stop();
  await server.stop();
}
