import type { BalancerSnapshot, RoutingSnapshot, UpstreamSnapshot } from '../../../balancer/contract.js';
import { type BackendName, type InstanceStats, OPS } from '../../contract.js';
import type { BalancerAdmin } from './admin.js';
import type { StoreProbe, StoreReading } from './store-probe.js';

const DEADLINE_MS = 700;

/** What each part tells of itself at one time; null where it does not answer. */
export interface Reading {
  /** In ms of `performance.now()`. */
  readonly atMs: number;
  readonly balancer: BalancerSnapshot | null;
  readonly routing: RoutingSnapshot | null;
  readonly instances: readonly InstanceReading[];
  readonly store: StoreReading | null;
}

export interface InstanceReading {
  readonly upstream: UpstreamSnapshot;
  readonly stats: InstanceStats | null;
  /** By what it has asked them last. */
  readonly backends: Readonly<Partial<Record<BackendName, 'up' | 'down'>>>;
}

export const NO_READING: Reading = {
  atMs: Number.NEGATIVE_INFINITY,
  balancer: null,
  routing: null,
  instances: [],
  store: null,
};

/**
 * All are asked at once: one that stands still keeps nobody waiting for longer than the deadline.
 * @param before what counts of a balancer that does not answer
 */
export async function readCluster(admin: BalancerAdmin, store: StoreProbe | null, before: Reading): Promise<Reading> {
  const [balancer, routing, storeReading] = await Promise.all([
    admin.snapshot().catch(() => null),
    admin.routing().catch(() => before.routing),
    store?.read() ?? null,
  ]);
  const upstreams = balancer?.upstreams ?? before.instances.map(({ upstream }) => upstream);
  const instances = await Promise.all(upstreams.map(readInstance));
  return { atMs: performance.now(), balancer, routing, instances, store: storeReading };
}

/** Its operations listener is where the balancer asks for its health. */
async function readInstance(upstream: UpstreamSnapshot): Promise<InstanceReading> {
  const ask = async <T>(path: string): Promise<T | null> => {
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      return (await (await fetch(new URL(path, upstream.healthUrl), { signal })).json()) as T;
    } catch {
      return null;
    }
  };
  const [stats, readiness] = await Promise.all([
    ask<InstanceStats>(OPS.stats),
    ask<Pick<InstanceReading, 'backends'>>(OPS.ready),
  ]);
  return { upstream, stats, backends: readiness?.backends ?? {} };
}
