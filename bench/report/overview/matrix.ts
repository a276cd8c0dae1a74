import { STRATEGIES, type StrategyName } from '../../../services/contract.js';
import type { Summary, SummaryEstimate } from '../../contract.js';
import { comparedOf } from '../../strategies.js';
import { inWordsApart } from '../../words/numbers.js';
import { type Colour, colourOf } from '../palette.js';
import { CRITERIA } from './criteria.js';
import { type Met, readingsOf, valueInWords } from './reading.js';

/** What was measured of a strategy, in one number. */
export interface MatrixCell {
  readonly claim: string;
  readonly met: Met;
  /** "25 %" */
  readonly value: string;
  /** "22 to 28", empty where it has no width. */
  readonly interval: string;
  /** Where number and interval lie between nothing, 0, and the largest of those that are compared, 1. */
  readonly at: { readonly value: number; readonly low: number; readonly high: number };
}

export interface MatrixRow {
  readonly strategy: string;
  readonly colour: Colour;
  /** "session in the instance" */
  readonly summary: string;
  /** What the strategy is built for, where the run has no number; empty where that tells nothing. */
  readonly cells: readonly (MatrixCell | string)[];
  /** Ends "choose it if …". */
  readonly suits: string;
}

export interface MatrixColumn {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** The claim that would have the number. */
  readonly claim: string;
  /** A lower number is better: with it goes the mark of the least. */
  readonly isLeast: boolean;
}

export interface MatrixView {
  readonly columns: readonly MatrixColumn[];
  readonly rows: readonly MatrixRow[];
}

const COLUMNS = CRITERIA.flatMap((criterion) => (criterion.head ? [{ ...criterion, head: criterion.head }] : []));

/** A row for each strategy of the run. Null where it chose none that is known, or has no number for any. */
export function buildMatrix(strategies: readonly string[], summary: Summary): MatrixView | null {
  const known = strategies.filter((name): name is StrategyName => Object.hasOwn(STRATEGIES, name));
  const compared = comparedOf(known);
  const columns = COLUMNS.map((criterion) => {
    const readings = readingsOf(criterion, summary);
    // One that is far off would leave the others no room to differ.
    const most = Math.max(
      ...compared.flatMap((name) => readings.get(name) ?? []).map(({ estimate }) => mostOf(estimate)),
    );
    return { criterion, readings, most };
  });
  const rows = [...compared, ...known.filter((name) => !compared.includes(name))].map(
    (strategy): MatrixRow => ({
      strategy,
      colour: colourOf(strategy),
      summary: STRATEGIES[strategy].summary,
      cells: columns.map(({ criterion, readings, most }) => {
        const reading = readings.get(strategy);
        return reading
          ? {
              ...cellOf(reading.estimate, most, criterion.note?.(STRATEGIES[strategy])),
              claim: reading.claim,
              met: reading.met,
            }
          : (criterion.design?.(STRATEGIES[strategy]) ?? '');
      }),
      suits: STRATEGIES[strategy].suits,
    }),
  );
  if (!rows.some(({ cells }) => cells.some((cell) => typeof cell !== 'string'))) return null;
  return {
    columns: columns.map(({ criterion: { id, head, number, claims, met }, readings }) => ({
      id,
      title: sized(
        head,
        [...readings.values()].map(({ estimate }) => estimate),
      ),
      unit: number,
      claim: claims[0] ?? '',
      isLeast: met.is === 'least',
    })),
    rows,
  };
}

/** "6 instances" for "More instances", where all have the same number of them. */
function sized(title: string, estimates: readonly SummaryEstimate[]): string {
  const counts = new Set(estimates.map(({ factors }) => factors.instances));
  const [count] = counts;
  return counts.size === 1 && count !== undefined ? title.replace('More instances', `${count} instances`) : title;
}

function mostOf({ unit, value, high }: SummaryEstimate): number {
  return unit === 'share' ? 1 : Math.max(value, high);
}

function cellOf(estimate: SummaryEstimate, most: number, note = ''): Pick<MatrixCell, 'value' | 'interval' | 'at'> {
  const at = (number: number) => (most > 0 ? Math.max(0, number / most) : 0);
  const { value, low, high } = estimate;
  return {
    value: valueInWords(estimate).replace(/ bytes$/, ' B'),
    interval: [inWordsApart(estimate).interval, note].filter((text) => text !== '').join(', '),
    at: { value: at(value), low: at(low), high: at(high) },
  };
}
