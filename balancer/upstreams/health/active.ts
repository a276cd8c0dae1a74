import { get } from 'node:http';
import type { Pool } from '../pool.js';
import type { Upstream } from '../upstream.js';

export interface ActiveCheckOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Good checks in a row that bring an upstream back, and bad ones that take it out. */
  readonly rise: number;
  readonly fall: number;
  readonly random: () => number;
}

/** An upstream that has never been up is asked this many times as often, so that a starting cluster is soon ready. */
const STARTING_HURRY = 10;
/** Checks of many balancers and upstreams must not fall into step. */
const JITTER = 0.2;

/** Asks every upstream of the pool in turn whether it is well. A new one takes no requests before its first good check. */
export class ActiveChecks {
  readonly #pool: Pool;
  readonly #options: ActiveCheckOptions;
  readonly #timers = new Map<Upstream, NodeJS.Timeout>();

  constructor(pool: Pool, options: ActiveCheckOptions) {
    this.#pool = pool;
    this.#options = options;
    pool.on('added', (upstream) => this.#schedule(upstream, 0));
    pool.on('removed', (upstream) => {
      clearTimeout(this.#timers.get(upstream));
      this.#timers.delete(upstream);
    });
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule(upstream: Upstream, delayMs: number): void {
    this.#timers.set(
      upstream,
      setTimeout(() => this.#check(upstream), delayMs),
    );
  }

  #check(upstream: Upstream): void {
    checkOnce(upstream.healthUrl, this.#options.timeoutMs, (ok) => {
      if (!this.#timers.has(upstream)) return;
      this.#judge(upstream, ok);
      const { intervalMs, random } = this.#options;
      const hurry = upstream.health === 'starting' ? STARTING_HURRY : 1;
      this.#schedule(upstream, (intervalMs / hurry) * (1 - JITTER / 2 + JITTER * random()));
    });
  }

  #judge(upstream: Upstream, ok: boolean): void {
    const { rise, fall } = this.#options;
    upstream.checks.record(ok);
    const { goodInRow, badInRow } = upstream.checks;
    if (ok && upstream.health !== 'up' && (upstream.health === 'starting' || goodInRow >= rise)) {
      this.#pool.setHealth(upstream, 'up');
    } else if (upstream.health === 'up' && badInRow >= fall) {
      this.#pool.setHealth(upstream, 'down');
    }
  }
}

/** One GET on a connection of its own: an instance that accepts no connections is not well. Any 2xx is a good check. */
export function checkOnce(url: string, timeoutMs: number, done: (ok: boolean) => void): void {
  let told = false;
  const tell = (ok: boolean) => {
    if (told) return;
    told = true;
    clearTimeout(timer);
    request.destroy();
    done(ok);
  };
  const request = get(url, { agent: false }, ({ statusCode = 0 }) => tell(statusCode >= 200 && statusCode < 300));
  request.on('error', () => tell(false));
  const timer = setTimeout(() => tell(false), timeoutMs);
}
