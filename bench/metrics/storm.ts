import type { Factors, StormRound } from '../contract.js';
import { decodeTimes, quantileMs } from '../stats/histogram.js';
import { pairedQuantity, ratioQuantity, typicalQuantity } from './kinds.js';
import { pairBySweep } from './pairs.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

type Storm = MeasurementRef<'storm'>;

const p99Of = ({ latency }: StormRound) => quantileMs(decodeTimes(latency), 0.99);

/** Page views while many sign in, at an instance with that gate for password checks. */
export function inStorm(factors: Factors): Factors {
  return { ...factors, storm: true };
}

/** The same while nobody does: then the gate plays no part. */
export function inCalm({ strategy = '' }: Factors): Factors {
  return { strategy, storm: false };
}

/** Latency of page views, from when they were written: the p99 of each round, and what is typical of rounds. */
export function stormP99Ms(measurement: Storm, factors: Factors): Quantity {
  const cell: CellRef<'storm'> = { measurement, factors };
  const described = { metric: 'latencyP99Ms', label: 'latency p99 of page views', unit: 'ms', factors };
  return typicalQuantity({ ...described, cells: [cell] }, (evidence) => evidence.rounds(cell).map(p99Of));
}

/** How many times the p99 of page views while nobody signs in it is, in rounds of the same sweep. */
export function p99InStorm(measurement: Storm, factors: Factors): Quantity {
  const [storm, calm]: [CellRef<'storm'>, CellRef<'storm'>] = [
    { measurement, factors: inStorm(factors) },
    { measurement, factors: inCalm(factors) },
  ];
  const described = { metric: 'p99InStorm', label: 'p99 of page views by that without logins', factors };
  return pairedQuantity({ ...described, cells: [storm, calm] }, (evidence) =>
    pairBySweep(evidence.rounds(storm), evidence.rounds(calm)).map(({ ours, theirs }) => ({
      ours: p99Of(ours),
      theirs: p99Of(theirs),
    })),
  );
}

/** Of logins in a storm, the share that was turned away. */
export function turnedAway(measurement: Storm, factors: Factors): Quantity {
  const cell: CellRef<'storm'> = { measurement, factors: inStorm(factors) };
  const described = { metric: 'turnedAwayRatio', label: 'logins turned away', unit: 'share', factors };
  return ratioQuantity({ ...described, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map(({ logins }) => ({ amount: logins.statuses[503] ?? 0, count: logins.sent })),
  );
}
