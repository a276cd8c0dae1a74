// Real servers of each kind, found by what each says of itself.
import t from 'tap';
import { REDIS_TOPOLOGIES } from '../../services/contract.js';
import { createRandom } from '../stats/prng.js';
import { startTestCluster, TEST_ENVIRONMENT } from '../testing/local-cluster.js';
import { findRedisServer } from './redis.js';
import { nodesOf } from './redis-nodes.js';

const skip = findRedisServer(TEST_ENVIRONMENT.PATH) === undefined && 'no Redis server';

t.test('a replicated store is whole when it starts, and all of it ends', { skip }, async (t) => {
  const cluster = await startTestCluster({ strategies: ['jwt'], instances: 1 });
  t.teardown(() => cluster.stop());
  await Promise.all(
    REDIS_TOPOLOGIES.map(async (topology) => {
      const store = await cluster.startStore(topology);
      const url = String(store.settings.REDIS_URL);
      const master = await store.chooseMaster(createRandom(7, topology));
      const confirmMs = await master.confirm();
      t.ok(confirmMs > 0 && confirmMs < 500, `a replica of ${topology} has a write after ${confirmMs} ms`);
      await store.untilWhole(new AbortController().signal);
      const nodes = await nodesOf(url);
      const masters = nodes.filter(({ role }) => role === 'master');
      const replicas = masters.flatMap((one) => one.replicas).sort();
      t.same(replicas, nodes.flatMap(({ role, address }) => (role === 'slave' ? address : [])).sort(), topology);
      t.equal(new Set(nodes.map(({ pid }) => pid)).size, nodes.length);
      t.equal(await master.isReplaced(), false, 'it lives');
      await store.stop();
      t.same(await nodesOf(url), []);
    }),
  );
});
