import type { Quantity } from '../metrics/quantity.js';
import { sideOf } from '../stats/bounds.js';
import type { Estimate } from '../stats/estimate.js';
import { formatNumber, inWords } from '../words/numbers.js';
import { capitalise, joinWords } from '../words/text.js';
import {
  clause,
  clauses,
  nearest,
  type Outcome,
  openAt,
  outcomeOf,
  type Test,
  type Tested,
  tooWide,
} from './tested.js';

/** What a rule makes of its numbers. A missing number never comes before it: see judge.ts. */
export interface Decision {
  readonly verdict: 'true' | 'false' | 'depends' | 'inconclusive';
  /** The sentence that says why, with the numbers that decided. */
  readonly because: string;
}

/**
 * What decides a statement, as a value. It owns which numbers it needs, what they are held against, the verdict and the sentence that
 * says so. How sure an interval has to be follows from all that a run decides: see looks.ts.
 */
export interface Rule {
  /** All that it needs, to decide at all. */
  readonly quantities: readonly Quantity[];
  /**
   * What each of them is held against: an interval that contains one leaves the rule undecided there. None where what was counted decides, and
   * no interval.
   */
  readonly thresholds: readonly (readonly number[])[];
  /** Of what is counted: so much of each has to be tried before that it did not happen means anything. 0 where an interval decides. */
  readonly leasts?: readonly number[];
  /** For people: when the statement is true, when false, and what else there is. */
  readonly says: string;
  /** @param estimates of the quantities, in their order */
  decide(estimates: readonly Estimate[]): Decision;
}

export function above(quantity: Quantity, threshold: number): Test {
  return { quantity, is: 'above', threshold };
}

export function below(quantity: Quantity, threshold: number): Test {
  return { quantity, is: 'below', threshold };
}

const NO_NUMBER: Decision = { verdict: 'inconclusive', because: 'there is no number' };

function ruleOf(tests: readonly Test[], says: string, decide: (tested: readonly Tested[]) => Decision): Rule {
  // Less than all of its numbers decides nothing: a rule of what is left would be another rule.
  const tested = (estimates: readonly Estimate[]): Tested[] =>
    tests.map((test, at) => {
      const estimate = estimates[at];
      if (!estimate) throw new RangeError(`there is no number for ${test.quantity.label}`);
      return { test, estimate, outcome: outcomeOf(test, estimate) };
    });
  return {
    quantities: tests.map(({ quantity }) => quantity),
    thresholds: tests.map(({ threshold }) => [threshold]),
    says,
    decide: (estimates) => (tests.length === 0 ? NO_NUMBER : decide(tested(estimates))),
  };
}

/** "below 0.1 or above 1", each side once. */
function sidesOf(tests: readonly Test[]): string {
  const sides = tests.map(
    ({ quantity, is, threshold }) => `${is} ${inWords({ value: threshold, unit: quantity.unit })}`,
  );
  return [...new Set(sides)].join(' or ');
}

/** True where all tests are passed, false where one is failed. */
export function all(tests: readonly Test[]): Rule {
  return ruleOf(tests, `True: ${sidesOf(tests)}, in every case. False: one case is on the other side.`, (tested) => {
    const failed = tested.filter(({ outcome }) => outcome === 'no');
    const open = tested.filter(({ outcome }) => outcome === 'open');
    if (failed.length > 0) return { verdict: 'false', because: clauses(failed) };
    if (open.length > 0) return { verdict: 'inconclusive', because: tooWide(open) };
    return { verdict: 'true', because: clauses(nearest(tested)) };
  });
}

/** A test, and what passing or failing it means: `users of unequal activity`. */
export interface Case {
  readonly name: string;
  readonly test: Test;
}

/** True where every case passes, false where none does; else it depends on the case. */
export function which(cases: readonly Case[], words: { readonly passing: string }): Rule {
  const tests = cases.map(({ test }) => test);
  const says = `True: ${sidesOf(tests)}, in every case. False: in none. Else it depends on which: ${joinWords(cases.map(({ name }) => name))}.`;
  return ruleOf(tests, says, (tested) => {
    const open = tested.filter(({ outcome }) => outcome === 'open');
    if (open.length > 0) return { verdict: 'inconclusive', because: tooWide(open) };
    const namesOf = (outcome: Outcome) =>
      cases
        .filter(({ test }) => tested.some((one) => one.test === test && one.outcome === outcome))
        .map(({ name }) => name);
    const [passing, failing] = [namesOf('yes'), namesOf('no')];
    if (failing.length === 0) return { verdict: 'true', because: clauses(nearest(tested)) };
    if (passing.length === 0) return { verdict: 'false', because: clauses(nearest(tested)) };
    const yes = tested.filter(({ outcome }) => outcome === 'yes');
    const no = tested.filter(({ outcome }) => outcome === 'no');
    return {
      verdict: 'depends',
      because: `${words.passing} with ${joinWords(passing)}, not with ${joinWords(failing)}: ${clauses([...nearest(yes), ...nearest(no)])}`,
    };
  });
}

