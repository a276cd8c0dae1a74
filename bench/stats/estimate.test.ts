import t from 'tap';
import { bootstrapInterval } from './bootstrap.js';
import {
  type Estimate,
  meanOverRounds,
  pairedRatio,
  proportionOverUsers,
  ratioOfSums,
  typicalOfRounds,
} from './estimate.js';
import { compare, noiseOf } from './noise.js';
import { createRandom, type Random } from './prng.js';
import { mean, median, quantile, standardDeviation } from './quantiles.js';
import { studentT } from './student-t.js';
import { unpairedDifference, unpairedRatio } from './unpaired.js';

const options = (label = 'test') => ({ random: createRandom(1, label), unit: 'us' });

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Share of repetitions whose interval contains the truth. */
function coverage(repetitions: number, truth: number, estimate: () => Pick<Estimate, 'low' | 'high'>): number {
  let hits = 0;
  for (let i = 0; i < repetitions; i++) {
    const { low, high } = estimate();
    if (low <= truth && truth <= high) hits++;
  }
  return hits / repetitions;
}

t.test('quantiles interpolate, and a sample without values has none', async (t) => {
  t.equal(quantile([4, 1, 3, 2], 0.25), 1.75);
  t.equal(median([5, 1, 3]), 3);
  t.equal(quantile([7], 0.99), 7);
  t.throws(() => quantile([], 0.5), RangeError);
  t.equal(mean([1, 2, 6]), 3);
  t.equal(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]).toFixed(6), '2.138090');
});

t.test('Student t agrees with the printed tables', async (t) => {
  const table: [confidence: number, degreesOfFreedom: number, factor: string][] = [
    [0.95, 1, '12.706'],
    [0.95, 2, '4.303'],
    [0.95, 4, '2.776'],
    [0.99, 5, '4.032'],
    [0.9, 10, '1.812'],
    [0.95, 999, '1.962'],
  ];
  for (const [confidence, degrees, factor] of table) t.equal(studentT(confidence, degrees).toFixed(3), factor);
});

t.test('intervals over five rounds contain the truth about as often as promised', async (t) => {
  const random = createRandom(11, 'coverage');
  const rounds = () => Array.from({ length: 5 }, () => 40 + normal(random));
  const covered = (confidence: number) =>
    coverage(1000, 40, () => bootstrapInterval(rounds(), mean, { random, confidence, resamples: 400 }));
  const nominal = covered(0.95);
  t.ok(nominal > 0.925 && nominal < 0.975, `nominal 95 %, found ${nominal}`);
  const lower = covered(0.8);
  t.ok(lower > 0.76 && lower < 0.85, `nominal 80 %, found ${lower}`);
});

t.test('a ratio of sums weighs rounds by their requests, and its interval covers', async (t) => {
  const uneven = [
    { amount: 10, count: 1 },
    { amount: 100, count: 99 },
  ];
  t.equal(ratioOfSums(uneven, options()).value, 1.1);
  const random = createRandom(12, 'coverage');
  const rounds = () =>
    Array.from({ length: 5 }, () => {
      const count = 1000 * (1 + random());
      return { amount: count * 36 * (1 + 0.03 * normal(random)), count };
    });
  const covered = coverage(1000, 36, () => ratioOfSums(rounds(), { random, unit: 'us', resamples: 400 }));
  t.ok(covered > 0.92 && covered < 0.98, `nominal 95 %, found ${covered}`);
});

t.test('a paired ratio cancels what a whole round shares, and swapping inverts it', async (t) => {
  const theirs = [10, 20, 40, 15, 12];
  const ours = theirs.map((value) => 1.5 * value);
  const { value, low, high, n, unit } = pairedRatio(ours, theirs, options());
  t.same({ n, unit }, { n: 5, unit: 'ratio' });
  for (const figure of [value, low, high]) t.equal(figure.toFixed(9), '1.500000000');
  const noisy = [11, 19, 43, 15, 12];
  const [there, back] = [pairedRatio(noisy, theirs, options()), pairedRatio(theirs, noisy, options())];
  t.equal((there.value * back.value).toFixed(12), '1.000000000000');
  t.equal((there.low * back.high).toFixed(12), '1.000000000000');
  t.throws(() => pairedRatio([1, 2], [1], options()), RangeError);
  t.throws(() => pairedRatio([0, 1], [1, 1], options()), RangeError);
});

t.test('a proportion counts users and not requests as independent', async (t) => {
  const random = createRandom(13, 'coverage');
  // Each user has one fate for all of 20 requests: the request count promises 20 times the evidence there is.
  const users = () => Array.from({ length: 100 }, () => ({ successes: random() < 0.25 ? 20 : 0, trials: 20 }));
  const covered = coverage(600, 0.25, () => proportionOverUsers(users(), { random, resamples: 300 }));
  t.ok(covered > 0.91 && covered < 0.98, `nominal 95 %, found ${covered}`);
});

t.test('a proportion of all or none keeps an honest bound, and stays within 0 and 1', async (t) => {
  const users = (successes: number) => Array.from({ length: 200 }, () => ({ successes, trials: 10 }));
  const all = proportionOverUsers(users(10), options());
  t.match(all, { value: 1, high: 1, n: 200 });
  // Wilson's for 200 of 200: 1 / (1 + z² / n).
  t.equal(all.low.toFixed(4), (1 / (1 + 1.96 ** 2 / 200)).toFixed(4));
  const none = proportionOverUsers(users(0), options());
  t.match(none, { value: 0, low: 0 });
  t.equal(none.high.toFixed(12), (1 - all.low).toFixed(12));
  const nearlyAll = proportionOverUsers([...users(10), { successes: 9, trials: 10 }], options());
  t.ok(nearlyAll.high <= 1 && nearlyAll.low < all.low, 'one more failure raises no bound');
  t.throws(() => proportionOverUsers([{ successes: 0, trials: 0 }], options()), RangeError);
});

