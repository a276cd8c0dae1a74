import { DEFAULT_CONFIDENCE } from './bootstrap.js';
import type { Estimate } from './estimate.js';
import { studentT } from './student-t.js';

/** More degrees of freedom change Student's t by less than one in a thousand. */
const MOST_DEGREES = 1000;

/**
 * `ours` / `theirs`, two measurements of which only the intervals are known. Each interval gives back its standard error on the log scale,
 * the two are added as variances (Altman and Bland, "Interaction revisited: the difference between two estimates", BMJ 326,
 * 2003), and the degrees of freedom are Welch's (Biometrika 34, 1947), rounded down.
 *
 * The intervals are taken for 95 % ones: a wider one makes the answer more careful. So does what two measurements share, as
 * two strategies do in the rounds of one run, for it cancels out in truth and is counted twice here. Two intervals that touch
 * say less: where they just do, the difference is mostly significant (Schenker and Gentleman, The American Statistician 55, 2001).
 *
 * @returns undefined where an interval reaches to zero, so that the ratio is unbounded.
 */
export function unpairedRatio(ours: Estimate, theirs: Estimate, confidence = DEFAULT_CONFIDENCE): Estimate | undefined {
  if (ours.low <= 0 || theirs.low <= 0) return undefined;
  const { value, low, high } = difference(onLogScale(ours), onLogScale(theirs), confidence);
  const n = Math.min(ours.n, theirs.n);
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), n, unit: 'ratio' };
}

/** `ours` - `theirs`, in their unit, in the same way but for the scale. */
export function unpairedDifference(ours: Estimate, theirs: Estimate, confidence = DEFAULT_CONFIDENCE): Estimate {
  return { ...difference(ours, theirs, confidence), n: Math.min(ours.n, theirs.n), unit: ours.unit };
}

type Spread = Pick<Estimate, 'value' | 'low' | 'high' | 'n'>;

function onLogScale({ value, low, high, n }: Estimate): Spread {
  return { value: Math.log(value), low: Math.log(low), high: Math.log(high), n };
}

function difference(ours: Spread, theirs: Spread, confidence: number) {
  const [a, b] = [varianceOf(ours), varianceOf(theirs)];
  const value = ours.value - theirs.value;
  const variance = a + b;
  if (variance === 0) return { value, low: value, high: value };
  const welch = variance ** 2 / (a ** 2 / degreesOf(ours) + b ** 2 / degreesOf(theirs));
  const degrees = Math.max(1, Math.min(MOST_DEGREES, Math.floor(welch)));
  const halfWidth = studentT(confidence, degrees) * Math.sqrt(variance);
  return { value, low: value - halfWidth, high: value + halfWidth };
}

/** The longer side counts: an interval may be one-sided, as that of a share of 1 is. */
function varianceOf(spread: Spread): number {
  const halfWidth = Math.max(spread.value - spread.low, spread.high - spread.value);
  return (halfWidth / studentT(DEFAULT_CONFIDENCE, Math.min(MOST_DEGREES, degreesOf(spread)))) ** 2;
}

function degreesOf({ n }: Spread): number {
  return Math.max(1, n - 1);
}
