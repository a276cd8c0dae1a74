import type { StrategyName } from '../../services/contract.js';
import type { Factors } from '../contract.js';
import type { Quantity } from '../metrics/quantity.js';
import type { Rule } from './rules.js';

/** What a run compares. */
export interface Scope {
  readonly strategies: readonly StrategyName[];
  /** Numbers of instances, ascending. */
  readonly instances: readonly number[];
}

/** What theory says a number should be. Agreement is a mark of its own and decides nothing. */
export interface Prediction {
  readonly metric: string;
  /** For people: "1/n". */
  readonly formula: string;
  /** Undefined where theory says nothing. */
  at(factors: Factors, of: ValueOf): number | undefined;
  /** So far off is as good as agreed. */
  within?(factors: Factors, predicted: number): number;
}

/** The value of another number of the same claim, or undefined where it is not known. */
export type ValueOf = (quantity: Quantity) => number | undefined;

/** A claim for one scope: which numbers decide it, what else is shown, and what it comes to in a sentence. */
export interface Question {
  readonly rule: Rule;
  /** Shown beside the numbers that decide. One that is missing is left out. */
  readonly shows?: readonly Quantity[];
  /** How many of these, from the first on, are measured wherever the claim is. */
  readonly alwaysShown?: number;
  /** What was found, as a sentence, from the numbers that decide and from others of the same cells. */
  finding: Sentence;
  /** More of it, from numbers that are only shown: a sentence is left out where one of its numbers is missing. */
  beside?: Sentence | readonly Sentence[];
}

export type Sentence = (words: Words) => string;

/** Gives a number with its interval in words: "25 % (22 to 28)". */
export type Words = (quantity: Quantity) => string;

/** One assertion of the textbooks, with the rule that decides it, fixed before measuring. */
export interface Claim {
  readonly id: string;
  readonly group: Group;
  readonly statement: string;
  ask(scope: Scope): Question;
  /** Strategies beside those of a usual run: it is measured where it is chosen, where they are, and in a full run. */
  readonly beside?: readonly StrategyName[];
  readonly predictions?: readonly Prediction[];
  /** How the result could mislead. */
  readonly misleads: readonly string[];
}

/** An assertion that no claim of this version decides. */
export interface UnbuiltClaim {
  readonly id: string;
  readonly group: Group;
  readonly statement: string;
}

export type Group =
  | 'Mismatch and scaling out'
  | 'Memory and lookups'
  | 'Bytes'
  | 'Faults'
  | 'Logout and authority'
  | 'Security'
  | 'Reach';

/** Numbers of instances at which scaling out shows. */
export function several({ instances }: Scope): number[] {
  return instances.filter((count) => count > 1);
}

/**
 * As many instances as a run has: half as many again as it was asked to try, so that capacity is seen to go on or to stop; and three
 * at least, so that one can be added where two serve.
 */
export function mostInstances({ instances }: Pick<Scope, 'instances'>): number {
  return Math.max(3, Math.ceil(1.5 * Math.max(...instances)));
}
