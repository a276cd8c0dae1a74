// On a fake cluster, of which the truth is known.
import t, { type Test } from 'tap';
import type { Factors, VisitsRound, VisitsSettings } from '../contract.js';
import { visits as measurementOf } from '../metrics/quantity.js';
import * as metrics from '../metrics/visits.js';
import { evidenceIn, options } from '../testing/evidence-of-cells.js';
import { FakeCluster, type FakeClusterOptions } from '../testing/fake-cluster.js';
import { FAKE_TRUTH } from '../testing/fake-truth.js';
import { failedChecksOf, faultsOf, type MeasuringOptions, measureOn } from '../testing/measuring.js';
import { visits } from './visits.js';

const PAGES: VisitsSettings = { act: 'page', users: 60, requestsPerUser: 3 };

async function start(t: Test, given: FakeClusterOptions = {}): Promise<FakeCluster> {
  const cluster = await FakeCluster.start(given);
  t.teardown(() => cluster.end());
  return cluster;
}

const measure = (cluster: FakeCluster, settings: VisitsSettings, cells: readonly Factors[], how?: MeasuringOptions) =>
  measureOn(cluster, { protocol: visits, measurement: measurementOf(settings), cells }, how);

const orderOf = (rounds: readonly VisitsRound[]) =>
  rounds.map(({ factors }) => `${factors.strategy} ${factors.instances}`);

t.test('who is recognised is what the strategies are known for', async (t) => {
  const cluster = await start(t, { instances: 4 });
  const cells = ['memory', 'sticky', 'redis', 'jwt'].map((strategy) => ({ strategy, instances: 4 }));
  const rounds = await measure(cluster, PAGES, [...cells, { strategy: 'memory', instances: 1 }], { sweeps: 3 });
  t.same(faultsOf(rounds), []);
  t.same(failedChecksOf(rounds), []);
  const recognised = (factors: Factors) =>
    metrics.recognisedRatio(measurementOf(PAGES), factors).estimate(evidenceIn(rounds), options(0.999));
  const { low, high } = recognised({ strategy: 'memory', instances: 4 });
  t.ok(low <= 0.25 && 0.25 <= high, `a quarter lies between ${low} and ${high}`);
  for (const strategy of ['sticky', 'redis', 'jwt']) t.equal(recognised({ strategy, instances: 4 }).value, 1, strategy);
  t.equal(recognised({ strategy: 'memory', instances: 1 }).value, 1);
  t.equal(cluster.serving, 4);
});

t.test('who signs in at every refusal does so (n − 1)/n times a page', async (t) => {
  const settings: VisitsSettings = { ...PAGES, act: 'relogin', requestsPerUser: 5 };
  const cluster = await start(t, { instances: 3 });
  const factors = { strategy: 'memory', instances: 3 };
  const rounds = await measure(cluster, settings, [factors], { sweeps: 3 });
  const { low, high } = metrics
    .loginsPerPageView(measurementOf(settings), factors)
    .estimate(evidenceIn(rounds), options(0.999));
  t.ok(low <= 2 / 3 && 2 / 3 <= high, `two thirds lie between ${low} and ${high}`);
});

t.test('a password costs what it is known to cost', async (t) => {
  const settings: VisitsSettings = { act: 'password', users: 12, requestsPerUser: 0 };
  const cluster = await start(t, { truth: { idleMicrosPerMs: 0 } });
  const factors = { strategy: 'jwt', instances: 1 };
  const rounds = await measure(cluster, settings, [factors], { sweeps: 2 });
  const { value } = metrics.loginCpuMicros(measurementOf(settings), factors).estimate(evidenceIn(rounds), options());
  t.equal(Math.round(value), FAKE_TRUTH.passwordMicros + FAKE_TRUTH.instanceMicros.jwt);
  t.same(faultsOf(rounds), []);
  t.same(failedChecksOf(rounds), []);
});

