import { EventEmitter } from 'node:events';
import type { UpstreamSpec } from './contract.js';
import { isAvailable, Upstream } from './upstream.js';

interface PoolEvents {
  added: [Upstream];
  removed: [Upstream];
}

/** The upstreams there are, and the list of those available, rebuilt only when one changes. */
export class Pool extends EventEmitter<PoolEvents> {
  readonly #byId = new Map<string, Upstream>();
  readonly #drainDeadlineMs: number;
  #removals = new Map<Upstream, NodeJS.Timeout>();
  #available: readonly Upstream[] = [];

  constructor(options: { readonly drainDeadlineMs: number }) {
    super();
    this.#drainDeadlineMs = options.drainDeadlineMs;
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
    if (known) {
      clearTimeout(this.#removals.get(known));
      this.#removals.delete(known);
      known.draining = false;
      this.refresh();
      return known;
    }
    this.#byId.set(fresh.id, fresh);
    this.emit('added', fresh);
    return fresh;
  }

  /** Takes no new clients, lets requests in flight finish until the drain deadline, then forgets the upstream. */
  remove(upstream: Upstream): void {
    if (this.#removals.has(upstream)) return;
    upstream.draining = true;
    this.refresh();
    const startedMs = Date.now();
    const timer = setInterval(() => {
      if (upstream.inFlight > 0 && Date.now() - startedMs < this.#drainDeadlineMs) return;
      clearInterval(timer);
      this.#removals.delete(upstream);
      this.#byId.delete(upstream.id);
      this.emit('removed', upstream);
    }, 50);
    this.#removals.set(upstream, timer);
  }

  /** To be called whenever something that availability depends on has changed. */
  refresh(): void {
    this.#available = [...this.#byId.values()].filter(isAvailable);
  }

  close(): void {
    for (const timer of this.#removals.values()) clearInterval(timer);
    for (const upstream of this.#byId.values()) this.emit('removed', upstream);
    this.#byId.clear();
    this.refresh();
  }
}
