import type { Quantity } from '../metrics/quantity.js';
import { sideOf } from '../stats/bounds.js';
import type { Estimate } from '../stats/estimate.js';
import { inWords } from '../words/numbers.js';
import { factorsInWords, joinWords } from '../words/text.js';

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
  /** What each of them is held against: an interval that contains one leaves the rule undecided there. */
  readonly thresholds: readonly (readonly number[])[];
  /** @param estimates of the quantities, in their order */
  decide(estimates: readonly Estimate[]): Decision;
}

/** A number and the threshold that it is held against. */
export interface Test {
  readonly quantity: Quantity;
  readonly is: 'above' | 'below';
  readonly threshold: number;
}

export function above(quantity: Quantity, threshold: number): Test {
  return { quantity, is: 'above', threshold };
}

export function below(quantity: Quantity, threshold: number): Test {
  return { quantity, is: 'below', threshold };
}

const NO_NUMBER: Decision = { verdict: 'inconclusive', because: 'there is no number' };

/** `yes` and `no`: the whole interval lies on that side. */
type Outcome = 'yes' | 'no' | 'open';

function outcomeOf({ is, threshold }: Test, estimate: Estimate): Outcome {
  const side = sideOf(estimate, threshold);
  if (side === 'open') return 'open';
  return side === is ? 'yes' : 'no';
}

interface Tested {
  readonly test: Test;
  readonly estimate: Estimate;
  readonly outcome: Outcome;
}

function ruleOf(tests: readonly Test[], decide: (tested: readonly Tested[]) => Decision): Rule {
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
    decide: (estimates) => (tests.length === 0 ? NO_NUMBER : decide(tested(estimates))),
  };
}

/** True where all tests are passed, false where one is failed. */
export function all(tests: readonly Test[]): Rule {
  return ruleOf(tests, (tested) => {
    const failed = tested.filter(({ outcome }) => outcome === 'no');
    const open = tested.filter(({ outcome }) => outcome === 'open');
    if (failed.length > 0) return { verdict: 'false', because: sentence(failed) };
    if (open.length > 0) return { verdict: 'inconclusive', because: tooWide(open) };
    return { verdict: 'true', because: sentence(nearest(tested)) };
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
  return ruleOf(tests, (tested) => {
    const open = tested.filter(({ outcome }) => outcome === 'open');
    if (open.length > 0) return { verdict: 'inconclusive', because: tooWide(open) };
    const namesOf = (outcome: Outcome) =>
      cases
        .filter(({ test }) => tested.some((one) => one.test === test && one.outcome === outcome))
        .map(({ name }) => name);
    const [passing, failing] = [namesOf('yes'), namesOf('no')];
    if (failing.length === 0) return { verdict: 'true', because: sentence(nearest(tested)) };
    if (passing.length === 0) return { verdict: 'false', because: sentence(nearest(tested)) };
    const yes = tested.filter(({ outcome }) => outcome === 'yes');
    const no = tested.filter(({ outcome }) => outcome === 'no');
    return {
      verdict: 'depends',
      because: `${words.passing} with ${joinWords(passing)}, not with ${joinWords(failing)}: ${clauses([...nearest(yes), ...nearest(no)])}`,
    };
  });
}

/** The bands that a number falls into, from low to high: true, depends, false. */
export function bands(quantity: Quantity, limits: { readonly trueBelow: number; readonly falseAbove: number }): Rule {
  const { trueBelow, falseAbove } = limits;
  const decide = (estimate: Estimate): Decision => {
    const measured = clause(quantity, estimate);
    const [lower, upper] = [sideOf(estimate, trueBelow), sideOf(estimate, falseAbove)];
    if (lower === 'below') return { verdict: 'true', because: `${measured}, below ${trueBelow}` };
    if (upper === 'above') return { verdict: 'false', because: `${measured}, above ${falseAbove}` };
    if (lower === 'above' && upper === 'below')
      return { verdict: 'depends', because: `${measured}, between ${trueBelow} and ${falseAbove}` };
    return {
      verdict: 'inconclusive',
      because: `${measured}: ${openAt(estimate, lower === 'above' ? falseAbove : trueBelow)}`,
    };
  };
  return {
    quantities: [quantity],
    thresholds: [[trueBelow, falseAbove]],
    decide: ([estimate]) => (estimate ? decide(estimate) : NO_NUMBER),
  };
}

/**
 * The subject does something that the others are said not to do. False where the subject does not; true where it alone does;
 * else it depends on which of the others do as well.
 */
export function onlySubject(subject: Case, others: readonly Case[], words: { readonly passing: string }): Rule {
  const tests = [subject.test, ...others.map(({ test }) => test)];
  return ruleOf(tests, (tested) => {
    const [own, ...rest] = tested;
    if (own?.outcome === 'no') return { verdict: 'false', because: sentence([own]) };
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
  return ruleOf([subject.test, other.test], ([own, theirs]) => {
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

/** "busiest instance by mean 1.36 (1.31 to 1.42) with sticky, 4 instances". */
function clause(quantity: Quantity, estimate: Estimate): string {
  return `${quantity.label} ${inWords(estimate)} with ${factorsInWords(quantity.factors)}`;
}

function clauses(tested: readonly Tested[]): string {
  return joinWords(
    tested.map(({ test, estimate, outcome }) => {
      const side = outcome === 'open' ? 'open at' : (outcome === 'yes') === (test.is === 'above') ? 'above' : 'below';
      return `${clause(test.quantity, estimate)}, ${side} ${inWords({ value: test.threshold, unit: estimate.unit })}`;
    }),
    '; ',
  );
}

function sentence(tested: readonly Tested[]): string {
  return clauses(tested);
}

function tooWide(open: readonly Tested[]): string {
  const intervals = open.map(
    ({ test, estimate }) =>
      `${clause(test.quantity, estimate)} ${estimate.bound ? 'leaves open' : 'contains'} ${inWords({ value: test.threshold, unit: estimate.unit })}`,
  );
  const why = open.some(({ estimate }) => !estimate.bound) ? 'the interval is too wide' : 'it was cut off';
  return `${why}: ${joinWords(intervals, '; ')}`;
}

function openAt({ bound }: Estimate, threshold: number): string {
  return bound ? `it was cut off, which leaves ${threshold} open` : `the interval contains ${threshold}`;
}

/** Of several that all came out alike, the one that was closest to coming out otherwise. */
function nearest(tested: readonly Tested[]): Tested[] {
  const distance = ({ test, estimate }: Tested) =>
    Math.min(Math.abs(estimate.low - test.threshold), Math.abs(estimate.high - test.threshold));
  return [...tested].sort((a, b) => distance(a) - distance(b)).slice(0, 1);
}
