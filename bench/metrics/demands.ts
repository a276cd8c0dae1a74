/** CPU time per request, tier by tier, net of what the parts spend on their own: the service demands of operational analysis. */

import type { Factors, SaturationRound } from '../contract.js';
import { ratioOfSums, sumRatio, type Tally } from '../stats/estimate.js';
import { mean } from '../stats/quantiles.js';
import { formatNumber } from '../words/numbers.js';
import { byPredicted } from './by-predicted.js';
import { pairedQuantity, ratioQuantity, typicalQuantity } from './kinds.js';
import { pairBySweep } from './pairs.js';
import type { CellRef, Evidence, MeasurementRef, Quantity } from './quantity.js';
import { IDLE, recognisedRps, throughputOf } from './saturation.js';

type Saturation = MeasurementRef<'saturation'>;

/** A tier's CPU time, in µs, and the requests that it was spent on, without what it spends on its own. */
type TierTally = (round: SaturationRound, idle: SaturationRound) => Tally;

const requestsIn = (round: SaturationRound) => (throughputOf(round) * round.steady.work.cpuMs) / 1000;

/** What the cluster's parts spend in a millisecond without a request, in µs. */
const idleRate = ({ steady: { work } }: SaturationRound) => ({
  instance: work.instanceCpuMicros / work.cpuMs / Math.max(1, work.serving),
  balancer: work.balancerCpuMicros / work.balancerMs,
  store: work.storeCpuMicros / work.cpuMs,
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
} as const satisfies Readonly<Record<string, TierTally>>;

export type TierName = keyof typeof TIERS;

/** A tier's CPU time per request in µs: its service demand. */
export function cpuMicrosPerRequest(tier: TierName, measurement: Saturation, factors: Factors): Quantity {
  const cells = withIdle(measurement, factors);
  const described = { metric: `${tier}CpuMicrosPerRequest`, label: `${tier} CPU per request`, unit: 'µs', factors };
  return ratioQuantity({ ...described, cells: [cells.loaded, cells.idle] }, (evidence) =>
    tallies(tier, cells, evidence),
  );
}

/** CPU time of instance and store together per request in µs: what recognising a user takes of servers, wherever it is spent. */
export function serverCpuMicrosPerRequest(measurement: Saturation, factors: Factors): Quantity {
  const cells = withIdle(measurement, factors);
  const label = 'CPU of instance and store per request';
  const described = { metric: 'serverCpuMicrosPerRequest', label, unit: 'µs', factors };
  return ratioQuantity({ ...described, cells: [cells.loaded, cells.idle] }, (evidence) => {
    const store = tallies('store', cells, evidence);
    return tallies('instance', cells, evidence).map(({ amount, count }, at) => ({
      amount: amount + (store[at]?.amount ?? 0),
      count,
    }));
  });
}

/** Instance CPU per request against that of the reply without authentication. */
export function instanceCpuRatioToNone(measurement: Saturation, factors: Factors, none: Factors): Quantity {
  const label = 'times the instance CPU of a reply without authentication';
  return costRatio(['instance'], measurement, [factors, none], { metric: 'instanceCpuRatioToNone', label, factors });
}

/** Instance CPU per request with a token of more claims, by that with one of `base`. */
export function claimsCpuRatio(measurement: Saturation, factors: Factors, base: Factors): Quantity {
  const label = 'instance CPU by that with a token of the usual claims';
  return costRatio(['instance'], measurement, [factors, base], { metric: 'claimsCpuRatio', label, factors });
}

/** CPU of instance and store for a request with so many sessions, by that with as few as in `base`. */
export function populationCpuRatio(measurement: Saturation, factors: Factors, base: Factors): Quantity {
  const label = `CPU of instance and store by that with ${formatNumber(Number(base.sessions))} sessions`;
  return costRatio(['instance', 'store'], measurement, [factors, base], {
    metric: 'populationCpuRatio',
    label,
    factors,
  });
}

/** CPU of instance and store for a request, by that of another cell. */
export function cpuRatio(
  measurement: Saturation,
  factors: Factors,
  base: Factors,
  against = String(base.strategy),
): Quantity {
  const label = `CPU of instance and store by that with ${against}`;
  const described = { metric: 'cpuRatio', label, factors: { ...factors, against } };
  return costRatio(['instance', 'store'], measurement, [factors, base], described);
}

/** What a request costs some tiers in one cell, by what it costs them in another, in rounds of the same sweep. */
function costRatio(
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

/**
 * With a core each, so many instances fill one store with a core: the ratio of their demands (utilisation law, U = X · D). Both are of
 * the same rounds, so that what makes a round dear cancels out.
 */
export function instancesPerStore(measurement: Saturation, factors: Factors): Quantity {
  const cells = withIdle(measurement, factors);
  const described = { metric: 'instancesPerStore', label: 'instances that fill one Redis, a core each', factors };
  return typicalQuantity({ ...described, unit: 'instances', cells: [cells.loaded, cells.idle] }, (evidence) => {
    const store = tallies('store', cells, evidence);
    return tallies('instance', cells, evidence).map((tally, at) => {
      const count = store[at]?.amount ?? 0;
      // Leaving such a round out would choose the rounds in which the store was dear.
      if (count <= 0) throw new RangeError('the store spent no more than without a request');
      return tally.amount / count;
    });
  });
}

/**
 * Requests per second that the slices of a tier, less what it spends on its own, are enough for, by its demand in another measurement:
 * what a request costs on a whole core predicts what slices serve (bottleneck bound, X ≤ cores / D).
 */
export function boundRps(
  tier: 'instance' | 'store',
  sliced: CellRef<'saturation'>,
  demand: CellRef<'saturation'>,
): Quantity {
  const cells = withIdle(demand.measurement, demand.factors);
  const demands = (evidence: Evidence) => tallies(tier, cells, evidence);
  const microsPerSecond = (evidence: Evidence) => {
    const [round] = evidence.rounds(sliced);
    const cores = tier === 'store' ? round?.storeCores : round?.instanceCores;
    if (typeof cores !== 'number') throw new RangeError(`the ${tier} had no slice`);
    const count = tier === 'store' ? 1 : Number(sliced.factors.instances);
    return count * (1e6 * cores - idleMicrosPerSecond(tier, demand.measurement, evidence));
  };
  return {
    metric: `${tier}BoundRps`,
    label: `requests per second that slices of the ${tier} are enough for, by its demand on a whole core`,
    unit: '1/s',
    factors: sliced.factors,
    cells: [sliced, cells.loaded, cells.idle],
    estimate(evidence, options) {
      const { value, low, high, n } = ratioOfSums(demands(evidence), { ...options, unit: 'µs' });
      if (low <= 0) throw new RangeError('the demand is not told from none');
      const slice = microsPerSecond(evidence);
      return { value: slice / value, low: slice / high, high: slice / low, n, unit: '1/s' };
    },
    perRound: (evidence) => demands(evidence).map((tally) => microsPerSecond(evidence) / sumRatio([tally])),
  };
}

/** How far the prediction of `boundRps` is off: measured by predicted, 1 where it holds. */
export function measuredByPredicted(
  tier: 'instance' | 'store',
  sliced: CellRef<'saturation'>,
  demand: CellRef<'saturation'>,
): Quantity {
  const measured = recognisedRps(sliced.measurement, sliced.factors);
  const predicted = boundRps(tier, sliced, demand);
  const name = {
    metric: 'measuredByPredicted',
    label: 'requests per second, measured by predicted',
    factors: sliced.factors,
  };
  return byPredicted(name, measured, predicted, mean);
}

/** What a part of the tier spends without a request, in µs a second. */
export function idleMicrosPerSecond(tier: TierName, measurement: Saturation, evidence: Evidence): number {
  const rounds = evidence.rounds({ measurement, factors: { strategy: IDLE } });
  return 1000 * mean(rounds.map((round) => idleRate(round)[tier]));
}

/** A cell, and the one without a request that was measured in the same sweeps. */
interface Cells {
  readonly loaded: CellRef<'saturation'>;
  readonly idle: CellRef<'saturation'>;
}

function withIdle(measurement: Saturation, factors: Factors): Cells {
  return { loaded: { measurement, factors }, idle: { measurement, factors: { strategy: IDLE } } };
}

function tallies(tier: TierName, { loaded, idle }: Cells, evidence: Evidence) {
  return pairBySweep(evidence.rounds(loaded), evidence.rounds(idle)).map(({ ours, theirs }) =>
    TIERS[tier](ours, theirs),
  );
}
