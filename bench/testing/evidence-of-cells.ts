import { MOUNTED_STRATEGIES } from '../../services/contract.js';
import type { Factors, Measurement, Round } from '../contract.js';
import { type CellRef, type EstimateOptions, type Evidence, keyOf, type MeasurementRef } from '../metrics/quantity.js';
import { createRandom } from '../stats/prng.js';
import { PROTOCOLS } from './sample-results.js';
import { simulationOf } from './simulation.js';
import { TRUTH, type Truth } from './truth.js';

/** Rounds of the given cells as they are, every one of them sound. */
export function evidenceIn(rounds: readonly Round[]): Evidence {
  const of = ({ measurement, factors }: CellRef) =>
    rounds.filter((round) => round.measurement === measurement.key && keyOf(round.factors) === keyOf(factors));
  return {
    rounds: (cell) => of(cell) as never,
    missing: (cell) => (of(cell).length < 2 ? 'missing' : undefined),
  };
}

/** Rounds of one measurement in a world. */
export function roundsOf(
  { key, protocol, settings }: MeasurementRef,
  cells: readonly Factors[],
  {
    truth,
    sweeps = 8,
    seed = 5,
  }: { readonly truth?: Partial<Truth>; readonly sweeps?: number; readonly seed?: number },
): Round[] {
  const measurement = { key, protocol, settings, cells, leastSweeps: sweeps, seconds: 60 } as unknown as Measurement;
  const { durationMs, sample } = PROTOCOLS[protocol];
  const world = { seed, truth: { ...TRUTH, ...truth }, strategies: MOUNTED_STRATEGIES };
  return Array.from({ length: sweeps }, (_, sweep) => sweep).flatMap((sweep) =>
    cells.map((factors) => sample(simulationOf({ measurement, factors, sweep, startedAt: '', durationMs }, world))),
  );
}

export function options(confidence = 0.95): EstimateOptions {
  return { random: createRandom(1, 'metrics'), confidence };
}
