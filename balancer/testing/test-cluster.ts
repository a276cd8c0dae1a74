import { type ClientRequestArgs, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Balancer, type BalancerDependencies, startBalancer } from '../balancer.js';
import { readConfig } from '../config.js';
import { ADMIN, type BalancerSnapshot, type Decision, type TransportName } from '../contract.js';

export const ADMIN_TOKEN = 'a token for tests only';
const ADMIN_HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };

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
      await balancer.until(
        ({ upstreams: known }) => known.length >= upstreams.length && known.every(({ state }) => state === 'up'),
      );
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
