import type { Factors, Measurement, Results, Round, RoundOf } from '../contract.js';
import { type CellRef, type Evidence, keyOf } from '../metrics/quantity.js';

/** Of a cell's rounds, how many must have passed their checks: leaving rounds out must not choose the quiet ones. */
const LEAST_SOUND_SHARE = 0.75;
/** Two that happen to be alike would seem certain. */
export const LEAST_ROUNDS = 3;

/** What a run's rounds say, cell by cell. Pure. */
export function evidenceOf({ rounds, plan, events }: Results): Evidence {
  const cells = new Map<string, Round[]>();
  for (const round of rounds) {
    const key = cellKey(round.measurement, round.factors);
    const known = cells.get(key);
    if (known) known.push(round);
    else cells.set(key, [round]);
  }
  const planned = new Set(
    plan?.measurements.flatMap(({ key, cells }) => cells.map((factors) => cellKey(key, factors))) ?? [],
  );
  const missing = (cell: CellRef): string | undefined => {
    const key = cellKey(cell.measurement.key, cell.factors);
    if (!planned.has(key)) return `${describe(cell)} was not part of the run`;
    const all = cells.get(key) ?? [];
    const sound = all.filter(isSound);
    const attempts = all.reduce((sum, round) => sum + 1 + ('repeats' in round ? round.repeats : 0), 0);
    if (sound.length < LEAST_SOUND_SHARE * attempts) {
      const failed = all.flatMap(({ checks }) => checks.filter(({ ok }) => !ok))[0];
      const why = failed ? `: ${failed.name}, ${failed.detail}` : ', and were measured again';
      return `${describe(cell)}: ${attempts - sound.length} of ${attempts} rounds failed a check${why}`;
    }
    if (sound.length >= LEAST_ROUNDS) return undefined;
    const failure = events.findLast(
      ({ name, measurement }) => name === 'failed' && measurement === cell.measurement.key,
    );
    const why = failure ? `: ${failure.detail}` : '';
    return `${describe(cell)} has ${sound.length} of at least ${LEAST_ROUNDS} rounds${why}`;
  };
  return {
    missing,
    rounds: <P extends Round['protocol']>({ measurement, factors }: CellRef<P>) =>
      (cells.get(cellKey(measurement.key, factors)) ?? [])
        .filter(isSound)
        .sort((a, b) => a.sweep - b.sweep) as RoundOf<P>[],
  };
}

/** The rounds of each cell, in the order of the cells. */
export function roundsByCell(
  { rounds }: Pick<Results, 'rounds'>,
  { key, cells }: { readonly key: Measurement['key']; readonly cells: readonly Factors[] },
): Round[][] {
  const own = rounds.filter(({ measurement }) => measurement === key);
  return cells.map((cell) => own.filter(({ factors }) => keyOf(factors) === keyOf(cell)));
}

export function isSound({ checks }: Round): boolean {
  return checks.every(({ ok }) => ok);
}

function cellKey(measurement: string, factors: Round['factors']): string {
  return `${measurement} / ${keyOf(factors)}`;
}

function describe({ measurement, factors }: CellRef): string {
  return `${measurement.protocol} with ${keyOf(factors)}`;
}
