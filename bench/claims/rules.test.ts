import t from 'tap';
import type { Quantity } from '../metrics/quantity.js';
import type { Estimate } from '../stats/estimate.js';
import { above, all, bands, below, oneNotOther, onlySubject, type Rule, which } from './rules.js';
import type { Test } from './tested.js';

function quantity(name: string): Quantity {
  const refuse = () => {
    throw new Error('a rule takes its numbers from the judge');
  };
  return {
    metric: name,
    label: name,
    unit: 's',
    factors: { strategy: name },
    cells: [],
    estimate: refuse,
    perRound: refuse,
  };
}

function interval(low: number, high: number): Estimate {
  return { value: (low + high) / 2, low, high, n: 8, unit: 's' };
}

/** Sides of a threshold of 10; where an interval touches it, it is on neither. */
const HIGH = interval(11, 12);
const LOW = interval(8, 9);
const WIDE = interval(5, 15);
const TOUCHING_FROM_ABOVE = interval(10, 12);
const TOUCHING_FROM_BELOW = interval(8, 10);
const UNKNOWN = interval(Number.NaN, Number.NaN);
const UNDECIDED = [WIDE, TOUCHING_FROM_ABOVE, TOUCHING_FROM_BELOW, UNKNOWN];

const named = (name: string, is: (quantity: Quantity, threshold: number) => Test = above) => ({
  name,
  test: is(quantity(name), 10),
});
const words = { passing: 'it grows' };
const [a, b, c] = [named('a'), named('b'), named('c')];

const RULES = {
  all: all([a.test, b.test, c.test]),
  which: which([a, b, c], words),
  onlySubject: onlySubject(a, [b, c], words),
  oneNotOther: oneNotOther(a, b, words),
};

interface Row {
  readonly of: Rule;
  readonly given: readonly Estimate[];
  readonly verdict: string;
  /** Numbers that the sentence must have, and must not have. */
  readonly names: readonly string[];
  readonly conceals?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    of: RULES.all,
    given: [HIGH, HIGH, interval(10.5, 13)],
    verdict: 'true',
    names: ['c 11.8 s (10.5 to 13.0)', 'above 10 s'],
  },
  {
    of: RULES.all,
    given: [HIGH, LOW, HIGH],
    verdict: 'false',
    names: ['b 8.5 s (8.0 to 9.0)', 'below 10 s'],
    conceals: ['a '],
  },
  { of: RULES.all, given: [WIDE, LOW, HIGH], verdict: 'false', names: ['b 8.5 s', 'below 10 s'], conceals: ['a '] },
  {
    of: RULES.all,
    given: [HIGH, WIDE, HIGH],
    verdict: 'inconclusive',
    names: ['too wide', 'b 10 s (5 to 15)', 'contains 10 s'],
  },

  { of: RULES.which, given: [HIGH, HIGH, HIGH], verdict: 'true', names: ['above 10 s'] },
  { of: RULES.which, given: [LOW, LOW, LOW], verdict: 'false', names: ['below 10 s'] },
  {
    of: RULES.which,
    given: [HIGH, LOW, HIGH],
    verdict: 'depends',
    names: ['it grows with a and c, not with b', 'above 10 s', 'below 10 s'],
  },
  {
    of: RULES.which,
    given: [HIGH, LOW, WIDE],
    verdict: 'inconclusive',
    names: ['c 10 s (5 to 15)', 'contains 10 s'],
    conceals: ['a '],
  },

  {
    of: RULES.onlySubject,
    given: [HIGH, LOW, LOW],
    verdict: 'true',
    names: ['it grows with a alone', 'a 11.5 s', 'b 8.5 s', 'c 8.5 s'],
  },
  {
    of: RULES.onlySubject,
    given: [LOW, HIGH, HIGH],
    verdict: 'false',
    names: ['a 8.5 s', 'below 10 s'],
    conceals: ['b '],
  },
  { of: RULES.onlySubject, given: [LOW, WIDE, WIDE], verdict: 'false', names: ['a 8.5 s', 'below 10 s'] },
  {
    of: RULES.onlySubject,
    given: [HIGH, LOW, HIGH],
    verdict: 'depends',
    names: ['it grows with a and c:', 'b 8.5 s', 'below 10 s'],
  },
  { of: RULES.onlySubject, given: [WIDE, LOW, HIGH], verdict: 'inconclusive', names: ['a 10 s', 'contains 10 s'] },
  { of: RULES.onlySubject, given: [HIGH, LOW, WIDE], verdict: 'inconclusive', names: ['c 10 s', 'contains 10 s'] },

  {
    of: RULES.oneNotOther,
    given: [HIGH, LOW],
    verdict: 'true',
    names: ['it grows with a alone', 'a 11.5 s', 'above', 'b 8.5 s', 'below'],
  },
  { of: RULES.oneNotOther, given: [HIGH, HIGH], verdict: 'false', names: ['a 11.5 s', 'b 11.5 s', 'above 10 s'] },
  { of: RULES.oneNotOther, given: [LOW, LOW], verdict: 'false', names: ['a 8.5 s', 'b 8.5 s', 'below 10 s'] },
  { of: RULES.oneNotOther, given: [LOW, HIGH], verdict: 'false', names: ['a 8.5 s', 'b 11.5 s'] },
  { of: RULES.oneNotOther, given: [LOW, WIDE], verdict: 'false', names: ['a 8.5 s', 'below 10 s'], conceals: ['b '] },
  { of: RULES.oneNotOther, given: [WIDE, HIGH], verdict: 'false', names: ['b 11.5 s', 'above 10 s'], conceals: ['a '] },
  { of: RULES.oneNotOther, given: [WIDE, LOW], verdict: 'inconclusive', names: ['a 10 s'] },
  { of: RULES.oneNotOther, given: [HIGH, WIDE], verdict: 'inconclusive', names: ['b 10 s'] },
];

