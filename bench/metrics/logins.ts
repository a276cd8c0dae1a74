import type { Factors, VisitsRound } from '../contract.js';
import { DEFAULT_CONFIDENCE } from '../stats/bootstrap.js';
import { mean } from '../stats/quantiles.js';
import { unpairedRatio } from '../stats/unpaired.js';
import { meanQuantity } from './kinds.js';
import { pairBySweep } from './pairs.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

/** Of logins, some with a password and some without a check of it. */
export function unchecked(factors: Factors): Factors {
  return { ...factors, password: false };
}

/** CPU time of the instance for a password check, in µs: what a login takes less what one without the check takes, in the same sweep. */
export function hashCpuMicros(measurement: MeasurementRef<'visits'>, factors: Factors): Quantity {
  const cell: CellRef<'visits'> = { measurement, factors };
  const without: CellRef<'visits'> = { measurement, factors: unchecked(factors) };
  const described = { metric: 'hashCpuMicros', label: 'instance CPU per password check', unit: 'µs', factors };
  return meanQuantity({ ...described, cells: [cell, without] }, (evidence) =>
    pairBySweep(evidence.rounds(cell), evidence.rounds(without)).map(
      ({ ours, theirs }) => microsPerLogin(ours) - microsPerLogin(theirs),
    ),
  );
}

function microsPerLogin({ work, users }: VisitsRound): number {
  return work.instanceCpuMicros / users.logins.reduce((sum, count) => sum + count, 0);
}

/** So many authenticated requests cost an instance what a password check does. Both are measured apart, so the interval is that of unpaired means. */
export function requestsPerHash(hash: Quantity, request: Quantity): Quantity {
  return {
    metric: 'requestsPerHash',
    label: 'authenticated requests for the CPU of one password check',
    unit: 'requests',
    factors: request.factors,
    cells: [...hash.cells, ...request.cells],
    estimate(evidence, options) {
      const at = { ...options, confidence: DEFAULT_CONFIDENCE };
      const ratio = unpairedRatio([hash.estimate(evidence, at)], [request.estimate(evidence, at)], options.confidence);
      if (!ratio) throw new RangeError('an interval reaches zero');
      return { ...ratio, unit: 'requests' };
    },
    perRound: (evidence) => {
      const typical = mean(request.perRound(evidence));
      return hash.perRound(evidence).map((micros) => micros / typical);
    },
  };
}
