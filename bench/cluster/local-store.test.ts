import { Redis } from 'ioredis';
import t from 'tap';
import { startRedis } from '../../services/testing/processes.js';
import { readEnvironment } from '../config.js';
import { LocalProcesses } from './local-processes.js';
import { LocalStore } from './local-store.js';
import type { Reaper } from './reaper.js';

const server = await startRedis();
t.teardown(() => server?.stop());

t.test('a Redis of somebody else is never emptied', { skip: server ? false : 'no Redis server' }, async (t) => {
  const redisUrl = server?.url ?? '';
  const theirs = new Redis(redisUrl, { db: 1 });
  const store = new LocalStore(readEnvironment({ REDIS_URL: redisUrl }));
  t.teardown(() => {
    store.close();
    theirs.disconnect();
  });
  await theirs.set('theirs', 'kept');
  const { signal } = new AbortController();
  await store.start(new LocalProcesses({} as Reaper), { port: 0, folder: t.testdir() }, signal);
  await t.rejects(store.empty(1), { code: 'CLUSTER_FAILED' });
  t.equal(await theirs.get('theirs'), 'kept');
});
