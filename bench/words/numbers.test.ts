import t from 'tap';
import type { Estimate } from '../stats/estimate.js';
import {
  estimateInWords,
  formatDate,
  formatDifference,
  formatDuration,
  formatNumber,
  formatTick,
  inBrief,
  inWords as numberInWords,
  withoutIntervals,
} from './numbers.js';

function inWords(value: number, low: number, high: number, unit = 'ratio'): string {
  return estimateInWords({ value, low, high, unit, n: 5 });
}

t.test('An estimate has as many digits as its interval is narrow.', async (t) => {
  t.equal(inWords(0.2516, 0.2405, 0.2631), '0.252 (0.240 to 0.263)');
  t.equal(inWords(36.214, 35.08, 37.4, 'µs'), '36.2 µs (35.1 to 37.4)');
  t.equal(inWords(36_912.4, 36_204, 37_650, 'µs'), '36,900 µs (36,200 to 37,700)');
  t.equal(inWords(1, 0.99931, 1), '1.00000 (0.99931 to 1.00000)');
  t.equal(inWords(-3.24, -4.1, -2.2), '−3.2 (−4.1 to −2.2)');
});

t.test('An estimate without spread is printed as it is.', async (t) => {
  t.equal(inWords(1, 1, 1), '1 (1 to 1)');
  t.equal(inWords(0, 0, 0), '0 (0 to 0)');
  t.equal(numberInWords({ value: 1, low: 1, high: 1, unit: 'trips' }), '1 trip');
  t.equal(numberInWords({ value: 1, low: 0.9, high: 1.1, unit: 'trips' }), '1.0 trips (0.9 to 1.1)');
  t.equal(inWords(207, 207, 207, 'bytes'), '207 bytes (207 to 207)');
  t.equal(inWords(1 / 3, 1 / 3, 1 / 3), '0.3333 (0.3333 to 0.3333)');
});

t.test('An interval far wider than its value leaves the value a digit.', async (t) => {
  t.equal(inWords(3, 0, 400), '3 (0 to 400)');
  t.equal(inWords(33.2, 2.42, 451), '33 (2.4 to 450)', 'what is above zero is not shown as zero');
});

t.test('Huge and tiny numbers stay short.', async (t) => {
  t.equal(inWords(1_234_567, 1_200_000, 1_270_000), '1,235,000 (1,200,000 to 1,270,000)');
  t.equal(inWords(1.234e21, 1.2e21, 1.3e21), '1.23 × 10^21 (1.20 × 10^21 to 1.30 × 10^21)');
  t.equal(inWords(2.5e-9, 0, 3e-9), '2.50 × 10^−9 (0 to 3.00 × 10^−9)');
  for (const value of [1e-300, 1e300, Number.MAX_VALUE, Number.MIN_VALUE]) {
    t.ok(inWords(value, 0, value).length < 60);
  }
});

t.test('A difference bears its sign, and none where it is zero.', async (t) => {
  const estimate: Estimate = { value: 0.2516, low: 0.2405, high: 0.2631, unit: 'ratio', n: 5 };
  t.equal(formatDifference(estimate, 0.25), '+0.002 (−0.010 to +0.013)');
  t.equal(formatDifference({ ...estimate, value: 1, low: 1, high: 1 }, 1), '0 (0 to 0)');
});

t.test('A number without interval has at most four digits, thousands are grouped.', async (t) => {
  t.equal(formatNumber(1 / 3), '0.3333');
  t.equal(formatNumber(0.5), '0.5');
  t.equal(formatNumber(1_234_567), '1,234,567');
  t.same([0, 0.25, 1_500, 40_000, 2_500_000, 3e9].map(formatTick), ['0', '0.25', '1.5k', '40k', '2.5M', '3G']);
});

t.test('A date is without milliseconds, and what is none stays as it is.', async (t) => {
  t.equal(formatDate('2026-11-20T09:14:03.123Z'), '2026-11-20 09:14:03 UTC');
  t.equal(formatDate('yesterday'), 'yesterday');
});

t.test('A duration needs two dates in the right order.', async (t) => {
  t.equal(formatDuration('2026-11-20T09:14:03Z', '2026-11-20T09:17:15Z'), '3 min 12 s');
  t.equal(formatDuration('2026-11-20T09:14:03Z', '2026-11-20T09:14:15Z'), '12 s');
  t.equal(formatDuration('2026-11-20T09:14:03Z', null), null);
  t.equal(formatDuration('yesterday', '2026-11-20T09:14:15Z'), null);
});

t.test('numbers in sentences have three digits, and shares as many as tell them from a threshold', async (t) => {
  const say = (value: number, low: number, high: number, unit: string) =>
    numberInWords({ value, low, high, unit, n: 9 });
  t.equal(say(0.2531, 0.2266, 0.279, 'share'), '25 % (23 to 28)');
  t.equal(say(1, 0.9902, 1, 'share'), '100 % (99.0 to 100)');
  t.equal(say(0.25, 0.25, 0.25, 'share'), '25 %', 'without an interval that could be seen');
  t.equal(say(5.81, 3.89, 8.67, 'ratio'), '5.8× (3.9 to 8.7)');
  t.equal(say(453.155, 453.154, 453.156, 'bytes'), '453 bytes');
  t.equal(numberInWords({ value: 0.9, unit: 'share' }), '90 %');
});

t.test('a bound is said to be one, with the end of its interval that says something', async (t) => {
  const estimate: Estimate = { value: 12.04, low: 11.2, high: 12.9, unit: 's', n: 9 };
  t.equal(numberInWords({ ...estimate, bound: 'at least' }), 'at least 12.0 s (11.2 or more)');
  t.equal(numberInWords({ ...estimate, bound: 'at most' }), 'at most 12.0 s (12.9 or less)');
  t.equal(numberInWords({ ...estimate, value: 12, low: 12, high: 12, bound: 'at least' }), 'at least 12 s');
});

t.test('none and all are exact, and nothing else is shown as them', async (t) => {
  const say = (value: number, low: number, high: number) => numberInWords({ value, low, high, unit: 'share', n: 9 });
  t.equal(say(0, 0, 0.0047), '0 % (0 to 0.5)');
  t.equal(say(0, 0, 0.0004), '0 % (0 to 0.04)');
  t.equal(say(0.9996, 0.9, 1), '99.96 % (90.00 to 100)');
  t.equal(say(0.493, 0.488, 0.498), '49.3 % (48.8 to 49.8)');
});

t.test('in brief an interval is told where it is wide', async (t) => {
  const say = (value: number, low: number, high: number, unit: string) => inBrief({ value, low, high, unit, n: 9 });
  t.equal(say(97, 7.5, 1260, 'ratio'), '100× (10 to 1,260)');
  t.equal(say(2, 1.8, 2.2, 'ratio'), '2.0×');
  t.equal(say(0.25, 0.1, 0.6, 'share'), '25 %');
  t.equal(inBrief({ value: 4, unit: 's' }), '4 s');
});

t.test('a sentence without its intervals keeps its other brackets', async (t) => {
  const say = (number: Estimate) => numberInWords(number);
  const share = say({ value: 0.25, low: 0.22, high: 0.28, unit: 'share', n: 9 });
  const bound = say({ value: 12, low: 11, high: 13, unit: 's', n: 9, bound: 'at least' });
  t.equal(
    withoutIntervals(`It is ${share} (with a cookie), and ${bound} after (1,000 requests).`),
    'It is 25 % (with a cookie), and at least 12 s after (1,000 requests).',
  );
});
