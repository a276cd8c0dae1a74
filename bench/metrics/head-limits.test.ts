import t from 'tap';
import { fatToken } from '../claims/fat-token.js';
import { judge } from '../claims/judge.js';
import type { BatteryRound } from '../contract.js';
import { evidenceIn, options, roundsOf } from '../testing/evidence-of-cells.js';
import { sampleResults } from '../testing/sample-results.js';
import { largestTokenBytes, refusalStatus } from './head-limits.js';
import { battery, type Quantity } from './quantity.js';

const HEAD_LIMITS = battery({ battery: 'head-limits' });
const AT_BALANCER = { strategy: 'jwt', hop: 'balancer' };
const rounds = roundsOf(HEAD_LIMITS, [HEAD_LIMITS.settings], { sweeps: 3 }) as BatteryRound[];
const estimate = (quantity: Quantity, of: readonly BatteryRound[]) => quantity.estimate(evidenceIn(of), options());
const answeredWith = (status: number) => (round: BatteryRound) => ({
  ...round,
  cases: round.cases.map((one) => ({ ...one, answers: [{ status, firstMs: 0, lastMs: 0, count: 1 }] })),
});

t.test('the largest token of a hop, and what it answers to the next', async (t) => {
  t.match(estimate(largestTokenBytes(HEAD_LIMITS, AT_BALANCER), rounds), { value: 15_230, n: 3, unit: 'bytes' });
  t.match(estimate(refusalStatus(HEAD_LIMITS, AT_BALANCER), rounds), { value: 431, low: 431, high: 431 });
});

t.test('where a hop refuses nothing that was tried, its limit is at least that', async (t) => {
  const open = rounds.map((round, sweep) => (sweep === 1 ? { ...round, cases: [] } : round));
  t.match(estimate(largestTokenBytes(HEAD_LIMITS, AT_BALANCER), open), { value: 15_230, bound: 'at least' });
  t.throws(() => estimate(refusalStatus(HEAD_LIMITS, AT_BALANCER), open), RangeError);
});

t.test('answers that differ are no one answer, and what was not tried is not known', async (t) => {
  const [one, two, three] = rounds as [BatteryRound, BatteryRound, BatteryRound];
  t.throws(() => estimate(refusalStatus(HEAD_LIMITS, AT_BALANCER), [one, answeredWith(400)(two), three]), RangeError);
  const elsewhere = { ...AT_BALANCER, hop: 'another' };
  t.throws(() => estimate(largestTokenBytes(HEAD_LIMITS, elsewhere), rounds), RangeError);
});

t.test('a fat token is judged without it, and says what else it knows', async (t) => {
  const whole = judge(fatToken, sampleResults());
  t.match(whole.finding, /has 15,200 bytes through the balancer and 16,300 bytes straight at an instance/);
  t.match(whole.finding, /answered with 431 and 431\.$/);
  const agreeing = whole.estimates.filter(({ agrees }) => agrees === 'agrees').map(({ metric }) => metric);
  t.same(agreeing, ['largestTokenBytes', 'refusalStatus', 'largestTokenBytes', 'refusalStatus']);
  const without = [
    sampleResults({ without: ({ factors }) => factors.battery === 'head-limits' }),
    sampleResults({ truth: { largestTokenBytes: { balancer: 15_230 } } }),
  ].map((results) => judge(fatToken, results));
  for (const { verdict, finding } of without) {
    t.equal(verdict, whole.verdict);
    t.match(finding, /Through the balancer .* without\.$/);
  }
});
