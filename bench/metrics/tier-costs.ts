/** What each tier spends on a request, net of what it spends on its own, round by round. */

import type { Factors, SaturationRound } from '../contract.js';
import { sumRatio, type Tally } from '../stats/estimate.js';
import { pairedQuantity } from './kinds.js';
import { pairBySweep } from './pairs.js';
import type { CellRef, Evidence, MeasurementRef, Quantity } from './quantity.js';
import { IDLE, throughputOf } from './saturation.js';

type Saturation = MeasurementRef<'saturation'>;

/** A tier's CPU time, in µs, and the requests that it was spent on, without what it spends on its own. */
type TierTally = (round: SaturationRound, idle: SaturationRound) => Tally;

const requestsIn = (round: SaturationRound) => (throughputOf(round) * round.steady.work.cpuMs) / 1000;

/** What the cluster's parts spend in a millisecond without a request, in µs. */
export const idleRate = ({ steady: { work } }: SaturationRound) => ({
  instance: work.instanceCpuMicros / work.cpuMs / Math.max(1, work.serving),
  balancer: work.balancerCpuMicros / work.balancerMs,
  store: work.storeCpuMicros / work.cpuMs,
  database: (work.databaseCpuMicros ?? 0) / work.cpuMs,
});

const TIERS = {
  instance: (round, idle) => {
    const { instanceCpuMicros, cpuMs, serving } = round.steady.work;
    return { amount: instanceCpuMicros - idleRate(idle).instance * cpuMs * serving, count: requestsIn(round) };
  },
  balancer: (round, idle) => {
    const { balancerCpuMicros, balancerMs, instanceRequests } = round.steady.work;
    return { amount: balancerCpuMicros - idleRate(idle).balancer * balancerMs, count: instanceRequests };
  },
  store: (round, idle) => {
    const { storeCpuMicros, cpuMs } = round.steady.work;
    return { amount: storeCpuMicros - idleRate(idle).store * cpuMs, count: requestsIn(round) };
  },
  database: (round, idle) => {
    const { databaseCpuMicros, cpuMs } = round.steady.work;
    return { amount: (databaseCpuMicros ?? 0) - idleRate(idle).database * cpuMs, count: requestsIn(round) };
  },
} as const satisfies Readonly<Record<string, TierTally>>;

export type TierName = keyof typeof TIERS;

/** A cell, and the one without a request that was measured in the same sweeps. */
export interface Cells {
  readonly loaded: CellRef<'saturation'>;
  readonly idle: CellRef<'saturation'>;
}

export function withIdle(measurement: Saturation, factors: Factors): Cells {
  return { loaded: { measurement, factors }, idle: { measurement, factors: { strategy: IDLE } } };
}

export function tallies(tier: TierName, { loaded, idle }: Cells, evidence: Evidence) {
  return pairBySweep(evidence.rounds(loaded), evidence.rounds(idle)).map(({ ours, theirs }) =>
    TIERS[tier](ours, theirs),
  );
}

/** What a request costs some tiers in one cell, by what it costs them in another, in rounds of the same sweep. */
export function costRatio(
  tiers: readonly TierName[],
  measurement: Saturation,
  [ours, theirs]: readonly [Factors, Factors],
  described: Pick<Quantity, 'metric' | 'label' | 'factors'>,
): Quantity {
  const [cell, base] = [withIdle(measurement, ours), withIdle(measurement, theirs)];
  const costs = ({ loaded, idle }: Cells, evidence: Evidence) =>
    pairBySweep(evidence.rounds(loaded), evidence.rounds(idle)).map((pair) => ({
      sweep: pair.ours.sweep,
      cost: tiers.reduce((sum, tier) => sum + sumRatio([TIERS[tier](pair.ours, pair.theirs)]), 0),
    }));
  return pairedQuantity({ ...described, cells: [cell.loaded, cell.idle, base.loaded] }, (evidence) =>
    pairBySweep(costs(cell, evidence), costs(base, evidence)).map((pair) => ({
      ours: pair.ours.cost,
      theirs: pair.theirs.cost,
    })),
  );
}
