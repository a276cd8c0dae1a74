/** CPU time per request, tier by tier, net of what the parts spend on their own: the service demands of operational analysis. */

import { STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { Factors } from '../contract.js';
import { ratioBound } from '../stats/bounds.js';
import { type Bound, ratioOfSums, sumRatio } from '../stats/estimate.js';
import { mean } from '../stats/quantiles.js';
import { formatNumber } from '../words/numbers.js';
import { byPredicted } from './by-predicted.js';
import { bounded, ratioQuantity, typicalQuantity } from './kinds.js';
import type { CellRef, Evidence, MeasurementRef, Quantity } from './quantity.js';
import { IDLE, recognisedRps } from './saturation.js';
import { costRatio, idleRate, type TierName, tallies, withIdle } from './tier-costs.js';

type Saturation = MeasurementRef<'saturation'>;

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

/** What keeps sessions somewhere spends CPU in all of these. */
const ALL_TIERS = ['instance', 'store', 'database'] as const;

/** CPU time of instance, store and database together, by that with `base`. At least so much where the database's cannot be read. */
export function wholeCpuRatio(measurement: Saturation, factors: Factors, base: Factors): Quantity {
  const against = String(base.strategy);
  const label = `CPU of instance, store and database by that with ${against}`;
  const described = { metric: 'wholeCpuRatio', label, factors: { ...factors, against } };
  return bounded(costRatio(ALL_TIERS, measurement, [factors, base], described), (evidence) => {
    const [ours, theirs] = [factors, base].map((at) => databaseBound({ measurement, factors: at }, evidence));
    return ratioBound(ours, theirs);
  });
}

/** The same in µs for a request. */
export function wholeCpuMicrosPerRequest(measurement: Saturation, factors: Factors): Quantity {
  const cells = withIdle(measurement, factors);
  const label = 'CPU of instance, store and database per request';
  const described = { metric: 'wholeCpuMicrosPerRequest', label, unit: 'µs', factors };
  const quantity = ratioQuantity({ ...described, cells: [cells.loaded, cells.idle] }, (evidence) => {
    const [first = [], ...others] = ALL_TIERS.map((tier) => tallies(tier, cells, evidence));
    return first.map(({ amount, count }, at) => ({
      amount: others.reduce((sum, tally) => sum + (tally[at]?.amount ?? 0), amount),
      count,
    }));
  });
  return bounded(quantity, (evidence) => databaseBound(cells.loaded, evidence));
}

/** What is asked, and cannot be read, costs nothing that is counted. */
function databaseBound(cell: CellRef<'saturation'>, evidence: Evidence): Bound | undefined {
  const isAsked = (STRATEGIES[cell.factors.strategy as StrategyName]?.databaseTripsPerRead ?? 0) > 0;
  const isUnread = evidence.rounds(cell).some(({ steady: { work } }) => typeof work.databaseCpuMicros !== 'number');
  return isAsked && isUnread ? 'at least' : undefined;
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
