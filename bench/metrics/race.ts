/** What goes wrong where operations meet on one session. */
import type { Factors, RaceRound } from '../contract.js';
import { pairedQuantity, ratioQuantity, shareQuantity } from './kinds.js';
import { pairBySweep } from './pairs.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

type RaceRef = MeasurementRef<'race'>;

/** Share of what was tried that went wrong. Sessions are the units: what meets in one shares its fate. */
export function wrongRatio(measurement: RaceRef, factors: Factors, label: string): Quantity {
  const cell: CellRef<'race'> = { measurement, factors };
  // A session in which nothing came to be tried says nothing.
  const outcomes = ({ trials, wrong }: RaceRound) =>
    trials.flatMap((count, session) => (count > 0 ? { successes: wrong[session] ?? 0, trials: count } : []));
  return shareQuantity({ metric: 'wrongRatio', label, factors, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map(outcomes),
  );
}

const cpuMicros = ({ work }: RaceRound) => work.instanceCpuMicros + work.storeCpuMicros;

/** CPU time of instances and store together for one operation that raced, in µs. */
export function cpuMicrosPerOperation(measurement: RaceRef, factors: Factors): Quantity {
  const cell: CellRef<'race'> = { measurement, factors };
  const described = { metric: 'cpuMicrosPerOperation', label: 'CPU of instance and store per write', factors };
  return ratioQuantity({ ...described, unit: 'µs', cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map((round) => ({ amount: cpuMicros(round), count: round.operations })),
  );
}

/** What one way to do it costs instance and store, by what another does. */
export function operationCostRatio(measurement: RaceRef, ours: Factors, theirs: Factors, label: string): Quantity {
  const cell: CellRef<'race'> = { measurement, factors: ours };
  const base: CellRef<'race'> = { measurement, factors: theirs };
  const described = { metric: 'operationCostRatio', label, factors: ours, cells: [cell, base] };
  return pairedQuantity(described, (evidence) =>
    pairBySweep(evidence.rounds(cell), evidence.rounds(base)).map((pair) => ({
      ours: cpuMicros(pair.ours) / pair.ours.operations,
      theirs: cpuMicros(pair.theirs) / pair.theirs.operations,
    })),
  );
}
