// On a real cluster, whose own Redis plays the replicated store: what it loses is known here.
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import t from 'tap';
import { findRedisServer } from '../cluster/redis.js';
import type { Master, ReplicatedStore } from '../cluster/replicated-store.js';
import { loginsLost, logoutsUndone, outageS } from '../metrics/failover.js';
import { failover as measurementOf } from '../metrics/quantity.js';
import { changed } from '../testing/changed-cluster.js';
import { evidenceIn } from '../testing/evidence-of-cells.js';
import { startTestCluster, TEST_ENVIRONMENT } from '../testing/local-cluster.js';
import { failedChecksOf, faultsOf, measureOn } from '../testing/measuring.js';
import { failover } from './failover.js';

// So few sign out that nobody comes to end a session that was lost.
const MEASUREMENT = measurementOf({ loginsRps: 60, readsRps: 30, logoutsRps: 10 });
const CELL = { strategy: 'redis', store: 'sentinel' };
const DATABASE = 5;
/** As much as a slow replica would lag behind. */
const WINDOW_MS = 600;
/** All sessions as they were, at one stroke; tells how many that were new and how many that were gone. */
const ROLL_BACK = `
local was, new, gone = {}, 0, 0
for at = 1, #ARGV, 2 do was[ARGV[at]] = ARGV[at + 1] end
for _, key in ipairs(redis.call('KEYS', '*')) do
  if redis.call('TYPE', key).ok == 'string' then
    if was[key] then was[key] = nil else redis.call('DEL', key); new = new + 1 end
  end
end
for key, value in pairs(was) do redis.call('RESTORE', key, 60000, value); gone = gone + 1 end
return {new, gone}`;
const skip = findRedisServer(TEST_ENVIRONMENT.PATH) === undefined && 'no Redis server';

t.test('what is lost is what the count at the client says', { skip }, async (t) => {
  const cluster = await startTestCluster({ strategies: ['redis'], instances: 1 });
  t.teardown(() => cluster.stop());
  const { settings } = cluster.spareStore(DATABASE);
  const redis = new Redis(String(settings.REDIS_URL));
  t.teardown(() => redis.disconnect());
  const measure = (master: Partial<Master>) => {
    const store: ReplicatedStore = {
      settings,
      chooseMaster: async () => ({ ...UNTOUCHED, ...master }),
      untilWhole: async () => {},
      stop: async () => {},
    };
    const site = changed(cluster, { startStore: async () => store });
    return measureOn(site, { protocol: failover, measurement: MEASUREMENT, cells: [CELL] });
  };

  const kept = await measure({});
  t.same([...faultsOf(kept), ...failedChecksOf(kept)], []);
  t.match(kept, [{ logins: { lostMs: { length: 0 } }, logouts: { lostMs: { length: 0 } } }]);
  t.same(outageS(MEASUREMENT, CELL).perRound(evidenceIn(kept)), [0]);

  let snapshot: (string | Buffer)[] = [];
  let rolledBack: Promise<unknown> = Promise.resolve();
  const [round, ...others] = await measure({
    async confirm() {
      if (snapshot.length > 0) return 1;
      snapshot = await takeSnapshot(redis);
      await setTimeout(WINDOW_MS);
      return WINDOW_MS;
    },
    kill: () => {
      rolledBack = redis.eval(ROLL_BACK, 0, ...snapshot);
    },
    isReplaced: async () => false,
  });
  if (!round) throw new Error('a round was made');
  t.same(others, []);
  t.same(failedChecksOf([round]), ['another took its place: it is a master, or missing']);
  const [lost = 0, undone = 0] = (await rolledBack) as number[];
  t.ok(lost > 0 && undone > 0, `${lost} logins and ${undone} logouts`);
  const lossy = evidenceIn([{ ...round, checks: [] }]);
  t.same(loginsLost(MEASUREMENT, CELL).perRound(lossy), [lost]);
  t.same(logoutsUndone(MEASUREMENT, CELL).perRound(lossy), [undone]);
});

const UNTOUCHED: Master = { keyShare: 1, confirm: async () => 1, kill: () => {}, isReplaced: async () => true };

async function takeSnapshot(redis: Redis): Promise<(string | Buffer)[]> {
  const entries = await Promise.all(
    (await redis.keys('*')).map(async (key) => {
      const [type, value] = [await redis.type(key), await redis.dumpBuffer(key)];
      return type === 'string' && value ? [key, value] : [];
    }),
  );
  return entries.flat();
}
