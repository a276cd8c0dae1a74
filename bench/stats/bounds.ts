import type { Bound, Estimate } from './estimate.js';

/**
 * On which side of a threshold all lies that is known of a number: of one that was cut off the interval's other end says nothing.
 * `open`: it may be on either.
 */
export function sideOf({ low, high, bound }: Estimate, threshold: number): 'above' | 'below' | 'open' {
  if (low > threshold && bound !== 'at most') return 'above';
  if (high < threshold && bound !== 'at least') return 'below';
  return 'open';
}

/**
 * What a ratio is of parts that were cut off.
 * @throws RangeError where they leave it open to both sides: then nothing is known of it
 */
export function ratioBound(over: Bound | undefined, under: Bound | undefined): Bound | undefined {
  const inverse = under && (under === 'at least' ? 'at most' : 'at least');
  if (over && inverse && over !== inverse) throw new RangeError(`${over} a number by ${under} another is no bound`);
  return over ?? inverse;
}

export type Agreement = 'agrees' | 'disagrees' | 'open';

/** Equivalence within a margin: a wide interval agrees with nothing, nor does a bound. */
export function agreement(estimate: Estimate, predicted: number, margin: number): Agreement {
  const { low, high, bound } = estimate;
  if (!bound && low >= predicted - margin && high <= predicted + margin) return 'agrees';
  const isOff = sideOf(estimate, predicted - margin) === 'below' || sideOf(estimate, predicted + margin) === 'above';
  return isOff ? 'disagrees' : 'open';
}
