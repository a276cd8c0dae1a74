import type { Factors, Measurement, Results, Round, RoundOf } from '../contract.js';
import { type CellRef, type Evidence, keyOf } from '../metrics/quantity.js';

/** Of a cell's rounds, how many must have passed their checks: leaving rounds out must not choose the quiet ones. */
const LEAST_SOUND_SHARE = 0.75;

/** What a run's rounds say, cell by cell. Pure. */
export function evidenceOf({ rounds, plan, events }: Results): Evidence {
  const cells = new Map<string, Round[]>();
  for (const round of rounds) {
    const key = cellKey(round.measurement, round.factors);
    const known = cells.get(key);
    if (known) known.push(round);
    else cells.set(key, [round]);
  }
  const leastOf = new Map(
    plan?.measurements.flatMap(({ key, cells, leastSweeps }) =>
      cells.map((factors) => [cellKey(key, factors), leastSweeps]),
    ) ?? [],
  );
  const missing = (cell: CellRef): string | undefined => {
    const key = cellKey(cell.measurement.key, cell.factors);
    const least = leastOf.get(key);
    if (least === undefined) return `${describe(cell)} was not part of the run`;
    const all = cells.get(key) ?? [];
    const sound = all.filter(isSound);
    const attempts = attemptsIn(all);
    if (isUnsound(all)) {
      const failed = all.flatMap(({ checks }) => checks.filter(({ ok }) => !ok))[0];
      const why = failed ? `: ${failed.name}, ${failed.detail}` : ', and were measured again';
      return `${describe(cell)}: ${attempts - sound.length} of ${attempts} rounds failed a check${why}`;
    }
    if (sound.length >= least) return undefined;
    const failure = events.findLast(
      ({ name, measurement }) => name === 'failed' && measurement === cell.measurement.key,
    );
    const why = failure ? `: ${failure.detail}` : '';
    return `${describe(cell)} has ${sound.length} of at least ${least} rounds${why}`;
  };
  return {
    missing,
    rounds: <P extends Round['protocol']>({ measurement, factors }: CellRef<P>) =>
      (cells.get(cellKey(measurement.key, factors)) ?? [])
        .filter(isSound)
        .sort((a, b) => a.sweep - b.sweep) as RoundOf<P>[],
  };
}

/** How often it was tried to measure these rounds. */
export function attemptsIn(rounds: readonly Round[]): number {
  return rounds.reduce((sum, round) => sum + 1 + ('repeats' in round ? round.repeats : 0), 0);
}

/** Whether too many of a cell's rounds failed a check, or had to be measured again. */
export function isUnsound(rounds: readonly Round[]): boolean {
  return rounds.filter(isSound).length < LEAST_SOUND_SHARE * attemptsIn(rounds);
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