t.test('unequally active users who are pinned load instances unequally', async (t) => {
  const cluster = await start(t, { instances: 4 });
  const cells = ['equal', 'zipf'].map((activity) => ({ strategy: 'sticky', instances: 4, activity }));
  const rounds = await measure(cluster, PAGES, cells, { sweeps: 3 });
  const [equal, zipf] = cells.map((factors) =>
    metrics.maxToMeanLoad(measurementOf(PAGES), factors).estimate(evidenceIn(rounds), options()),
  );
  t.equal(equal?.value, 1, 'dealt out evenly');
  t.ok((zipf?.value ?? 0) > 1.1, `${zipf?.value} times the mean`);
});

t.test('an instance that is added gets nobody who is pinned, and its share of all others', async (t) => {
  const settings: VisitsSettings = { ...PAGES, act: 'added' };
  const cluster = await start(t, { instances: 3 });
  const cells = ['sticky', 'jwt'].map((strategy) => ({ strategy, instances: 2 }));
  const rounds = await measure(cluster, settings, cells, { sweeps: 2 });
  const [sticky, jwt] = cells.map((factors) =>
    metrics.newInstanceShare(measurementOf(settings), factors).perRound(evidenceIn(rounds)),
  );
  t.same(sticky, [0, 0]);
  t.same(jwt, [1 / 3, 1 / 3]);
  t.equal(cluster.serving, 3, 'all serve again');
});

t.test('the seed decides the order of the cells', async (t) => {
  const cluster = await start(t, { instances: 4 });
  const settings: VisitsSettings = { ...PAGES, users: 2, requestsPerUser: 1 };
  const cells = [1, 2, 3, 4].flatMap((instances) => ['redis', 'jwt'].map((strategy) => ({ strategy, instances })));
  const order = async (seed: number) => orderOf(await measure(cluster, settings, cells, { seed, sweeps: 2 }));
  const first = await order(1);
  t.same(await order(1), first);
  t.notSame(await order(2), first);
  t.notSame(first.slice(0, 8), first.slice(8), 'another one in each sweep');
  t.same([...first.slice(0, 8)].sort(), [...first.slice(8)].sort(), 'of the same cells');
});

t.test('a run that goes on counts sweeps on', async (t) => {
  const cluster = await start(t);
  const cells = [{ strategy: 'jwt', instances: 1 }];
  const rounds = await measure(cluster, PAGES, cells, { firstSweep: 5, sweeps: 2 });
  t.same(
    rounds.map(({ sweep }) => sweep),
    [5, 6],
  );
});

t.test('a round in which nobody answers, or a dead store, says nothing about strategies', async (t) => {
  const mute = await start(t, { fateOf: (path) => (path.endsWith('/me') ? 'cut' : 'answered') });
  const [unanswered, ...others] = await measure(mute, PAGES, [{ strategy: 'jwt', instances: 2 }]);
  t.match(unanswered, { byInstance: { none: 180 }, statuses: { 0: 180 } });
  const storeless = await start(t, {
    before: async (method, cluster) => {
      if (method === 'readTiers') await cluster.kill('redis');
    },
  });
  const [errors] = await measure(storeless, PAGES, [{ strategy: 'redis', instances: 2 }]);
  t.match(errors, { statuses: { 503: 180 } });
  const rounds = [unanswered, errors].filter((round) => round !== undefined);
  t.same(faultsOf(rounds), []);
  t.same(
    failedChecksOf(rounds),
    Array(2).fill('few unexpected answers: 180 of 180 requests came to nothing or to an error'),
  );
  t.same(others, []);
});

t.test('where nobody can sign in the round is thrown, with the reason', async (t) => {
  const cut = await start(t, { fateOf: () => 'cut' });
  await t.rejects(measure(cut, PAGES, [{ strategy: 'jwt', instances: 1 }]), { code: 'UND_ERR_SOCKET' });
  const broken = await start(t, {
    before: (method) => {
      if (method === 'readTiers') throw new Error('no counters');
    },
  });
  await t.rejects(measure(broken, PAGES, [{ strategy: 'jwt', instances: 1 }]), { message: 'no counters' });
  t.equal(broken.serving, 2, 'all serve again');
});
