import { type InstanceStats, OPS } from '../../services/contract.js';
import type { ClusterDescription, TierReading } from './cluster.js';
import { fetchJson } from './http.js';
import type { LocalCpu } from './local-cpu.js';
import type { LocalProcesses } from './local-processes.js';
import type { LocalStore } from './local-store.js';
import type { LocalUpstreams } from './local-upstreams.js';
import type { Part } from './part.js';
import { type Admin, takeSnapshot } from './serving.js';
import { describeParts } from './tiers.js';

interface Sources {
  readonly processes: LocalProcesses;
  readonly upstreams: LocalUpstreams;
  readonly cpu: LocalCpu;
  readonly store: LocalStore;
  readonly admin: () => Admin;
}

/** What is read of a local cluster: its processes from outside, its instances and its balancer by asking. */
export class LocalReadings {
  readonly #of: Sources;

  constructor(sources: Sources) {
    this.#of = sources;
  }

  instances(): readonly Part[] {
    const { upstreams, processes } = this.#of;
    return upstreams.names.map((name) => processes.get(name));
  }

  /** None where another's is used. */
  redis(): readonly Part[] {
    const part = this.#of.processes.find('redis');
    return part ? [part] : [];
  }

  async readTiers(): Promise<TierReading> {
    const { processes, upstreams, cpu, store, admin } = this.#of;
    const balancer = await takeSnapshot(admin());
    const requests = new Map(balancer.upstreams.map((upstream) => [upstream.id, upstream.requests]));
    // One that was killed is not among them.
    const alive = this.instances().filter((part) => part.running);
    const [redis] = this.redis();
    const storeReading = redis ? cpu.read(redis) : await store.read();
    const database = processes.find('database');
    return {
      atMs: performance.now(),
      instances: alive.map((part) => ({
        instance: part.spec.name,
        requests: requests.get(upstreams.idOf(part.spec.name) ?? '') ?? 0,
        ...cpu.read(part),
      })),
      balancer,
      store: storeReading,
      database: database ? cpu.read(database) : null,
    };
  }

  readStats(): Promise<readonly InstanceStats[]> {
    const urls = this.instances().map(({ addresses }) => addresses.opsUrl);
    return Promise.all(urls.map((url) => fetchJson<InstanceStats>(`${url}${OPS.stats}`)));
  }

  async describe(postgres: string): Promise<ClusterDescription> {
    const { store, admin } = this.#of;
    return {
      cluster: 'local',
      ...describeParts(await this.readStats(), await takeSnapshot(admin())),
      redis: await store.describe(),
      postgres,
    };
  }
}
