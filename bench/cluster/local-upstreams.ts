import { ADMIN, type UpstreamSnapshot, type UpstreamSpec } from '../../balancer/contract.js';
import { BenchError } from '../errors.js';
import type { PartName } from './cluster.js';
import { fetchJson, postJson } from './http.js';
import { type Admin, takeSnapshot } from './serving.js';

const READY_DEADLINE_MS = 30_000;

/** What the balancer has been told of a cluster's instances. */
export class LocalUpstreams {
  readonly #admin: () => Admin;
  readonly #known = new Map<PartName, { readonly id: string; readonly spec: UpstreamSpec }>();

  constructor(admin: () => Admin) {
    this.#admin = admin;
  }

  get names(): readonly PartName[] {
    return [...this.#known.keys()];
  }

  has(name: PartName): boolean {
    return this.#known.has(name);
  }

  /** By which the balancer calls the instance. */
  idOf(name: PartName): string | undefined {
    return this.#known.get(name)?.id;
  }

  async add(name: PartName, spec: UpstreamSpec): Promise<void> {
    const { url, headers } = this.#admin();
    const { id } = await postJson<UpstreamSnapshot>(`${url}${ADMIN.upstreams}`, spec, headers);
    this.#known.set(name, { id, spec });
  }

  /** To a balancer that has just started, which knows none. */
  async addAllAgain(): Promise<void> {
    for (const [name, { spec }] of this.#known) await this.add(name, spec);
  }

  async remove(name: PartName): Promise<void> {
    const { url, headers } = this.#admin();
    await fetchJson(`${url}${ADMIN.upstreams}/${this.idOf(name)}`, { method: 'DELETE', headers });
    this.#known.delete(name);
  }

  /** Resolves once the balancer sends requests to all of them, and to no others. */
  async untilUp(): Promise<void> {
    const count = this.#known.size;
    const deadline = AbortSignal.timeout(READY_DEADLINE_MS);
    let states: string[] = [];
    while (!deadline.aborted) {
      const { upstreams } = await takeSnapshot(this.#admin());
      states = upstreams.map(({ state }) => state);
      if (states.length === count && states.every((state) => state === 'up')) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const message = `${count} instances were not ready within ${READY_DEADLINE_MS / 1000} s: ${states.join(', ')}.`;
    throw new BenchError('CLUSTER_FAILED', message);
  }
}
