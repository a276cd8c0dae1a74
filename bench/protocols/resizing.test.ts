// On a real balancer: users whom it ties to instances, and the same users without what they are told apart by.
import t from 'tap';
import { type Dispatcher, Pool } from 'undici';
import { RESIZED } from '../claims/measurements.js';
import { resizeAffinity } from '../claims/resize-affinity.js';
import type { Cluster } from '../cluster/cluster.js';
import type { VisitsRound } from '../contract.js';
import { cellsOf, judgeSweep } from '../testing/judged.js';
import { startTestCluster } from '../testing/local-cluster.js';
import { failedChecksOf, faultsOf, measureOn } from '../testing/measuring.js';
import { visits } from './visits.js';

/** Few, as there is no need to decide as surely as a run does. */
const MEASUREMENT = { ...RESIZED, settings: { ...RESIZED.settings, users: 60 } };
const SCOPE = { strategies: ['jwt'], instances: [2] } as const;
let cluster: Cluster;

t.before(async () => {
  cluster = await startTestCluster({ strategies: ['jwt'], instances: 3 });
});
t.teardown(() => cluster.stop());

/** @param without a field that no request has */
async function sweepWithout(without?: string): Promise<VisitsRound[]> {
  const straight = new Pool(cluster.url, { connections: 16 });
  const pool = straight.compose((dispatch) => (options: Dispatcher.DispatchOptions, handler) => {
    const headers = Object.entries(options.headers ?? {}).filter(([name]) => name !== without);
    return dispatch({ ...options, headers: Object.fromEntries(headers) }, handler);
  });
  const cells = cellsOf(resizeAffinity, SCOPE);
  const rounds = await measureOn(cluster, { protocol: visits, measurement: MEASUREMENT, cells }, { pool });
  await straight.destroy();
  return rounds;
}

t.test('who moves depends on what ties users to instances', async (t) => {
  const rounds = await sweepWithout();
  t.same([faultsOf(rounds), failedChecksOf(rounds)], [[], []]);
  const { verdict, because, estimates } = judgeSweep(resizeAffinity, SCOPE, rounds);
  t.equal(verdict, 'depends', because);
  for (const { factors, low, high, predicted = Number.NaN } of estimates) {
    t.ok(low - 0.15 <= predicted && predicted <= high + 0.15, `${JSON.stringify(factors)}: ${low} to ${high}`);
  }
  t.equal(await cluster.countServing(), 3, 'all serve again');
});

t.test('users who keep no cookie move as others do', async (t) => {
  const { verdict, because } = judgeSweep(resizeAffinity, SCOPE, await sweepWithout('cookie'));
  t.equal(verdict, 'true', because);
});

t.test('users without an address of their own are one, of whom nothing is concluded', async (t) => {
  const rounds = await sweepWithout('x-forwarded-for');
  t.match(failedChecksOf(rounds)[0], /^users are told apart: they were served by 1 of [23] instances before$/);
  t.equal(judgeSweep(resizeAffinity, SCOPE, rounds).verdict, 'not measured');
});
