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

  /** Its origin, as the balancer knows it. */
  urlOf(name: PartName): string | undefined {
    return this.#known.get(name)?.spec.url;
  }

  async add(name: PartName, spec: UpstreamSpec): Promise<void> {
    const { url, headers } = this.#admin();
    const { id } = await postJson<UpstreamSnapshot>(`${url}${ADMIN.upstreams}`, spec, headers);
    this.#known.set(name, { id, spec });
  }

  /**
   * Has the balancer forget an instance while it is started anew: it believes a new upstream at the first good check, one that was down at the
   * second.
   */
  async renew(name: PartName, start: () => Promise<void>): Promise<void> {
    const { url, headers } = this.#admin();
    const { id, spec } = this.#known.get(name) ?? {};
    if (id === undefined || spec === undefined) throw new BenchError('CLUSTER_FAILED', `There is no ${name}.`);
    await fetchJson(`${url}${ADMIN.upstreams}/${id}`, { method: 'DELETE', headers });
    await start().finally(() => this.add(name, spec));
    await this.untilServes(name);
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

  /** Resolves once the balancer sends requests to this one, whatever the others do. */
  async untilServes(name: PartName): Promise<void> {
    const id = this.idOf(name);
    const deadline = AbortSignal.timeout(READY_DEADLINE_MS);
    while (!deadline.aborted) {
      const { upstreams } = await takeSnapshot(this.#admin());
      if (upstreams.some((upstream) => upstream.id === id && upstream.state === 'up')) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new BenchError('CLUSTER_FAILED', `${name} was not ready within ${READY_DEADLINE_MS / 1000} s.`);
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
