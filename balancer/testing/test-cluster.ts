import { type ClientRequestArgs, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { type Balancer, type BalancerDependencies, startBalancer } from '../balancer.js';
import { readConfig } from '../config.js';
import { ADMIN, type BalancerSnapshot, type Decision, type TransportName } from '../contract.js';

export const ADMIN_TOKEN = 'a token for tests only';
const ADMIN_HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** An instance for tests: answers with its name, remembers what it was asked, and can be made to misbehave. */
export class TestUpstream {
  readonly received: ReceivedRequest[] = [];
  healthy = true;
  /** Takes the place of the usual reply. */
  behave: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  readonly name: string;
  readonly #server = createServer((request, response) => {
    // A request that breaks off is the balancer's to tell about.
    this.#answer(request, response).catch(() => {});
  });
  #port = 0;

  constructor(name: string) {
    this.name = name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get spec(): string {
    return `${this.url}|${this.url}/health`;
  }

  get server(): Server {
    return this.#server;
  }

  async start(): Promise<this> {
    this.#port = await listen(this.#server, this.#port);
    return this;
  }

  /** As a killed process does: connections reset, no new ones. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', rawHeaders } = incoming;
    if (url === '/health') {
      response.writeHead(this.healthy ? 200 : 503).end();
      return;
    }
    if (this.behave !== null) {
      this.behave(incoming, response);
      return;
    }
    const body = await buffer(incoming);
    this.received.push({ method, url, rawHeaders, body });
    response.setHeader('x-upstream', this.name);
    response.end(this.name);
  }
}

/** An upstream that writes whatever bytes it is told, once for each request head it reads. */
export async function startRawUpstream(
  onRequest: (socket: Socket, head: string) => void,
): Promise<Server & { url: string }> {
  const { createServer: createTcpServer } = await import('node:net');
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const head = chunk.toString('latin1');
      if (head.startsWith('GET /health ')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else onRequest(socket, head);
    });
  });
  const port = await listen(server, 0);
  return Object.assign(server, { url: `http://127.0.0.1:${port}` });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

export interface TestReply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A balancer in this process, on free ports, with checks quick enough for tests. */
export class TestBalancer {
  readonly #balancer: Balancer;

  private constructor(balancer: Balancer) {
    this.#balancer = balancer;
  }

  static async start(
    transport: TransportName,
    upstreams: readonly string[],
    env: Record<string, string> = {},
    injected: Partial<BalancerDependencies> = {},
  ) {
    const config = readConfig({
      PORT: '0',
      ADMIN_PORT: '0',
      ADMIN_TOKEN,
      BALANCER_TRANSPORT: transport,
      UPSTREAMS: upstreams.join(','),
      AFFINITY_SECRET: 'a secret for tests only',
      HEALTH_INTERVAL_MS: '40',
      DRAIN_DEADLINE_MS: '5000',
      ...env,
    });
    const dependencies = { random: Math.random, resolve: async () => [], accessLog: { write: () => {} }, ...injected };
    const balancer = new TestBalancer(await startBalancer(config, dependencies));
    if (upstreams.length > 0) {
      await balancer.until(({ upstreams: known }) => known.every(({ state }) => state === 'up'));
    }
    return balancer;
  }

  get url(): string {
    return this.#balancer.url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  send(path: string, options: ClientRequestArgs = {}, body?: string | Buffer): Promise<TestReply> {
    return send(`${this.url}${path}`, options, body);
  }

  get adminUrl(): string {
    return this.#balancer.adminUrl;
  }

  admin(method: string, path: string, body?: unknown): Promise<TestReply> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    return send(`${this.adminUrl}${path}`, { method, headers: ADMIN_HEADERS }, json);
  }

  async snapshot(): Promise<BalancerSnapshot> {
    return JSON.parse((await this.admin('GET', ADMIN.snapshot)).body);
  }

  /** Asks until it is so; the test's own time limit is the only one. */
  async until(predicate: (snapshot: BalancerSnapshot) => boolean): Promise<void> {
    while (!predicate(await this.snapshot())) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Resolves once the stream stands, to a promise of the first `count` decisions. */
  decisions(count: number): Promise<{ readonly first: Promise<Decision[]> }> {
    return new Promise((resolve, reject) => {
      const options = { agent: false, headers: ADMIN_HEADERS };
      const outgoing = request(`${this.adminUrl}${ADMIN.decisions}`, options, (incoming) => {
        let received = '';
        const first = new Promise<Decision[]>((done) => {
          incoming.on('data', (chunk) => {
            received += String(chunk);
            const events = received.split('\n\n').slice(0, -1);
            if (events.length < count) return;
            outgoing.destroy();
            done(events.map((event) => JSON.parse(event.replace('data: ', ''))));
          });
        });
        incoming.on('error', () => {});
        resolve({ first });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  /** How many of `count` requests, sent one after another, each upstream answered. */
  async tally(count: number, path = '/', options: ClientRequestArgs = {}): Promise<Record<string, number>> {
    const tally: Record<string, number> = {};
    for (let i = 0; i < count; i++) {
      const { body } = await this.send(path, options);
      tally[body] = (tally[body] ?? 0) + 1;
    }
    return tally;
  }

  close(): Promise<void> {
    return this.#balancer.close();
  }
}

export function send(url: string, options: ClientRequestArgs = {}, body?: string | Buffer): Promise<TestReply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (incoming) => {
      const { statusCode: status = 0, headers } = incoming;
      text(incoming).then((received) => resolve({ status, headers, body: received }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Everything the server at `port` sends for these bytes until it closes the connection, or until `enough`. */
export function sendRaw(
  port: number,
  bytes: string,
  enough: (received: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (enough(received)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
  });
}
