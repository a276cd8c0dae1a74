import { DEFAULT_CONFIDENCE } from './bootstrap.js';
import type { Estimate } from './estimate.js';
import { studentT } from './student-t.js';

/** More degrees of freedom change Student's t by less than one in a thousand. */
const MOST_DEGREES = 1000;

/**
 * The product of `over` divided by the product of `under`, separate measurements of which only the intervals are known. Each
 * interval gives back its standard error on the log scale, and these are added as variances (Altman and Bland, "Interaction
 * revisited: the difference between two estimates", BMJ 326, 2003); the degrees of freedom are Welch's (Biometrika 34, 1947)
 * and Satterthwaite's, rounded down.
 *
 * The intervals are taken for 95 % ones: a wider one makes the answer more careful. So does what two measurements share, as
 * two strategies do in the rounds of one run, for it cancels out in truth and is counted twice here. Whether two intervals
 * overlap says less: two that just do are mostly significantly different (Schenker and Gentleman, The American Statistician 55, 2001).
 *
 * @returns undefined where an interval reaches to zero, so that the ratio is unbounded.
 */
export function unpairedRatio(
  over: readonly Estimate[],
  under: readonly Estimate[],
  confidence = DEFAULT_CONFIDENCE,
): Estimate | undefined {
  if ([...over, ...under].some(({ low }) => low <= 0)) return undefined;
  const { value, low, high, n } = combine(over.map(onLogScale), under.map(onLogScale), confidence);
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), n, unit: 'ratio' };
}

/** `ours` - `theirs`, in their unit, in the same way but for the scale. */
export function unpairedDifference(ours: Estimate, theirs: Estimate, confidence = DEFAULT_CONFIDENCE): Estimate {
  return { ...combine([ours], [theirs], confidence), unit: ours.unit };
}

type Spread = Pick<Estimate, 'value' | 'low' | 'high' | 'n'>;

function onLogScale({ value, low, high, n }: Estimate): Spread {
  return { value: Math.log(value), low: Math.log(low), high: Math.log(high), n };
}

/** Sum of `plus` less sum of `minus`. */
function combine(plus: readonly Spread[], minus: readonly Spread[], confidence: number): Spread {
  const all = [...plus, ...minus];
  const value = sum(plus.map((spread) => spread.value)) - sum(minus.map((spread) => spread.value));
  const n = Math.min(...all.map((spread) => spread.n));
  const variance = sum(all.map(varianceOf));
  if (variance === 0) return { value, low: value, high: value, n };
  const welch = variance ** 2 / sum(all.map((spread) => varianceOf(spread) ** 2 / degreesOf(spread)));
  const degrees = Math.max(1, Math.min(MOST_DEGREES, Math.floor(welch)));
  const halfWidth = studentT(confidence, degrees) * Math.sqrt(variance);
  return { value, low: value - halfWidth, high: value + halfWidth, n };
}

/** The longer side counts: an interval may be one-sided, as that of a share of 1 is. */
function varianceOf(spread: Spread): number {
  const halfWidth = Math.max(spread.value - spread.low, spread.high - spread.value);
  return (halfWidth / studentT(DEFAULT_CONFIDENCE, Math.min(MOST_DEGREES, degreesOf(spread)))) ** 2;
}

function degreesOf({ n }: Spread): number {
  return Math.max(1, n - 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
