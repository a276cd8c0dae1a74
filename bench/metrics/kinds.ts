/** The few ways in which rounds become a number: what differs between metrics is what they take from a round. */
import {
  type Bound,
  type Estimate,
  meanOverRounds,
  pairedRatio,
  proportionOverUsers,
  ratioOfSums,
  sumRatio,
  type Tally,
  typicalOfRounds,
  type UserOutcome,
} from '../stats/estimate.js';
import type { Evidence, Quantity } from './quantity.js';

type Described = Pick<Quantity, 'metric' | 'label' | 'unit' | 'factors' | 'cells'>;

/** Amounts by counts, such as CPU time by requests: a round weighs as much as was counted in it. */
export function ratioQuantity(described: Described, tallies: (evidence: Evidence) => readonly Tally[]): Quantity {
  const { unit } = described;
  return {
    ...described,
    estimate: (evidence, options) => withinShare(ratioOfSums(tallies(evidence), { ...options, unit })),
    perRound: (evidence) => tallies(evidence).map((tally) => sumRatio([tally])),
  };
}

/** Share of what succeeds, where those who share a fate are one trial each: users, sessions, failovers. */
export function shareQuantity(
  described: Omit<Described, 'unit'>,
  outcomes: (evidence: Evidence) => readonly (readonly UserOutcome[])[],
): Quantity {
  return {
    ...described,
    unit: 'share',
    estimate: (evidence, options) => ({ ...proportionOverUsers(outcomes(evidence).flat(), options), unit: 'share' }),
    perRound: (evidence) => outcomes(evidence).map(shareOf),
  };
}

/** `part` of `whole` cases, each by itself. */
export const unitsOf = (part: number, whole: number): UserOutcome[] =>
  Array.from({ length: whole }, (_, at) => ({ successes: at < part ? 1 : 0, trials: 1 }));

/** No number where there was nothing to try. */
function shareOf(round: readonly UserOutcome[]): number {
  const sum = (of: keyof UserOutcome) => round.reduce((total, outcome) => total + outcome[of], 0);
  return sum('successes') / sum('trials');
}

/** One figure a round, and their mean. */
export function meanQuantity(described: Described, figures: (evidence: Evidence) => readonly number[]): Quantity {
  const { unit } = described;
  return {
    ...described,
    estimate: (evidence, options) => withinShare(meanOverRounds(figures(evidence), { ...options, unit })),
    perRound: figures,
  };
}

/** One figure a round that errs by a factor, and what is typical of them. */
export function typicalQuantity(described: Described, figures: (evidence: Evidence) => readonly number[]): Quantity {
  const { unit } = described;
  return {
    ...described,
    estimate: (evidence, options) => typicalOfRounds(figures(evidence), { ...options, unit }),
    perRound: figures,
  };
}

export interface PairOfFigures {
  readonly ours: number;
  readonly theirs: number;
}

/** How many times one figure another is, in rounds of the same sweep. */
export function pairedQuantity(
  described: Omit<Described, 'unit'>,
  pairs: (evidence: Evidence) => readonly PairOfFigures[],
): Quantity {
  return {
    ...described,
    unit: 'ratio',
    estimate(evidence, options) {
      const all = pairs(evidence);
      const [ours, theirs] = [all.map((pair) => pair.ours), all.map((pair) => pair.theirs)];
      return pairedRatio(ours, theirs, options);
    },
    perRound: (evidence) => pairs(evidence).map(({ ours, theirs }) => ours / theirs),
  };
}

/** The same, which bears that it is a bound where its rounds were cut off. A mean of which some parts are bounds is one, too. */
export function bounded(quantity: Quantity, boundOf: (evidence: Evidence) => Bound | undefined): Quantity {
  return {
    ...quantity,
    estimate(evidence, options) {
      const bound = boundOf(evidence);
      return { ...quantity.estimate(evidence, options), ...(bound && { bound }) };
    },
  };
}

/** No share is above the whole. */
function withinShare(estimate: Estimate): Estimate {
  if (estimate.unit !== 'share') return estimate;
  const { value, low, high } = estimate;
  return { ...estimate, value: Math.min(1, value), low: Math.min(1, low), high: Math.min(1, high) };
}
