import { type Random, uniformInt } from './prng.js';
import { standardDeviation } from './quantiles.js';
import { studentT } from './student-t.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly random: Random;
  /** Share of intervals that shall contain the truth. Default 0.95. */
  readonly confidence?: number;
  /** Default 2000: the standard error is then known to about 1.6 %. */
  readonly resamples?: number;
}

export const DEFAULT_CONFIDENCE = 0.95;

/**
 * Interval of a statistic of independent units (rounds, users): estimate ± t(n - 1) · s · sqrt(n / (n - 1)), where s is the
 * standard deviation of the statistic over resamples of whole units ("t interval with bootstrap standard error": Hesterberg,
 * "What Teachers Should Know About the Bootstrap", The American Statistician 69, 2015, with his correction for narrowness).
 *
 * At five rounds the usual choices do not hold what they promise: of nominal 95 % intervals for the mean of normal values,
 * the percentile and the BCa interval contain it in 83 %, this one in 95 %; bootstrap-t does so too, but is 1.5 times as wide.
 */
export function bootstrapInterval<T>(
  units: readonly T[],
  statistic: (sample: readonly T[]) => number,
  { random, confidence = DEFAULT_CONFIDENCE, resamples = 2000 }: BootstrapOptions,
): Interval {
  const n = units.length;
  if (n < 2) throw new RangeError(`an interval needs at least two observations, not ${n}`);
  const sample = [...units];
  const replicates: number[] = [];
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < n; i++) sample[i] = units[uniformInt(random, n)] as T;
    replicates.push(statistic(sample));
  }
  const halfWidth = studentT(confidence, n - 1) * standardDeviation(replicates) * Math.sqrt(n / (n - 1));
  const value = statistic(units);
  return { low: value - halfWidth, high: value + halfWidth };
}

/** The confidence of each of `count` intervals such that together they contain their truths with `family` (Bonferroni). */
export function simultaneous(family: number, count: number): number {
  return 1 - (1 - family) / count;
}
