import { EventEmitter } from 'node:events';
import type { UpstreamSpec } from '../contract.js';
import { type Health, isAvailable, isSound, Upstream } from './upstream.js';

interface PoolEvents {
  added: [Upstream];
  removed: [Upstream];
  /** Has become well after having been down or new. */
  up: [Upstream];
  /** Its health checks have failed. */
  down: [Upstream];
}

/** How often an upstream that is leaving is looked at. */
const REMOVAL_POLL_MS = 50;

/** The upstreams there are, and the list of those available, rebuilt only when one changes. */
export class Pool extends EventEmitter<PoolEvents> {
  readonly #byId = new Map<string, Upstream>();
  readonly #drainDeadlineMs: number;
  readonly #now: () => number;
  readonly #timers = new Map<Upstream, NodeJS.Timeout>();
  #available: readonly Upstream[] = [];

  constructor(options: { readonly drainDeadlineMs: number; readonly now?: () => number }) {
    super();
    this.#drainDeadlineMs = options.drainDeadlineMs;
    this.#now = options.now ?? (() => performance.now());
  }

  get available(): readonly Upstream[] {
    return this.#available;
  }

  get all(): Iterable<Upstream> {
    return this.#byId.values();
  }

  get(id: string): Upstream | undefined {
    return this.#byId.get(id);
  }

  /** Adding an upstream that is there takes it back out of its draining. */
  add(spec: UpstreamSpec): Upstream {
    const fresh = new Upstream(spec);
    const known = this.#byId.get(fresh.id);
    if (known !== undefined) {
      if (known.draining) this.resume(known);
      return known;
    }
    this.#byId.set(fresh.id, fresh);
    this.emit('added', fresh);
    return fresh;
  }

  /** Takes no new clients; keeps those that are pinned until the drain deadline. */
  drain(upstream: Upstream): void {
    if (upstream.draining) return;
    upstream.draining = true;
    const timer = setTimeout(() => {
      upstream.drained = true;
    }, this.#drainDeadlineMs);
    this.#timers.set(upstream, timer);
    this.refresh();
  }

  resume(upstream: Upstream): void {
    clearTimeout(this.#timers.get(upstream));
    this.#timers.delete(upstream);
    upstream.draining = false;
    upstream.drained = false;
    this.refresh();
  }

  /** Takes nobody any more; forgets the upstream when what is in flight has finished, at the latest at the drain deadline. */
  remove(upstream: Upstream): void {
    clearTimeout(this.#timers.get(upstream));
    upstream.draining = true;
    upstream.drained = true;
    const deadlineMs = this.#now() + this.#drainDeadlineMs;
    const timer = setInterval(() => {
      if (upstream.inFlight === 0 || this.#now() >= deadlineMs) this.#forget(upstream);
    }, REMOVAL_POLL_MS);
    this.#timers.set(upstream, timer);
    this.refresh();
  }

  setHealth(upstream: Upstream, health: Health): void {
    if (health === upstream.health) return;
    upstream.health = health;
    if (health === 'down') upstream.downSinceMs = this.#now();
    else upstream.downMs = this.downMs(upstream);
    if (health === 'up') {
      upstream.downSinceMs = null;
      this.emit('up', upstream);
    }
    this.refresh();
    if (health === 'down') this.emit('down', upstream);
  }

  /** Total of all outages, the present one included. */
  downMs({ downMs, downSinceMs }: Upstream): number {
    return downMs + (downSinceMs === null ? 0 : this.#now() - downSinceMs);
  }

  /** To be called whenever something that availability depends on has changed. */
  refresh(): void {
    const all = [...this.#byId.values()];
    const available = all.filter(isAvailable);
    // Where those that are not put out have all failed, one that only seems bad is better than none.
    this.#available = available.length > 0 ? available : all.filter(isSound);
  }

  close(): void {
    for (const upstream of [...this.#byId.values()]) this.#forget(upstream);
  }

  #forget(upstream: Upstream): void {
    clearTimeout(this.#timers.get(upstream));
    this.#timers.delete(upstream);
    this.#byId.delete(upstream.id);
    this.refresh();
    this.emit('removed', upstream);
  }
}
