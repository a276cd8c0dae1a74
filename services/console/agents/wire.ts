import { Agent as Connections, request } from 'undici';
import { REQUEST_ID } from '../../../balancer/contract.js';
import { HEADERS } from '../../contract.js';
import type { RequestFeed } from '../feed.js';
import type { AgentRequest, Answer, Wire } from './agent.js';

const DEADLINE_MS = 5000;

/** The agents' way to the balancer: what any client has, and an id by which the console knows its own requests in the decisions. */
export class BalancerWire implements Wire {
  readonly #origin: string;
  readonly #feed: RequestFeed;
  readonly #connections = new Connections({ connections: 64, headersTimeout: DEADLINE_MS, bodyTimeout: DEADLINE_MS });

  constructor(origin: string, feed: RequestFeed) {
    this.#origin = origin;
    this.#feed = feed;
  }

  now(): number {
    return Date.now();
  }

  async send({ agent, strategy, method, path, headers, body }: AgentRequest): Promise<Answer> {
    const requestId = this.#feed.expect();
    const startedMs = performance.now();
    const answer = await this.#request(method, path, { ...headers, [REQUEST_ID.header]: requestId }, body);
    const { status, instance } = answer;
    const durationMs = performance.now() - startedMs;
    const view = this.#feed.tellOwn({ requestId, agent, strategy, method, path, status, instance, durationMs });
    return { ...answer, view };
  }

  async #request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: object | undefined,
  ): Promise<Omit<Answer, 'view'>> {
    try {
      const reply = await request(`${this.#origin}${path}`, {
        method: method as 'GET' | 'POST',
        dispatcher: this.#connections,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const instance = reply.headers[HEADERS.instance];
      return {
        status: reply.statusCode,
        instance: typeof instance === 'string' ? instance : null,
        setCookies: [reply.headers['set-cookie'] ?? []].flat(),
        body: await reply.body.text(),
      };
    } catch {
      // Refused, cut or too late: to a user it is all the same.
      return { status: 0, instance: null, setCookies: [], body: '' };
    }
  }
}
