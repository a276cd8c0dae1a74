import { randomBytes } from 'node:crypto';
import type { ToldDecision } from '../../balancer/contract.js';
import { ROUTES, STRATEGIES, type StrategyName } from '../contract.js';
import type { RequestView } from './contract.js';

/** The decision leaves the balancer with the answer. Under load, when it tells a sample, there may be none. */
const PATIENCE_MS = 250;

/** One of an agent, as it saw it. */
export interface OwnRequest {
  readonly requestId: string;
  readonly agent: string;
  readonly strategy: StrategyName;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly instance: string | null;
  readonly durationMs: number;
}

export interface FeedOptions {
  /** Of an upstream, by its id. */
  readonly nameOf: (upstream: string) => string;
  readonly tell: (request: RequestView, skipped: number) => void;
  /** Whether decisions come at all. */
  readonly isOpen: () => boolean;
  readonly now: () => number;
}

/** All requests in the order in which they ended: agents tell their own, the balancer those of others, and of both which instances it tried. */
export class RequestFeed {
  readonly #options: FeedOptions;
  /** Of requests under way: what the balancer has decided already, and who waits for it. */
  readonly #expected = new Map<string, { decision?: ToldDecision; resolve?: (decision: ToldDecision) => void }>();
  /** Of the console's own: nobody else can know it. */
  readonly #prefix = randomBytes(6).toString('base64url');
  #lastId = 0;
  #sent = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** @returns what the request is to bear */
  expect(): string {
    const requestId = `${this.#prefix}-${++this.#sent}`;
    this.#expected.set(requestId, {});
    return requestId;
  }

  onDecision(decision: ToldDecision): void {
    const { requestId } = decision;
    if (requestId?.startsWith(this.#prefix)) {
      const expected = this.#expected.get(requestId);
      // One that comes too late is told already.
      if (expected) expected.decision = decision;
      expected?.resolve?.(decision);
    } else {
      const { path, method, status, durationMs } = decision;
      const [, name = ''] = path.split(/[/?]/);
      const strategy = Object.hasOwn(STRATEGIES, name) ? (name as StrategyName) : null;
      const request = { agent: null, strategy, method, path: pathOf(path), status, durationMs };
      this.#tell({ ...request, ...this.#routing(decision) }, decision.skipped);
    }
  }

  async tellOwn({ requestId, instance, ...request }: OwnRequest): Promise<RequestView> {
    const decision = await this.#decisionOf(requestId);
    this.#expected.delete(requestId);
    const tried = instance === null ? [] : [{ instance, outcome: `${request.status}` }];
    const routing = decision ? this.#routing(decision) : { tried, affinity: '' };
    return this.#tell({ ...request, ...routing }, decision?.skipped ?? 0);
  }

  #decisionOf(requestId: string): Promise<ToldDecision | undefined> {
    const expected = this.#expected.get(requestId);
    if (expected === undefined || expected.decision || !this.#options.isOpen())
      return Promise.resolve(expected?.decision);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS, undefined);
      expected.resolve = (decision) => {
        clearTimeout(timer);
        resolve(decision);
      };
    });
  }

  #routing({ attempts, affinity }: ToldDecision): Pick<RequestView, 'tried' | 'affinity'> {
    const tried = attempts.map(({ upstream, outcome }) => ({ instance: this.#options.nameOf(upstream), outcome }));
    return { tried, affinity };
  }

  #tell(request: Omit<RequestView, 'id' | 'atMs' | 'recognised' | 'asksStore'>, skipped: number): RequestView {
    const { strategy, path, status } = request;
    const isVisit = path.endsWith(ROUTES.me);
    const isKnown = status === 200 ? true : status === 401 ? false : null;
    const recognised = request.agent !== null && isVisit ? isKnown : null;
    const asksStore = strategy !== null && asks(strategy, isVisit);
    const durationMs = Math.round(request.durationMs * 1000) / 1000;
    const view = { ...request, durationMs, id: ++this.#lastId, atMs: this.#options.now(), recognised, asksStore };
    this.#options.tell(view, skipped);
    return view;
  }
}

/** Some need the store for signing in and out alone. */
function asks(strategy: StrategyName, isVisit: boolean): boolean {
  const { needs, storeTripsPerRead } = STRATEGIES[strategy];
  return storeTripsPerRead > 0 || (needs.includes('redis') && !isVisit);
}

/** What others have put into a query is nobody's business, and may be long. */
function pathOf(target: string): string {
  return (target.split('?', 1)[0] ?? '').slice(0, 100);
}
