import t from 'tap';
import { readEnvironment } from '../config.js';
import { LocalStore } from './local-store.js';

t.test('a Redis of somebody else is never emptied, whether or not it answers', async (t) => {
  const store = new LocalStore(readEnvironment({ REDIS_URL: 'redis://127.0.0.1:1' }));
  t.teardown(() => store.close());
  t.notOk(store.isOwn);
  await t.rejects(store.empty(1), { code: 'CLUSTER_FAILED', message: /REDIS_URL|own/i });
});
