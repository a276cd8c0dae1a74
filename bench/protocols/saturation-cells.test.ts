// Cells of closed loops that need more than a user for each connection, on a real cluster.
import { randomBytes } from 'node:crypto';
import t from 'tap';
import type { Cluster } from '../cluster/cluster.js';
import type { Factors } from '../contract.js';
import { saturation as measurementOf } from '../metrics/quantity.js';
import { requestBytes, tripsPerRequest } from '../metrics/saturation.js';
import { changed } from '../testing/changed-cluster.js';
import { evidenceIn } from '../testing/evidence-of-cells.js';
import { startTestCluster } from '../testing/local-cluster.js';
import { failedChecksOf, faultsOf, measureOn } from '../testing/measuring.js';
import { saturation } from './saturation.js';

const MEASUREMENT = measurementOf({ slices: 'none', connections: 4 });
const cluster = await startTestCluster({ strategies: ['memory', 'redis', 'redis-id', 'jwt', 'basic'], instances: 1 });
t.teardown(() => cluster.stop());

const measure = (cluster: Cluster, cells: readonly Factors[], isWarm = true) =>
  measureOn(
    cluster,
    { protocol: saturation, measurement: MEASUREMENT, cells },
    { isWarm, calibrate: async () => ({ connectionsPerInstance: 4, roundMs: 300 }) },
  );

t.test('what each strategy asks database and store for is counted, a password among them', async (t) => {
  const cells = ['redis', 'redis-id', 'jwt', 'basic'].map((strategy) => ({ strategy, instances: 1 }));
  const rounds = await measure(cluster, cells);
  t.same(faultsOf(rounds), []);
  t.same(failedChecksOf(rounds), []);
  const trips = (to: 'store' | 'database') =>
    cells.map((factors) => tripsPerRequest(to, MEASUREMENT, factors).perRound(evidenceIn(rounds)).map(Math.round)[0]);
  t.same(trips('database'), [0, 1, 0, 1]);
  t.same(trips('store').slice(0, 3), [1, 1, 0]);
});

t.test('an instance accepts a token with more claims, which makes requests longer', async (t) => {
  const usual = { strategy: 'jwt', instances: 1 };
  const fat = { ...usual, claimsBytes: 4096 };
  const rounds = await measure(cluster, [usual, fat]);
  t.same(failedChecksOf(rounds), []);
  const [[few = 0], [many = 0]] = [usual, fat].map((factors) =>
    requestBytes(MEASUREMENT, factors).perRound(evidenceIn(rounds)),
  ) as [number[], number[]];
  t.ok(Math.abs(many - few - (4 / 3) * 4096) < 100, `${many - few} bytes more`);
});

t.test('one that another has signed is refused, and its round fails', async (t) => {
  const key = { kty: 'oct', k: randomBytes(32).toString('base64url'), alg: 'HS256' };
  const rounds = await measure(changed(cluster, { readTokenKey: async () => key }), [
    { strategy: 'jwt', instances: 1, claimsBytes: 64 },
  ]);
  t.match(failedChecksOf(rounds), [/^few unexpected answers: (\d+) of \1$/]);
});

t.test('populations are held by instances of their own, and their users are known there', async (t) => {
  const sessions: number[] = [];
  const watched = changed(cluster, {
    async startAside(kind, settings) {
      const aside = await cluster.startAside(kind, settings);
      const stop = async () => {
        const stats = await fetch(`${aside.opsUrl}/stats`).then((reply) => reply.json());
        sessions.push((stats as { strategies: { memory: { sessions: number } } }).strategies.memory.sessions);
        await aside.stop();
      };
      return { ...aside, stop };
    },
  });
  const cells = [30, 300].map((sessions) => ({ strategy: 'memory', instances: 1, straight: true, sessions }));
  const inRedis = { strategy: 'redis', instances: 1, straight: true, sessions: 200 };
  const before = (await cluster.readStoreBytes()) ?? Number.NaN;
  const rounds = await measure(watched, [...cells, inRedis]);
  t.same(failedChecksOf(rounds), []);
  t.ok(rounds.every(({ connections, steady }) => connections === 4 && (steady.statuses[200] ?? 0) > 0));
  t.same(
    sessions.sort((a, b) => a - b),
    [0, 30, 300],
  );
  t.ok(((await cluster.readStoreBytes()) ?? Number.NaN) - before < 200 * 300, 'its database is emptied');
});
