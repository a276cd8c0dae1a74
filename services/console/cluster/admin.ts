import { Agent, fetch } from 'undici';
import {
  ADMIN,
  type BalancerSnapshot,
  type RouteSnapshot,
  type RoutingSnapshot,
  type ToldDecision,
} from '../../../balancer/contract.js';

const DEADLINE_MS = 1500;
const MAX_EVENT_CHARACTERS = 100_000;

/** A connection each, as the other end may have restarted. The stream of decisions may be silent for hours. */
const dispatcher = new Agent({ pipelining: 0, bodyTimeout: 0 });

/** The balancer's admin listener. What fails rejects. */
export class BalancerAdmin {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  snapshot(): Promise<BalancerSnapshot> {
    return this.#ask('GET', ADMIN.snapshot);
  }

  routing(): Promise<RoutingSnapshot> {
    return this.#ask('GET', ADMIN.routes);
  }

  setRoute(route: RouteSnapshot): Promise<RoutingSnapshot> {
    return this.#ask('PUT', ADMIN.routes, route);
  }

  resetRoutes(): Promise<RoutingSnapshot> {
    return this.#ask('DELETE', ADMIN.routes);
  }

  async change(upstreamId: string, action: 'drain' | 'resume'): Promise<void> {
    await this.#ask('POST', `${ADMIN.upstreams}/${upstreamId}/${action}`, {});
  }

  /** Tells each decision until the stream ends or breaks. */
  async follow(tell: (decision: ToldDecision) => void, signal: AbortSignal): Promise<void> {
    const response = await fetch(`${this.#url}${ADMIN.decisions}`, { headers: this.#headers, signal, dispatcher });
    if (!response.ok || response.body === null) throw new Error(`decisions: ${response.status}`);
    const decoder = new TextDecoder();
    let received = '';
    for await (const piece of response.body) {
      const events = `${received}${decoder.decode(piece, { stream: true })}`.split('\n\n');
      received = (events.pop() ?? '').slice(-MAX_EVENT_CHARACTERS);
      for (const event of events) tell(JSON.parse(event.replace('data: ', '')) as ToldDecision);
    }
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: this.#headers,
      signal: AbortSignal.timeout(DEADLINE_MS),
      dispatcher,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }
}
