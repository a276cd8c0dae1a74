import type { Factors, OfferedLoadRound } from '../contract.js';
import { ratioBound } from '../stats/bounds.js';
import type { Bound } from '../stats/estimate.js';
import { decodeTimes, quantileMs } from '../stats/histogram.js';
import { bounded, meanQuantity, pairedQuantity, typicalQuantity } from './kinds.js';
import { pairBySweep } from './pairs.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

type OfferedLoad = MeasurementRef<'offered-load'>;

const quantileOf = ({ latency }: OfferedLoadRound, percent: number) => quantileMs(decodeTimes(latency), percent / 100);

/** Who gave up waiting is recorded with how long he waited: where a quantile falls among these it is a bound in that round, and in the mean. */
function boundOf(rounds: readonly OfferedLoadRound[], percent: number): Bound | undefined {
  const isCutOff = ({ latency, failures }: OfferedLoadRound) => {
    const requests = decodeTimes(latency).counts.reduce((sum, count) => sum + count, 0);
    return (percent / 100) * requests > requests - (failures.timeout ?? 0);
  };
  return rounds.some(isCutOff) ? 'at least' : undefined;
}

/** Latency from when a request was due, failures and timeouts included: a quantile of each round, and what is typical of rounds. */
export function latencyMs(percent: 50 | 99, measurement: OfferedLoad, factors: Factors): Quantity {
  const cell: CellRef<'offered-load'> = { measurement, factors };
  const described = { metric: `latencyP${percent}Ms`, label: `latency p${percent}`, unit: 'ms', factors };
  const quantity = typicalQuantity({ ...described, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map((round) => quantileOf(round, percent)),
  );
  return bounded(quantity, (evidence) => boundOf(evidence.rounds(cell), percent));
}

/** How many times the p99 of `base` it is, in rounds of the same sweep. */
export function p99Growth(measurement: OfferedLoad, factors: Factors, base: Factors): Quantity {
  const cell: CellRef<'offered-load'> = { measurement, factors };
  const reference: CellRef<'offered-load'> = { measurement, factors: base };
  const described = { metric: 'p99Growth', label: 'p99 by that of the lowest load', factors };
  const quantity = pairedQuantity({ ...described, cells: [cell, reference] }, (evidence) =>
    pairBySweep(evidence.rounds(cell), evidence.rounds(reference)).map(({ ours, theirs }) => ({
      ours: quantileOf(ours, 99),
      theirs: quantileOf(theirs, 99),
    })),
  );
  return bounded(quantity, (evidence) =>
    ratioBound(boundOf(evidence.rounds(cell), 99), boundOf(evidence.rounds(reference), 99)),
  );
}

/** Requests per second that were offered. */
export function offeredRps(measurement: OfferedLoad, factors: Factors): Quantity {
  const cell: CellRef<'offered-load'> = { measurement, factors };
  const described = { metric: 'offeredRps', label: 'offered requests per second', unit: '1/s', factors };
  return meanQuantity({ ...described, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map((round) => round.offeredRps),
  );
}
