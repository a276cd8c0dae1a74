/** Numbers held against thresholds, and what is said of them. */
import type { Quantity } from '../metrics/quantity.js';
import { sideOf } from '../stats/bounds.js';
import type { Estimate } from '../stats/estimate.js';
import { inWords } from '../words/numbers.js';
import { factorsInWords, joinWords } from '../words/text.js';

/** A number and the threshold that it is held against. */
export interface Test {
  readonly quantity: Quantity;
  readonly is: 'above' | 'below';
  readonly threshold: number;
}

/** `yes` and `no`: the whole interval lies on that side. */
export type Outcome = 'yes' | 'no' | 'open';

export function outcomeOf({ is, threshold }: Test, estimate: Estimate): Outcome {
  const side = sideOf(estimate, threshold);
  if (side === 'open') return 'open';
  return side === is ? 'yes' : 'no';
}

/** It was not seen, and too little was tried for that to mean anything. */
export function isTooFew({ value, n }: Estimate, least: number): boolean {
  return value === 0 && n < least;
}

export interface Tested {
  readonly test: Test;
  readonly estimate: Estimate;
  readonly outcome: Outcome;
}

/** "busiest instance by mean 1.36 (1.31 to 1.42) with sticky, 4 instances". */
export function clause(quantity: Quantity, estimate: Estimate): string {
  return `${quantity.label} ${inWords(estimate)} with ${factorsInWords(quantity.factors)}`;
}

export function clauses(tested: readonly Tested[]): string {
  return joinWords(
    tested.map(({ test, estimate, outcome }) => {
      const side = outcome === 'open' ? 'open at' : (outcome === 'yes') === (test.is === 'above') ? 'above' : 'below';
      return `${clause(test.quantity, estimate)}, ${side} ${inWords({ value: test.threshold, unit: estimate.unit })}`;
    }),
    '; ',
  );
}

export function tooWide(open: readonly Tested[]): string {
  const intervals = open.map(
    ({ test, estimate }) =>
      `${clause(test.quantity, estimate)} ${estimate.bound ? 'leaves open' : 'contains'} ${inWords({ value: test.threshold, unit: estimate.unit })}`,
  );
  const why = open.some(({ estimate }) => !estimate.bound) ? 'the interval is too wide' : 'it was cut off';
  return `${why}: ${joinWords(intervals, '; ')}`;
}

export function openAt({ bound }: Estimate, threshold: number): string {
  return bound ? `it was cut off, which leaves ${threshold} open` : `the interval contains ${threshold}`;
}

/** Of several that all came out alike, the one that was closest to coming out otherwise. */
export function nearest(tested: readonly Tested[]): Tested[] {
  const distance = ({ test, estimate }: Tested) =>
    Math.min(Math.abs(estimate.low - test.threshold), Math.abs(estimate.high - test.threshold));
  return [...tested].sort((a, b) => distance(a) - distance(b)).slice(0, 1);
}
