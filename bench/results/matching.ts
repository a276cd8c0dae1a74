import type { Cell, Factors, Results } from '../contract.js';

export interface Place {
  readonly experiment: string;
  /** Of one cell; without them the whole experiment is meant. */
  readonly factors?: Factors;
}

/** The same cell of two runs. */
export interface Pair {
  readonly experiment: string;
  readonly before: Cell;
  readonly after: Cell;
}

export interface Matching {
  readonly pairs: readonly Pair[];
  readonly onlyBefore: readonly Place[];
  readonly onlyAfter: readonly Place[];
}

/** Matches cells by experiment and factors. */
export function matchCells(before: Results, after: Results): Matching {
  const [ours, theirs] = [locate(before), locate(after)];
  const pairs = [...ours].flatMap(([key, { experiment, cell }]) => {
    const other = theirs.get(key)?.cell;
    return other ? [{ experiment, before: cell, after: other }] : [];
  });
  return { pairs, onlyBefore: onlyIn(ours, theirs), onlyAfter: onlyIn(theirs, ours) };
}

type Located = ReadonlyMap<string, { readonly experiment: string; readonly cell: Cell }>;

function locate({ experiments }: Results): Located {
  const all = experiments.flatMap(({ id, cells }) => cells.map((cell) => ({ experiment: id, cell })));
  return new Map(all.map((one) => [JSON.stringify([one.experiment, Object.entries(one.cell.factors).sort()]), one]));
}

/** An experiment of which the other run has nothing is named as a whole. */
function onlyIn(ours: Located, theirs: Located): Place[] {
  const known = new Set([...theirs.values()].map(({ experiment }) => experiment));
  const alone = [...ours].filter(([key]) => !theirs.has(key)).map(([, one]) => one);
  const foreign = new Set(alone.map(({ experiment }) => experiment).filter((id) => !known.has(id)));
  const cells = alone.filter(({ experiment }) => known.has(experiment));
  return [
    ...[...foreign].map((experiment) => ({ experiment })),
    ...cells.map(({ experiment, cell: { factors } }) => ({ experiment, factors })),
  ];
}
