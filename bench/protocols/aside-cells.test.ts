// On a real cluster: an instance of its own has the setting that its factor stands for.
import t from 'tap';
import { Pool } from 'undici';
import { findRedisServer } from '../cluster/redis.js';
import type { Factors, SaturationRound } from '../contract.js';
import { saturation as measurementOf } from '../metrics/quantity.js';
import { IDLE } from '../metrics/saturation.js';
import { createRandom } from '../stats/prng.js';
import { startTestCluster, TEST_ENVIRONMENT } from '../testing/local-cluster.js';
import { failedChecksOf } from '../testing/measuring.js';
import { settingsOf } from './aside-cells.js';
import { saturation } from './saturation.js';

const hasRedis = findRedisServer(TEST_ENVIRONMENT.PATH) !== undefined;
const { settings, key } = measurementOf({ slices: 'none', connections: 8 });
const cell = (cacheSeconds: number): Factors => ({
  strategy: 'jwt-denylist',
  instances: 1,
  straight: true,
  connections: 8,
  cacheSeconds,
});

t.test('a factor that stands for a setting needs an instance of its own', async (t) => {
  t.same(settingsOf(cell(5)), { DENYLIST_CACHE_SECONDS: '5' });
  t.equal(settingsOf({ strategy: 'jwt', instances: 1, straight: true }), undefined);
  t.same(saturation.requires(settings, cell(0)), ['instances with settings of their own', 'Redis']);
});

t.test('an instance that remembers asks the store no more', { skip: !hasRedis && 'no Redis' }, async (t) => {
  const cluster = await startTestCluster({ strategies: ['jwt-denylist'], instances: 1 });
  const pool = new Pool(cluster.url);
  t.teardown(async () => {
    await pool.destroy();
    await cluster.stop();
  });
  const sweeps = saturation.measure(
    { key, settings, cells: [{ strategy: IDLE }, cell(0), cell(5)] },
    {
      cluster,
      pool,
      strategies: cluster.strategies,
      signal: new AbortController().signal,
      isWarm: true,
      firstSweep: 0,
      random: (label) => createRandom(7, label),
      calibrate: async () => ({ connectionsPerInstance: 8, roundMs: 400 }),
      say: () => {},
    },
  );
  const rounds = (await sweeps.next()).value as SaturationRound[];
  await sweeps.return(undefined);
  t.same(failedChecksOf(rounds), []);
  const of = (cacheSeconds: number) =>
    rounds.find(({ factors }) => factors.cacheSeconds === cacheSeconds) as SaturationRound;
  const trips = (round: SaturationRound) => (round.trips?.store ?? 0) / round.answered;
  t.equal(trips(of(0)), 1, 'one trip a request');
  t.ok(trips(of(5)) < 0.1, `${trips(of(5))} trips a request`);
  t.ok(of(0).steady.work.instanceCpuMicros > 0, 'the CPU time is that of the instance that was asked');
  t.equal(of(0).steady.work.serving, 1);
});
