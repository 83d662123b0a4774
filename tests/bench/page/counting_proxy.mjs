// An HTTP proxy in front of one server that notes every answer as it goes over the wire: what a browser was
// really sent, by the page and by its Worker alike. WebSocket and QUIC do not come this way.
import { once } from 'node:events';
import { request as ask, createServer } from 'node:http';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';

const plain_of = { br: brotliDecompressSync, gzip: gunzipSync };

const kinds = [
  [/^text\/html/, 'document'],
  [/^text\/css/, 'style'],
  [/javascript/, 'script'],
  [/wasm/, 'wasm'],
  [/^font\//, 'font'],
  [/^image\//, 'image'],
];

/** document, style, script, wasm, font, image, or data: what the page's own script asked for. */
export function kind_of(content_type = '') {
  return kinds.find(([pattern]) => pattern.test(content_type))?.[1] ?? 'data';
}

/** Bytes of a body as it came, as the browser sees it, and as gzip -9 would have made it. */
export function measured(body, encoding = '') {
  const plain = plain_of[encoding]?.(body) ?? body;
  return {
    bytes: body.length,
    plain_bytes: plain.length,
    gzip_bytes: Math.min(plain.length, gzipSync(plain, { level: 9 }).length),
  };
}

export class CountingProxy {
  /** Where requests go: http://HOST:PORT; set before the first one comes. */
  target = '';
  #answers = [];
  #open = 0;
  #quiet_since = performance.now();
  #server = createServer((request, response) => this.#pass_on(request, response));

  static async start() {
    const proxy = new CountingProxy();
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Answers since the last call. */
  take() {
    return this.#answers.splice(0);
  }

  /** Until nothing was asked for, for so long. */
  async quiet(ms) {
    while (this.#open > 0 || performance.now() - this.#quiet_since < ms) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pass_on(request, response) {
    this.#open += 1;
    response.once('close', () => {
      this.#open -= 1;
      this.#quiet_since = performance.now();
    });
    const { method, headers, url } = request;
    const onward = ask(this.target + url, { method, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => this.#note(url, answer, Buffer.concat(parts)));
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  #note(url, { statusCode, headers }, body) {
    const encoding = headers['content-encoding'];
    const kind = kind_of(headers['content-type']);
    this.#answers.push({ url, kind, status: statusCode, encoding, ...measured(body, encoding) });
  }
}
