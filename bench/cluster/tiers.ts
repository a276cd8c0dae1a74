import type { StrategyName } from '../../services/contract.js';
import type { ClusterDescription, TierReading } from './cluster.js';

/** What the tiers did between two readings. */
export interface TierWork {
  readonly instanceCpuMicros: number;
  readonly balancerCpuMicros: number;
  /** 0 where there is no store. */
  readonly storeCpuMicros: number;
  readonly instanceRequests: number;
  readonly balancerRequests: number;
  readonly databaseTrips: number;
  readonly passwordChecks: number;
  storeTrips(strategy: StrategyName): number;
}

/**
 * Both readings must come from the same processes: a restart in between starts the counters again. An instance that was sent
 * nothing is left out: what it spends on its own is no part of a request's cost.
 */
export function workBetween(before: TierReading, after: TierReading): TierWork {
  const earlier = new Map(before.instances.map((reading) => [reading.instance, reading]));
  const pairs = after.instances.flatMap((reading) => {
    const first = earlier.get(reading.instance);
    return first && reading.requests > first.requests ? [{ first, last: reading }] : [];
  });
  const instances = (count: (reading: TierReading['instances'][number]) => number) =>
    sum(pairs.map(({ first, last }) => count(last) - count(first)));
  return {
    instanceCpuMicros: instances(({ cpu }) => cpu.userMicros + cpu.systemMicros),
    balancerCpuMicros: cpuMicros(after.balancer) - cpuMicros(before.balancer),
    storeCpuMicros: (after.storeCpuMicros ?? 0) - (before.storeCpuMicros ?? 0),
    instanceRequests: instances(({ requests }) => requests),
    balancerRequests: after.balancer.requests - before.balancer.requests,
    databaseTrips: instances(({ databaseTrips }) => databaseTrips),
    passwordChecks: instances(({ passwordChecks }) => passwordChecks),
    storeTrips: (strategy) => instances(({ strategies }) => strategies[strategy]?.storeTrips ?? 0),
  };
}

/** What one reading tells about how the parts were set up. */
export function describeParts({ instances, balancer }: TierReading): Pick<ClusterDescription, 'node' | 'settings'> {
  const [instance] = instances;
  if (!instance) return { node: process.versions.node, settings: {} };
  return {
    node: instance.node,
    settings: { JWT_ALGORITHM: instance.jwtAlgorithm, BALANCER_TRANSPORT: balancer.transport },
  };
}

function cpuMicros({ cpu }: TierReading['balancer']): number {
  return cpu.userMicros + cpu.systemMicros;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
