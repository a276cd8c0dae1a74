import t from 'tap';
import type { Factors, Round, VisitsRound } from '../contract.js';
import { evidenceIn, options, roundsOf } from '../testing/evidence-of-cells.js';
import { type Quantity, visits } from './quantity.js';
import { loginCpuMicros, loginsPerPageView, maxToMeanLoad, newInstanceShare, recognisedRatio } from './visits.js';

const PAGES = visits({ act: 'page', users: 120, requestsPerUser: 3 });
const RELOGINS = visits({ act: 'relogin', users: 60, requestsPerUser: 5 });
const LOGINS = visits({ act: 'password', users: 12, requestsPerUser: 0 });
const ADDED = visits({ act: 'added', users: 60, requestsPerUser: 1 });

const at = (strategy: string, instances: number): Factors => ({ strategy, instances });
const estimate = (quantity: Quantity, rounds: readonly Round[], confidence?: number) =>
  quantity.estimate(evidenceIn(rounds), options(confidence));

t.test('the share recognised is found, with users as the units', async (t) => {
  const rounds = roundsOf(PAGES, [at('memory', 4)], {});
  const { value, low, high, n, unit } = estimate(recognisedRatio(PAGES, at('memory', 4)), rounds);
  t.ok(low < 0.25 && 0.25 < high && Math.abs(value - 0.25) < 0.03, `${value} (${low} to ${high})`);
  t.same({ n, unit }, { n: 8 * 120, unit: 'share' });
});

t.test('users whose requests share one fate are as many observations as there are users', async (t) => {
  const rounds = roundsOf(PAGES, [at('memory', 4)], {}) as VisitsRound[];
  const oneFate = rounds.map((round) => {
    const recognised = round.users.requests.map((count, user) => (user % 4 === 0 ? count : 0));
    return { ...round, users: { ...round.users, recognised } };
  });
  const width = (of: readonly Round[]) => {
    const { low, high } = estimate(recognisedRatio(PAGES, at('memory', 4)), of);
    return high - low;
  };
  t.ok(width(oneFate) > 1.5 * width(rounds), `${width(oneFate)} against ${width(rounds)}`);
});

t.test('a share of one can be told from 0.99 by as many users as a run has', async (t) => {
  const rounds = roundsOf(PAGES, [at('jwt', 4)], { sweeps: 9 });
  const { value, low } = estimate(recognisedRatio(PAGES, at('jwt', 4)), rounds, 1 - 0.01 / 9);
  t.equal(value, 1);
  t.ok(low > 0.99, `${low}`);
});

t.test('logins per page view are those that followed a refusal', async (t) => {
  const rounds = roundsOf(RELOGINS, [at('memory', 4)], {});
  const { low, high } = estimate(loginsPerPageView(RELOGINS, at('memory', 4)), rounds);
  t.ok(low < 0.75 && 0.75 < high, `${low} to ${high}`);
});

t.test('a login costs its CPU time by as many as there were', async (t) => {
  const rounds = roundsOf(LOGINS, [at('memory', 1)], { truth: { noise: 0 } });
  t.equal(estimate(loginCpuMicros(LOGINS, at('memory', 1)), rounds).value.toFixed(6), '16000.000000');
});

t.test('the busiest instance is held against the mean of all, also of those without a request', async (t) => {
  const factors = { strategy: 'sticky', instances: 4, activity: 'zipf' };
  const rounds = roundsOf(PAGES, [factors], { truth: { skew: { equal: 1, zipf: 1.4 } } }) as VisitsRound[];
  const quantity = maxToMeanLoad(PAGES, factors);
  const { low, high } = estimate(quantity, rounds);
  t.ok(low < 1.42 && 1.38 < high, `${low} to ${high}`);
  const allAtOne = rounds.map((round) => ({ ...round, byInstance: { 'instance-3': 360 } }));
  t.equal(estimate(quantity, allAtOne).value, 4);
  const even = rounds.map((round) => ({ ...round, byInstance: { a: 90, b: 90, c: 90, d: 90 } }));
  t.match(estimate(quantity, even), { value: 1, low: 1 });
  const nearlyEven = even.map((round, at) => ({ ...round, byInstance: { a: 90 + 3 * (at % 2), b: 90, c: 90, d: 90 } }));
  t.ok(estimate(quantity, nearlyEven).low >= 1, 'no instance is less busy than the mean');
});

t.test('an added instance has its share of requests', async (t) => {
  const share = (addedShare: number) =>
    estimate(newInstanceShare(ADDED, at('sticky', 4)), roundsOf(ADDED, [at('sticky', 4)], { truth: { addedShare } }));
  t.match(share(0), { value: 0, low: 0 });
  const fifth = share(0.2);
  t.ok(fifth.low < 0.2 && 0.2 < fifth.high);
  t.match(share(1), { value: 1, high: 1 });
  const nearlyAll = share(0.99);
  t.ok(nearlyAll.high <= 1);
});
