import { STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { Factors, PopulationRound } from '../contract.js';
import { mean } from '../stats/quantiles.js';
import { meanQuantity, typicalQuantity } from './kinds.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

type Population = MeasurementRef<'population'>;
/** Who holds what sessions take. */
export type Holder = 'instance' | 'store';

const GIB = 2 ** 30;

/** What one session more takes, in bytes: the slope of a line through the readings of a round, and the mean of the rounds. */
export function bytesPerSession(holder: Holder, measurement: Population, factors: Factors): Quantity {
  const { cell, shown } = cellOf(measurement, factors);
  const label = `bytes of the ${holder} per session`;
  const described = { metric: `${holder}BytesPerSession`, label, unit: 'bytes', factors: shown };
  return meanQuantity({ ...described, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).flatMap((round) => slopeOf(round, holder) ?? []),
  );
}

/** So many users who are signed in once fill a GiB of what holds their sessions. */
export function usersPerGiB(measurement: Population, factors: Factors): Quantity {
  const { cell, shown } = cellOf(measurement, factors);
  const holder = STRATEGIES[factors.strategy as StrategyName]?.state === 'redis' ? 'store' : 'instance';
  const described = { metric: 'usersPerGiB', label: `users per GiB of the ${holder}`, unit: 'users', factors: shown };
  return typicalQuantity({ ...described, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).flatMap((round) => {
      const bytes = slopeOf(round, holder);
      return bytes === undefined ? [] : GIB / bytes;
    }),
  );
}

/** How many sessions there were is part of what a number is called. */
function cellOf(measurement: Population, factors: Factors) {
  const cell: CellRef<'population'> = { measurement, factors };
  return { cell, shown: { ...factors, sessions: measurement.settings.sessions } };
}

/** Least squares. Undefined where the holder took no part. */
function slopeOf({ readings }: PopulationRound, holder: Holder): number | undefined {
  const points = readings.flatMap(({ sessions, instanceBytes, storeBytes }) => {
    const bytes = holder === 'instance' ? instanceBytes : storeBytes;
    return bytes === null ? [] : { sessions, bytes };
  });
  if (points.length < 2) return undefined;
  const [sessions, bytes] = [mean(points.map((point) => point.sessions)), mean(points.map((point) => point.bytes))];
  let [products, squares] = [0, 0];
  for (const point of points) {
    products += (point.sessions - sessions) * (point.bytes - bytes);
    squares += (point.sessions - sessions) ** 2;
  }
  return products / squares;
}