const nameOf = (rule: Rule) => Object.entries(RULES).find(([, one]) => one === rule)?.[0];

t.test('each rule comes to each of its verdicts, with the numbers that decided it', async (t) => {
  for (const { of, given, verdict, names, conceals = [] } of ROWS) {
    const { verdict: found, because } = of.decide(given);
    const row = `${nameOf(of)}: ${because}`;
    t.equal(found, verdict, row);
    for (const name of names) t.ok(because.includes(name), `${row} has ${name}`);
    for (const name of conceals) t.notOk(because.includes(name), `${row} has no ${name}`);
  }
});

t.test('below passes below: the sentence says on which side a number lies, whichever is asked for', async (t) => {
  const rule = all([below(quantity('a'), 10)]);
  t.match(rule.decide([LOW]), { verdict: 'true', because: /a 8\.5 s \(8\.0 to 9\.0\) with a, below 10 s/ });
  t.match(rule.decide([HIGH]), { verdict: 'false', because: /a 11\.5 s .*, above 10 s/ });
});

t.test('an interval that contains its threshold, or ends on it, is on neither side', async (t) => {
  for (const estimate of UNDECIDED) {
    for (const is of [above, below]) {
      t.equal(all([is(quantity('a'), 10)]).decide([estimate]).verdict, 'inconclusive', JSON.stringify(estimate));
    }
  }
});

t.test(
  'no verdict needs a number that is undecided: whatever it turns out to be, the verdict is the same',
  async (t) => {
    const sides = [HIGH, LOW];
    for (const [name, rule] of Object.entries(RULES)) {
      for (const given of combinations([...sides, ...UNDECIDED], rule.quantities.length)) {
        const { verdict } = rule.decide(given);
        if (verdict === 'inconclusive') continue;
        const outcomes = combinations(sides, given.length)
          .map((drawn) => given.map((one, at) => (UNDECIDED.includes(one) ? (drawn[at] ?? one) : one)))
          .map((known) => rule.decide(known).verdict);
        t.same([...new Set(outcomes)], [verdict], `${name} ${given.map(({ low, high }) => `${low}-${high}`)}`);
      }
    }
  },
);

