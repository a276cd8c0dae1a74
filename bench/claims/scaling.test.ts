import t from 'tap';
import type { Cell, ExperimentResult, Factors } from '../contract.js';
import { judgeAll } from './index.js';

const between = (low: number, high: number) => ({ value: (low + high) / 2, low, high, n: 5, unit: 'ratio' });

function cell(factors: Factors, metrics: Cell['metrics']): Cell {
  return { factors, metrics, checks: [{ name: 'cpu-slices', ok: true, detail: '' }] };
}

function verdictOf(claim: string, experiment: string, cells: Cell[]) {
  const result: ExperimentResult = { id: experiment, question: '', status: 'measured', cells };
  const judged = judgeAll([result]).find(({ id }) => id === claim);
  return `${judged?.verdict}: ${judged?.because}`;
}

/** With six instances, against one. */
const speedups = (intervals: Record<string, [number, number]>) =>
  verdictOf('stateless-scales', 'scaling', [
    ...Object.entries(intervals).map(([strategy, [low, high]]) =>
      cell({ strategy, instances: 6 }, { speedup: between(low, high) }),
    ),
    cell({ strategy: 'jwt', instances: 1 }, {}),
  ]);

t.test('stateless-scales: by intervals beyond 0.8 · n, or not at all', async (t) => {
  t.match(speedups({ jwt: [5, 6], memory: [0.8, 1.2] }), /^holds: no session strategy grows/);
  t.match(speedups({ jwt: [5, 6], memory: [0.8, 1.2], redis: [4.9, 5.9] }), /^depends: .* redis grows/);
  t.match(speedups({ jwt: [3, 4], memory: [0.8, 1.2] }), /^fails: 6 instances do less than 4\.8 times/);
  t.match(speedups({ jwt: [4.5, 6], redis: [4, 5] }), /^not measured: .* jwt and redis .* it contains 4\.8,/);
  t.match(speedups({ jwt: [5, 6] }), /^not measured: needs jwt, a session strategy/);
});

const ceiling = (utilisation: [number, number], knee?: [number, number]) =>
  verdictOf('store-ceiling', 'store-ceiling', [
    cell({ strategy: 'redis', instances: 6, storeQuota: 0.015 }, { storeUtilisation: between(...utilisation) }),
    cell(
      { strategy: 'redis', storeQuota: 0.015 },
      {
        ...(knee ? { instancesPerStore: between(...knee) } : {}),
        instancesPerStoreOnWholeCores: between(14.4, 18.6),
      },
    ),
  ]);

t.test('store-ceiling: the store is used up, and more instances bring no more', async (t) => {
  t.match(ceiling([0.9, 1.1], [2.5, 4]), /^holds: .* 6 instances do less than 4\.8 .* it takes 14 to 19 instances$/);
  t.match(ceiling([0.4, 0.6]), /^fails: 6 instances do not use up a Redis with 0\.015 of a core/);
  t.match(ceiling([0.7, 1]), /^not measured: the intervals do not tell/);
  t.match(ceiling([0.9, 1.1], [2.5, 5]), /^not measured/);
  t.match(verdictOf('store-ceiling', 'store-ceiling', [cell({ strategy: 'redis' }, {})]), /^not measured: needs redis/);
});

const underLoad = (p99s: Record<string, [number, number][]>) =>
  verdictOf(
    'load-slows-sessions',
    'load-latency',
    Object.entries(p99s).flatMap(([strategy, intervals]) =>
      intervals.map((interval, step) =>
        cell({ strategy, offeredRps: 100 * (step + 1) }, { latencyP99Ms: between(...interval) }),
      ),
    ),
  );

t.test('load-slows-sessions: p99 at the largest load beyond p99 at the least', async (t) => {
  const flat: [number, number][] = [
    [10, 12],
    [11, 13],
  ];
  const wide: [number, number][] = [
    [10, 12],
    [5, 90],
  ];
  const grows: [number, number][] = [
    [10, 20],
    [60, 90],
  ];
  t.match(underLoad({ redis: grows, jwt: flat }), /^holds/);
  t.match(underLoad({ redis: grows, jwt: grows }), /^fails: .* for jwt as well/);
  t.match(underLoad({ redis: flat, jwt: flat }), /^fails: .* for redis either/);
  t.match(underLoad({ redis: wide, jwt: grows }), /^fails: .* for jwt as well/);
  t.match(underLoad({ redis: grows, jwt: wide }), /^not measured: the intervals/);
  t.match(underLoad({ redis: wide, jwt: flat }), /^not measured: the intervals/);
  t.match(underLoad({ redis: grows }), /^not measured/);
  t.match(
    underLoad({ redis: [...flat, [70, 90]], jwt: flat }),
    /^not measured: .* the highest/,
    'jwt has no such load',
  );
});

const skew = (users: Record<string, number>) =>
  verdictOf(
    'sticky-skew',
    'sticky-skew',
    Object.entries(users).map(([activity, value]) =>
      cell({ strategy: 'sticky', users: activity }, { maxToMeanLoad: between(value, value) }),
    ),
  );

t.test('sticky-skew: a tenth above the mean', async (t) => {
  t.match(skew({ zipf: 1.5, uniform: 1.2 }), /^holds/);
  t.match(skew({ zipf: 1.5, uniform: 1.02 }), /^depends: uneven with users of unequal activity/);
  t.match(skew({ zipf: 1.05, uniform: 1.02 }), /^fails/);
  t.match(skew({ zipf: 1.5 }), /^not measured/);
});