/** Where a number has to lie for either verdict; between the two it depends. */
type Bands =
  | { readonly trueBelow: number; readonly falseAbove: number }
  | { readonly falseBelow: number; readonly trueAbove: number };

/** The bands that a number falls into, from low to high: true, depends, false; or the other way round. */
export function bands(quantity: Quantity, limits: Bands): Rule {
  const [low, high] =
    'trueBelow' in limits ? [limits.trueBelow, limits.falseAbove] : [limits.falseBelow, limits.trueAbove];
  const [atLow, atHigh] = 'trueBelow' in limits ? (['true', 'false'] as const) : (['false', 'true'] as const);
  const decide = (estimate: Estimate): Decision => {
    const measured = clause(quantity, estimate);
    const [lower, upper] = [sideOf(estimate, low), sideOf(estimate, high)];
    if (lower === 'below') return { verdict: atLow, because: `${measured}, below ${formatNumber(low)}` };
    if (upper === 'above') return { verdict: atHigh, because: `${measured}, above ${formatNumber(high)}` };
    if (lower === 'above' && upper === 'below')
      return { verdict: 'depends', because: `${measured}, between ${formatNumber(low)} and ${formatNumber(high)}` };
    return { verdict: 'inconclusive', because: `${measured}: ${openAt(estimate, lower === 'above' ? high : low)}` };
  };
  return {
    quantities: [quantity],
    thresholds: [[low, high]],
    says: `${capitalise(atLow)}: below ${formatNumber(low)}. ${capitalise(atHigh)}: above ${formatNumber(high)}. Between them it depends: the number says on what.`,
    decide: ([estimate]) => (estimate ? decide(estimate) : NO_NUMBER),
  };
}

/**
 * The subject does something that the others are said not to do. False where the subject does not; true where it alone does;
 * else it depends on which of the others do as well.
 */
export function onlySubject(subject: Case, others: readonly Case[], words: { readonly passing: string }): Rule {
  const tests = [subject.test, ...others.map(({ test }) => test)];
  const says = `True: ${sidesOf(tests)}, with ${subject.name} alone. False: not with ${subject.name}. Else it depends on who else.`;
  return ruleOf(tests, says, (tested) => {
    const [own, ...rest] = tested;
    if (own?.outcome === 'no') return { verdict: 'false', because: clauses([own]) };
    const open = tested.filter(({ outcome }) => outcome === 'open');
    if (open.length > 0) return { verdict: 'inconclusive', because: tooWide(open) };
    const joining = others.filter((_, at) => rest[at]?.outcome === 'yes').map(({ name }) => name);
    const numbers = clauses(tested);
    if (joining.length === 0)
      return { verdict: 'true', because: `${words.passing} with ${subject.name} alone: ${numbers}` };
    return {
      verdict: 'depends',
      because: `${words.passing} with ${joinWords([subject.name, ...joining])}: ${numbers}`,
    };
  });
}

/**
 * The subject does something that another is said not to do. True where the subject alone does; false where both do or neither.
 */
export function oneNotOther(subject: Case, other: Case, words: { readonly passing: string }): Rule {
  const says = `True: ${sidesOf([subject.test])}, with ${subject.name} alone. False: with both, or not with ${subject.name}.`;
  return ruleOf([subject.test, other.test], says, ([own, theirs]) => {
    if (!own || !theirs) return { verdict: 'inconclusive', because: 'there are no numbers' };
    const both = [own, theirs];
    // Either of these settles it, whatever the other turns out to be.
    const settled = own.outcome === 'no' || theirs.outcome === 'yes';
    const open = both.filter(({ outcome }) => outcome === 'open');
    if (!settled && open.length > 0) return { verdict: 'inconclusive', because: tooWide(open) };
    if (!settled) return { verdict: 'true', because: `${words.passing} with ${subject.name} alone: ${clauses(both)}` };
    return { verdict: 'false', because: clauses(both.filter(({ outcome }) => outcome !== 'open')) };
  });
}
