// On a real cluster.
import t from 'tap';
import type { Cluster } from '../cluster/cluster.js';
import { bytesPerSession, usersPerGiB } from '../metrics/population.js';
import { population as measurementOf } from '../metrics/quantity.js';
import { changed } from '../testing/changed-cluster.js';
import { evidenceIn } from '../testing/evidence-of-cells.js';
import { startTestCluster } from '../testing/local-cluster.js';
import { failedChecksOf, faultsOf, measureOn } from '../testing/measuring.js';
import { population } from './population.js';

const MEASUREMENT = measurementOf({ sessions: 8_000 });
const cluster = await startTestCluster({ strategies: ['memory', 'redis', 'jwt'], instances: 1 });
t.teardown(() => cluster.stop());

const measure = (cluster: Cluster, ...strategies: string[]) =>
  measureOn(cluster, {
    protocol: population,
    measurement: MEASUREMENT,
    cells: strategies.map((strategy) => ({ strategy })),
  });

t.test('sessions take memory where they are held, and nowhere else', async (t) => {
  const before = (await cluster.readStoreBytes()) ?? Number.NaN;
  const rounds = await measure(cluster, 'memory', 'redis', 'jwt');
  t.same(faultsOf(rounds), []);
  t.same(failedChecksOf(rounds), []);
  const bytes = (holder: 'instance' | 'store', strategy: string) =>
    bytesPerSession(holder, MEASUREMENT, { strategy }).perRound(evidenceIn(rounds))[0] ?? Number.NaN;
  // At least an id of 32 characters and the user, no more than a page of memory.
  for (const found of [bytes('instance', 'memory'), bytes('store', 'redis')])
    t.ok(found > 100 && found < 4_096, `${found}`);
  t.ok(bytes('instance', 'jwt') < bytes('instance', 'memory') / 2, `${bytes('instance', 'jwt')} with tokens`);
  t.same(bytesPerSession('store', MEASUREMENT, { strategy: 'memory' }).perRound(evidenceIn(rounds)), []);
  const [users = Number.NaN] = usersPerGiB(MEASUREMENT, { strategy: 'redis' }).perRound(evidenceIn(rounds));
  t.equal(Math.round(users * bytes('store', 'redis')), 2 ** 30, 'of what Redis holds');
  const left = ((await cluster.readStoreBytes()) ?? Number.NaN) - before;
  t.ok(left < 8_000 * 100, `Redis is left empty but for ${left} bytes`);
});

t.test('an instance that does not hold what was begun fails the check of its round', async (t) => {
  const forgetful = changed(cluster, {
    startAside: (kind, settings) => cluster.startAside(kind, { ...settings, SESSION_LIMIT: '1000' }),
  });
  t.match(failedChecksOf(await measure(forgetful, 'memory')), [
    /^all sessions are held: 1000 held of 8000 that were begun$/,
  ]);
});
