import t from 'tap';
import type { Factors, OfferedLoadRound, Round } from '../contract.js';
import { evidenceIn, options, roundsOf } from '../testing/evidence-of-cells.js';
import { TRUTH } from '../testing/truth.js';
import { latencyMs, offeredRps, p99Growth } from './offered-load.js';
import { offeredLoad, type Quantity } from './quantity.js';

const LOADS = offeredLoad({ users: 200 });
const at = (load: number): Factors => ({ strategy: 'redis', instances: 2, load });
const estimate = (quantity: Quantity, rounds: readonly Round[]) => quantity.estimate(evidenceIn(rounds), options());
const growth = p99Growth(LOADS, at(0.85), at(0.3));

t.test('latencies are those of all rounds together, and keep their order', async (t) => {
  const rounds = roundsOf(LOADS, [at(0.85)], {});
  const [p50, p99] = ([50, 99] as const).map((percent) => estimate(latencyMs(percent, LOADS, at(0.85)), rounds));
  t.ok(p99 && p99.low < 62 && 58 < p99.high, `${p99?.low} to ${p99?.high}`);
  t.ok(p50 && p50.low < 12.5 && 11.5 < p50.high, `${p50?.low} to ${p50?.high}`);
  t.ok((p50?.high ?? 0) < (p99?.low ?? 0));
});

t.test('growth is that of p99 in rounds of the same sweep', async (t) => {
  const rounds = roundsOf(LOADS, [at(0.85), at(0.3)], {});
  const { value, low, high, n } = estimate(growth, rounds);
  t.ok(low < 5 && 5 < high && high - low < 1.5, `${value} (${low} to ${high})`);
  t.equal(n, 8);
  t.equal(growth.perRound(evidenceIn(rounds)).length, 8);
});

t.test('a sweep that one load lacks is left out of both', async (t) => {
  const rounds = roundsOf(LOADS, [at(0.85), at(0.3)], {});
  const lacking = rounds.filter(({ sweep, factors }) => (factors.load === 0.3 ? sweep !== 2 : sweep !== 5));
  t.equal(estimate(growth, lacking).n, 6);
  const disjoint = rounds.filter(({ sweep, factors }) => (factors.load === 0.3 ? sweep < 4 : sweep >= 4));
  t.throws(() => estimate(growth, disjoint), RangeError);
});

t.test('flat latencies do not grow', async (t) => {
  const truth = { p99Ms: () => 20 };
  const { low, high } = estimate(growth, roundsOf(LOADS, [at(0.85), at(0.3)], { truth }));
  t.ok(low < 1.03 && 0.97 < high && high < 1.3, `${low} to ${high}`);
});

t.test('a round without an answer gives no quantile, instead of one of zero', async (t) => {
  const rounds = roundsOf(LOADS, [at(0.85), at(0.3)], {}) as OfferedLoadRound[];
  const [empty] = roundsOf(LOADS, [at(0)], {}) as OfferedLoadRound[];
  const lacking = rounds.map((round) => (round.sweep === 0 ? { ...round, latency: empty?.latency ?? '' } : round));
  t.throws(() => estimate(growth, lacking), RangeError);
  t.throws(() => estimate(latencyMs(99, LOADS, at(0.3)), lacking), RangeError);
});

t.test('what is offered is a share of the capacity of the dearest strategy', async (t) => {
  const { value } = estimate(offeredRps(LOADS, at(0.3)), roundsOf(LOADS, [at(0.3)], {}));
  t.equal(value.toFixed(3), ((0.3 * 2 * 1e6 * TRUTH.instanceCores) / 60).toFixed(3));
});

t.test('a quantile among those who gave up waiting is a bound', async (t) => {
  const rounds = roundsOf(LOADS, [at(0.85), at(0.3)], {}) as OfferedLoadRound[];
  const givingUp = (load: number, share: number) =>
    rounds.map((round) =>
      round.factors.load === load && round.sweep === 3
        ? { ...round, failures: { timeout: Math.ceil(share * round.scheduled) } }
        : round,
    );
  const p = (percent: 50 | 99, load: number, share: number) =>
    estimate(latencyMs(percent, LOADS, at(0.85)), givingUp(load, share)).bound;
  t.equal(p(99, 0.85, 0.02), 'at least');
  t.equal(p(50, 0.85, 0.02), undefined, 'the median is not among them');
  t.equal(p(99, 0.85, 0.005), undefined);
  t.equal(estimate(growth, givingUp(0.85, 0.02)).bound, 'at least');
  t.equal(estimate(growth, givingUp(0.3, 0.02)).bound, 'at most');
  const both = rounds.map((round) => ({ ...round, failures: { timeout: round.scheduled } }));
  t.throws(() => estimate(growth, both), RangeError, 'by a bound a bound says nothing');
});
