import t from 'tap';
import type { Factors, Round } from '../contract.js';
import { sampleResults } from '../testing/sample-results.js';
import type { Truth } from '../testing/truth.js';
import { BUILT } from './index.js';
import { type Judgement, judge } from './judge.js';
import { mismatch } from './mismatch.js';
import { needOf } from './needs.js';

function judged(id: string, truth: Partial<Truth>, more: Parameters<typeof sampleResults>[0] = {}): Judgement {
  const claim = BUILT.find((one) => one.id === id) as (typeof BUILT)[number];
  return judge(claim, sampleResults({ truth, ...more }));
}

/** Recognised, by the number of instances. */
const recognised =
  (two: number, four: number): Truth['recognised'] =>
  (_, instances) =>
    ({ 1: 1, 2: two, 4: four })[instances] ?? 1;

t.test('what is decided needs nothing', async (t) => {
  const decided = judged('mismatch', {});
  t.equal(decided.verdict, 'true');
  t.notOk('need' in decided);
});

t.test('of an open claim the cells that are open are measured more, until the next look', async (t) => {
  const { verdict, need, because } = judged('mismatch', { recognised: recognised(0.88, 0.5) });
  t.equal(verdict, 'inconclusive');
  t.match(need, { claim: 'mismatch', next: [{ cells: [{ strategy: 'memory', instances: 2 }], sweeps: 12 }] });
  t.equal(need?.next.length, 1);
  t.equal(need?.next[0]?.cells.length, 1);
  t.match(because, /about \d+ more minutes? of it would decide it$/);
});

/** A number of ten rounds with an interval of ± 0.06, against 0.9. */
function minutesAt(value: number, high = value + 0.06): number | null {
  const results = sampleResults();
  const { rule } = mismatch.ask({ strategies: ['memory'], instances: [1, 2] });
  const [quantity] = rule.quantities;
  if (!quantity) throw new TypeError('the claim has a number');
  const estimate = { value, low: value - 0.06, high, n: 10, unit: 'share' };
  return needOf('mismatch', [{ quantity, estimate, thresholds: [0.9] }], 0.9997, results)?.minutes ?? null;
}

t.test('the closer to its threshold, the longer it takes; too close is too close', async (t) => {
  t.equal(minutesAt(0.85), 1, 'by a fifth too wide');
  t.equal(minutesAt(0.88), null, 'three times too wide: more than the last look gives');
  t.equal(minutesAt(0.9), null);
  t.equal(minutesAt(0.85, 0.9001), 1, 'a hair too wide');
  t.match(judged('mismatch', { recognised: recognised(0.899, 0.5) }).because, /too close to call|more minute/);
});

t.test("an interval shrinks with Student's t as well as with the root of the number of rounds", async (t) => {
  const results = sampleResults();
  const { rule } = mismatch.ask({ strategies: ['memory'], instances: [1, 2] });
  const held = (n: number) => ({
    quantity: rule.quantities[0] as (typeof rule.quantities)[number],
    estimate: { value: 0.88, low: 0.83, high: 0.93, n, unit: 'share' },
    thresholds: [0.9],
  });
  t.equal(needOf('mismatch', [held(1_000)], 0.9997, results)?.minutes, null, 'of many users');
  t.equal(needOf('mismatch', [held(8)], 0.9997, results)?.minutes, 1, 'of eight rounds');
});

t.test('after the last look there is no next', async (t) => {
  const of = ({ measurement, factors }: Round) => measurement.includes('act=page') && factors.instances === 2;
  const isWanted = (factors: Factors) => factors.strategy === 'memory';
  const results = sampleResults({ truth: { recognised: recognised(0.9, 0.5) } });
  const own = results.rounds.filter((round) => of(round) && isWanted(round.factors));
  const repeated = Array.from({ length: 8 }, (_, times) =>
    own.map((round) => ({ ...round, sweep: round.sweep + 100 * (times + 1) })),
  );
  const rounds = [...results.rounds.filter((round) => !own.includes(round)), ...repeated.flat()];
  const claim = BUILT.find(({ id }) => id === 'mismatch') as (typeof BUILT)[number];
  const { verdict, need } = judge(claim, { ...results, rounds });
  t.equal(verdict, 'inconclusive');
  t.match(need, { next: [], seconds: 0, minutes: null });
});

t.test('the same results need the same', async (t) => {
  const close = () => judged('mismatch', { recognised: recognised(0.89, 0.5) }).need;
  t.same(close(), close());
});

t.test('of what is counted more is measured where it did not happen and too little was tried', async (t) => {
  const few = (round: Round) => round.protocol === 'failover' && round.sweep >= 4;
  const { verdict, because, need } = judged('store-failover', {}, { without: few });
  t.equal(verdict, 'inconclusive');
  t.match(because, /^only 4 with Sentinel and 4 with Cluster were tried, and 20 cases are needed; about /);
  t.match(need, { next: [{ cells: [{ store: 'sentinel' }, { store: 'cluster' }], sweeps: 6 }] });
  t.ok(Number(need?.minutes) > 5, `${need?.minutes} minutes: sixteen more of each, of 15 s`);
  t.notOk('need' in judged('store-failover', {}), 'twenty are enough');
});