t.test('a number falls into a band only as a whole', async (t) => {
  const rule = bands(quantity('a'), { trueBelow: 8, falseAbove: 64 });
  const rows: readonly [low: number, high: number, verdict: string, because: string][] = [
    [6, 7, 'true', 'below 8'],
    [65, 90, 'false', 'above 64'],
    [20, 30, 'depends', 'between 8 and 64'],
    [7, 9, 'inconclusive', 'contains 8'],
    [7, 8, 'inconclusive', 'contains 8'],
    [8, 9, 'inconclusive', 'contains 8'],
    [60, 70, 'inconclusive', 'contains 64'],
    [60, 64, 'inconclusive', 'contains 64'],
    [64, 70, 'inconclusive', 'contains 64'],
    [1, 100, 'inconclusive', 'contains 8'],
  ];
  for (const [low, high, verdict, because] of rows) {
    const decision = rule.decide([interval(low, high)]);
    t.equal(decision.verdict, verdict, `${low} to ${high}`);
    t.ok(decision.because.endsWith(because), decision.because);
    t.ok(decision.because.startsWith('a '), decision.because);
  }
  t.equal(rule.decide([UNKNOWN]).verdict, 'inconclusive');
  t.same(rule.thresholds, [[8, 64]]);
});

t.test('every number has its thresholds', async (t) => {
  for (const rule of Object.values(RULES)) t.equal(rule.thresholds.length, rule.quantities.length);
});

t.test('what is not there decides nothing', async (t) => {
  for (const rule of Object.values(RULES)) t.throws(() => rule.decide([HIGH]), RangeError);
  for (const rule of [all([]), which([], words)]) {
    t.equal(rule.decide([]).verdict, 'inconclusive');
  }
  t.equal(bands(quantity('a'), { trueBelow: 1, falseAbove: 2 }).decide([]).verdict, 'inconclusive');
});

function combinations<T>(items: readonly T[], length: number): T[][] {
  if (length === 0) return [[]];
  return combinations(items, length - 1).flatMap((rest) => items.map((item) => [...rest, item]));
}

t.test('a bound decides on its own side alone', async (t) => {
  const outcome = (rule: Rule, estimate: Estimate) => rule.decide([estimate]);
  const atLeast = (estimate: Estimate): Estimate => ({ ...estimate, bound: 'at least' });
  const atMost = (estimate: Estimate): Estimate => ({ ...estimate, bound: 'at most' });
  const [rising, falling] = [all([named('a').test]), all([named('a', below).test])];
  t.equal(outcome(rising, atLeast(HIGH)).verdict, 'true');
  t.match(outcome(rising, atLeast(LOW)), {
    verdict: 'inconclusive',
    because: /^it was cut off: a at least .* leaves open 10/,
  });
  t.equal(outcome(rising, atMost(LOW)).verdict, 'false');
  t.equal(outcome(rising, atMost(HIGH)).verdict, 'inconclusive');
  t.equal(outcome(falling, atLeast(LOW)).verdict, 'inconclusive');
  t.equal(outcome(falling, atMost(LOW)).verdict, 'true');
  const banded = bands(quantity('a'), { trueBelow: 8, falseAbove: 64 });
  t.equal(outcome(banded, atLeast(interval(5, 6))).verdict, 'inconclusive');
  t.match(outcome(banded, atLeast(interval(20, 30))), { verdict: 'inconclusive', because: /leaves 64 open/ });
  t.equal(outcome(banded, atLeast(interval(70, 80))).verdict, 'false');
  t.equal(outcome(banded, atMost(interval(5, 6))).verdict, 'true');
});
