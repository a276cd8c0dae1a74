/** How large a token may be: each hop accepts so much of a request's head, and refuses what is larger. */
import type { BatteryRound, Factors } from '../contract.js';
import { bounded, meanQuantity } from './kinds.js';
import type { CellRef, Evidence, MeasurementRef, Quantity } from './quantity.js';

type Battery = MeasurementRef<'battery'>;

/** Where a head is refused: by the balancer, or by an instance that is asked past it. */
export type Hop = 'balancer' | 'instance';

/** What is counted, and what a case is called, in rounds. */
export const largestTokenOf = (hop: string) => `hop ${hop}: bytes of the largest token`;
export const nextLargerOf = (hop: string) => `hop ${hop}: the next larger token`;

/** At least so many where the hop itself refused none that was tried. */
export function largestTokenBytes(measurement: Battery, factors: Factors): Quantity {
  const described = { metric: 'largestTokenBytes', label: 'largest token accepted', unit: 'bytes', factors };
  const cells = [cellOf(measurement)];
  const largest = ({ counts }: BatteryRound) => known(counts[largestTokenOf(String(factors.hop))]);
  return bounded(
    meanQuantity({ ...described, cells }, (evidence) => roundsIn(evidence, measurement).map(largest)),
    (evidence) =>
      roundsIn(evidence, measurement).every((round) => statusIn(round, factors) !== undefined) ? undefined : 'at least',
  );
}

/** What the hop answers to the next larger one: the same in all rounds, or it is not known. */
export function refusalStatus(measurement: Battery, factors: Factors): Quantity {
  const described = { metric: 'refusalStatus', label: 'answer to the next larger token', unit: '', factors };
  return meanQuantity({ ...described, cells: [cellOf(measurement)] }, (evidence) => {
    const statuses = roundsIn(evidence, measurement).map((round) => known(statusIn(round, factors)));
    if (new Set(statuses).size > 1) throw new RangeError(`it was answered with ${statuses.join(', ')}`);
    return statuses;
  });
}

function cellOf(measurement: Battery): CellRef<'battery'> {
  return { measurement, factors: measurement.settings };
}

function roundsIn(evidence: Evidence, measurement: Battery): readonly BatteryRound[] {
  return evidence.rounds(cellOf(measurement));
}

function statusIn({ cases }: BatteryRound, { strategy, hop }: Factors): number | undefined {
  const refused = cases.find((one) => one.strategy === strategy && one.name === nextLargerOf(String(hop)));
  return refused?.answers[0]?.status;
}

function known(figure: number | undefined): number {
  if (figure === undefined) throw new RangeError('it was not tried in every round');
  return figure;
}
