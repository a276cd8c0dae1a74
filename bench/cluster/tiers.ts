import type { BalancerSnapshot } from '../../balancer/contract.js';
import type { InstanceStats, StrategyName } from '../../services/contract.js';
import type { Work } from '../contract.js';
import type { ClusterDescription, InstanceReading, Throttling, TierReading } from './cluster.js';

/**
 * What the tiers did between two readings. Both must come from the same processes: a restart in between starts the counters again.
 * @param whose work counts: that of the instances that were sent requests, as what the others spend on their own is no part of a
 *   request's cost; or of all, to know what that is
 */
export function workBetween(before: TierReading, after: TierReading, whose: 'serving' | 'all' = 'serving'): Work {
  const earlier = new Map(before.instances.map((reading) => [reading.instance, reading]));
  const pairs = after.instances.flatMap((last) => {
    const first = earlier.get(last.instance);
    return first && (whose === 'all' || last.requests > first.requests) ? [{ first, last }] : [];
  });
  const instances = (count: (reading: InstanceReading) => number) =>
    sum(pairs.map(({ first, last }) => count(last) - count(first)));
  return {
    cpuMs: after.atMs - before.atMs,
    balancerMs: 1000 * (after.balancer.uptimeSeconds - before.balancer.uptimeSeconds),
    instanceCpuMicros: instances(({ cpuMicros }) => cpuMicros),
    balancerCpuMicros: cpuMicros(after.balancer) - cpuMicros(before.balancer),
    storeCpuMicros: (after.store?.cpuMicros ?? 0) - (before.store?.cpuMicros ?? 0),
    databaseCpuMicros: before.database && after.database && after.database.cpuMicros - before.database.cpuMicros,
    instanceRequests: instances(({ requests }) => requests),
    balancerRequests: after.balancer.requests - before.balancer.requests,
    serving: pairs.length,
    instanceThrottling: sumThrottling(
      pairs.map(({ first, last }) => throttlingBetween(first.throttling, last.throttling)),
    ),
    storeThrottling: throttlingBetween(before.store?.throttling ?? null, after.store?.throttling ?? null),
  };
}

/** What the instances themselves counted between two times that they were asked. */
export function statsBetween(before: readonly InstanceStats[], after: readonly InstanceStats[]) {
  const total = (count: (stats: InstanceStats) => number) => sum(after.map(count)) - sum(before.map(count));
  return {
    databaseTrips: total(({ databaseTrips }) => databaseTrips),
    passwordChecks: total(({ passwordChecks }) => passwordChecks),
    storeTrips: (strategy: StrategyName) => total(({ strategies }) => strategies[strategy]?.storeTrips ?? 0),
  };
}

/** What the parts tell about how they were set up. */
export function describeParts(
  [instance]: readonly InstanceStats[],
  { transport }: BalancerSnapshot,
): Pick<ClusterDescription, 'node' | 'settings'> {
  if (!instance) return { node: process.versions.node, settings: {} };
  const { node, jwtAlgorithm, cohortLimit } = instance;
  const settings = { JWT_ALGORITHM: jwtAlgorithm, COHORT_LIMIT: `${cohortLimit}`, BALANCER_TRANSPORT: transport };
  return { node, settings };
}

function throttlingBetween(before: Throttling | null, after: Throttling | null): Throttling | null {
  if (!before || !after) return null;
  return {
    periods: after.periods - before.periods,
    throttledPeriods: after.throttledPeriods - before.throttledPeriods,
    throttledMicros: after.throttledMicros - before.throttledMicros,
  };
}

function sumThrottling(parts: readonly (Throttling | null)[]): Throttling | null {
  const counted = parts.filter((part) => part !== null);
  if (counted.length === 0) return null;
  return {
    periods: sum(counted.map(({ periods }) => periods)),
    throttledPeriods: sum(counted.map(({ throttledPeriods }) => throttledPeriods)),
    throttledMicros: sum(counted.map(({ throttledMicros }) => throttledMicros)),
  };
}

function cpuMicros({ cpu }: BalancerSnapshot): number {
  return cpu.userMicros + cpu.systemMicros;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