t.test('the same seed gives the same interval, and one observation gives none', async (t) => {
  const rounds = [36.1, 36.4, 35.9, 37.2, 36.0];
  t.same(meanOverRounds(rounds, options('a')), meanOverRounds(rounds, options('a')));
  t.notSame(meanOverRounds(rounds, options('a')), meanOverRounds(rounds, options('b')));
  t.throws(() => meanOverRounds([1], options()), RangeError);
});

t.test(
  'of 200 comparisons of a thing with itself at most 5 % are called different, and real differences are found',
  async (t) => {
    const random = createRandom(14, 'a-a');
    const series = (level: number) => Array.from({ length: 5 }, () => level * Math.exp(0.03 * normal(random)));
    const ratio = (level: number) => pairedRatio(series(level), series(100), { random, resamples: 500 });
    const compared = (level: number) => Array.from({ length: 200 }, () => compare(ratio(level), noiseOf(ratio(100))));
    const different = compared(100).filter((outcome) => outcome !== 'tie').length;
    t.ok(different <= 10, `${different} of 200 called different`);
    t.ok(compared(125).filter((outcome) => outcome === 'more').length > 180);
    t.ok(compared(80).filter((outcome) => outcome === 'less').length > 180);
  },
);

t.test(
  'a difference counts only beyond the threshold, and a control that differs from itself is a false alarm',
  async (t) => {
    const estimate = (value: number, low: number, high: number) => ({ value, low, high, n: 5, unit: 'ratio' });
    const noise = noiseOf(estimate(1, 1 / 1.04, 1.02));
    t.equal(noise.threshold.toFixed(9), '0.040000000');
    t.equal(noise.falseAlarm, false);
    t.equal(noiseOf(estimate(0.95, 0.92, 0.98)).falseAlarm, true);
    t.equal(compare(estimate(1.03, 1.02, 1.04), noise), 'tie');
    t.equal(compare(estimate(1.06, 0.99, 1.13), noise), 'tie');
    t.equal(compare(estimate(1.06, 1.05, 1.07), noise), 'more');
    t.equal(compare(estimate(0.94, 0.93, 0.95), noise), 'less');
  },
);

t.test('an unpaired ratio of one estimate to another covers the truth, also for unlike precision', async (t) => {
  const random = createRandom(15, 'unpaired');
  const rounds = (n: number, level: number, spread: number) =>
    meanOverRounds(
      Array.from({ length: n }, () => level * (1 + spread * normal(random))),
      { random, unit: 'us', resamples: 300 },
    );
  const covered = (confidence: number) =>
    coverage(600, 1.2, () => {
      const ratio = unpairedRatio([rounds(6, 48, 0.05)], [rounds(15, 40, 0.01)], confidence);
      return ratio ?? { low: 0, high: 0 };
    });
  const nominal = covered(0.95);
  t.ok(nominal > 0.925 && nominal < 0.985, `nominal 95 %, found ${nominal}`);
  const lower = covered(0.8);
  t.ok(lower > 0.75 && lower < 0.87, `nominal 80 %, found ${lower}`);
});

t.test('unpaired estimates that are exact differ exactly, and what reaches to zero has no ratio', async (t) => {
  const exactly = (value: number) => ({ value, low: value, high: value, n: 6, unit: 'bytes' });
  t.match(unpairedRatio([exactly(180)], [exactly(144)]), { value: 1.25, low: 1.25, high: 1.25, unit: 'ratio' });
  t.match(unpairedRatio([exactly(6), exactly(5)], [exactly(3), exactly(2)])?.value.toFixed(9), '5.000000000');
  t.equal(unpairedRatio([exactly(0)], [exactly(144)]), undefined);
  t.match(unpairedDifference(exactly(0), exactly(144)), { value: -144, low: -144, high: -144, unit: 'bytes' });
  const single = { ...exactly(3), low: 2, high: 4, n: 1 };
  t.equal(unpairedDifference(single, exactly(1)).high.toFixed(9), '3.000000000', 'one side alone keeps its width');
});

t.test('a round in which nothing was counted makes no ratio of sums unreadable', async (t) => {
  const rounds = [0, 0, 0, 2, 3].map((count) => ({ amount: 10 * count + 1, count }));
  const { value, low, high, n } = ratioOfSums(rounds, { random: createRandom(1, 'empty'), unit: 'µs' });
  t.ok([value, low, high].every(Number.isFinite), `${value} (${low} to ${high})`);
  t.equal(n, 2);
  const empty = rounds.slice(0, 3);
  t.throws(() => ratioOfSums(empty, { random: createRandom(1, 'empty'), unit: 'µs' }), RangeError);
});

t.test('what is typical of rounds is not moved by the one that stood still', async (t) => {
  const p99s = [11, 12, 10, 13, 11, 12, 4_000];
  const { value, low, high } = typicalOfRounds(p99s, options());
  t.ok(0 < low && low < value && value < high);
  t.ok(value < 40, `${value}, where the mean is 581`);
  t.throws(() => typicalOfRounds([1, 0, 2], options()), RangeError);
});
