import type { BatteryCase, BatteryRound, Factors } from '../contract.js';
import { ratioQuantity, shareQuantity, unitsOf } from './kinds.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

type Battery = MeasurementRef<'battery'>;

/** What is counted, for files and for people. */
interface Described {
  readonly metric: string;
  readonly label: string;
}

/**
 * Share of tries that came out otherwise than expected, each by itself. One that came to nothing, or to an error of the server, has not come
 * out at all.
 * @param factors `over` says for people that a strategy, or more, is left open. Beside the strategy they are what the names of its cases
 * begin with: `{ scope: 'read' }` has those of `scope read: …`
 * @param expected counts only cases of which this is expected
 */
export function otherwiseRatio(
  described: Described & { readonly expected?: BatteryCase['expected'] },
  battery: Battery,
  factors: Factors,
): Quantity {
  const { metric, label, expected } = described;
  const cell = cellOf(battery);
  const tries = (round: BatteryRound) =>
    casesOf(round, factors)
      .filter((one) => expected === undefined || one.expected === expected)
      .flatMap(triesOf);
  return shareQuantity({ metric, label, factors, cells: [cell] }, (evidence) => evidence.rounds(cell).map(tries));
}

interface Counting extends Described {
  /** Names of counts: so many of the one for each of the other. */
  readonly of: string;
  readonly by: string;
}

/** How often something was counted for each of something else. */
export function countRatio(
  { metric, label, unit, of, by, times }: Counting & { readonly unit: string; readonly times: number },
  battery: Battery,
  factors: Factors,
): Quantity {
  const cell = cellOf(battery);
  return ratioQuantity({ metric, label, unit, factors, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map(({ counts }) => ({ amount: times * (counts[of] ?? 0), count: counts[by] ?? 0 })),
  );
}

/** Of what was counted, the part that was counted as something else, too: each is one by itself. */
export function countedShare({ metric, label, of, by }: Counting, battery: Battery, factors: Factors): Quantity {
  const cell = cellOf(battery);
  return shareQuantity({ metric, label, factors, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map(({ counts }) => unitsOf(counts[of] ?? 0, counts[by] ?? 0)),
  );
}

/** A battery is tried as a whole: one cell has all its cases. */
function cellOf(battery: Battery): CellRef<'battery'> {
  return { measurement: battery, factors: { battery: battery.settings.battery } };
}

function casesOf({ cases }: BatteryRound, { strategy, over: _, ...others }: Factors): BatteryCase[] {
  const named = Object.entries(others).map(([factor, value]) => `${factor} ${value}`);
  const beginning = named.length === 0 ? '' : `${named.join(', ')}: `;
  return cases.filter((one) => (strategy ?? one.strategy) === one.strategy && one.name.startsWith(beginning));
}

/** Each try, which succeeds in coming out otherwise or does not. */
function triesOf({ expected, answers }: BatteryCase): { readonly successes: number; readonly trials: number }[] {
  return answers.flatMap(({ status, count }) => {
    const outcome = outcomeOf(status);
    if (outcome === undefined) return [];
    return Array.from({ length: count }, () => ({ successes: outcome === expected ? 0 : 1, trials: 1 }));
  });
}

function outcomeOf(status: number): BatteryCase['expected'] | undefined {
  if (status === 0 || status >= 500) return undefined;
  return status < 400 ? 'accepted' : 'refused';
}
