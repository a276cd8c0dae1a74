import type { Pool } from '../pool.js';
import { isSound, type Upstream } from '../upstream.js';

export interface PassiveCheckOptions {
  /** Failed attempts in a row that put an upstream out. */
  readonly failuresInRow: number;
  /** Of the first ejection; each further one in a row lasts as much longer. */
  readonly ejectionMs: number;
  readonly maxEjectionMs: number;
  /** Of those that are up, at most this share is out at a time, and never the last: a failing one is better than none. */
  readonly maxEjectedShare: number;
}

/** Judges upstreams by the requests they get: faster than asking, and it sees what a health check does not. */
export class PassiveChecks {
  readonly #pool: Pool;
  readonly #options: PassiveCheckOptions;
  readonly #timers = new Map<Upstream, NodeJS.Timeout>();

  constructor(pool: Pool, options: PassiveCheckOptions) {
    this.#pool = pool;
    this.#options = options;
    pool.on('removed', (upstream) => this.#forget(upstream));
  }

  onSuccess(upstream: Upstream): void {
    upstream.failuresInRow = 0;
  }

  onFailure(upstream: Upstream): void {
    upstream.failuresInRow += 1;
    if (upstream.failuresInRow >= this.#options.failuresInRow && !upstream.ejected) this.#eject(upstream);
  }

  close(): void {
    for (const upstream of [...this.#timers.keys()]) this.#forget(upstream);
  }

  #eject(upstream: Upstream): void {
    const { ejectionMs, maxEjectionMs, maxEjectedShare } = this.#options;
    if (!isSound(upstream)) return;
    const sound = [...this.#pool.all].filter(isSound);
    const out = sound.filter(({ ejected }) => ejected).length + 1;
    if (out > sound.length * maxEjectedShare || out >= sound.length) return;
    upstream.ejected = true;
    upstream.ejections += 1;
    upstream.ejectionsInRow += 1;
    upstream.failuresInRow = 0;
    const durationMs = Math.min(ejectionMs * upstream.ejectionsInRow, maxEjectionMs);
    this.#after(durationMs, upstream, () => {
      upstream.ejected = false;
      this.#pool.refresh();
      // One that has been well for as long as it was out begins anew.
      this.#after(durationMs, upstream, () => {
        upstream.ejectionsInRow = 0;
      });
    });
    this.#pool.refresh();
  }

  /** In place of what was to come for the upstream. */
  #after(durationMs: number, upstream: Upstream, act: () => void): void {
    clearTimeout(this.#timers.get(upstream));
    const timer = setTimeout(() => {
      this.#timers.delete(upstream);
      act();
    }, durationMs);
    this.#timers.set(upstream, timer);
  }

  #forget(upstream: Upstream): void {
    clearTimeout(this.#timers.get(upstream));
    this.#timers.delete(upstream);
  }
}
