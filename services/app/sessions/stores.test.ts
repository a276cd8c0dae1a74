import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import { pino } from 'pino';
import t from 'tap';
import { setUp } from '../../testing/environment.js';
import { startProcess, startRedis } from '../../testing/processes.js';
import { end, newSession, read, USER, write } from '../../testing/session-stores.js';
import { createDatabase } from '../backends/database.js';
import { connectRedis, createRedis } from '../backends/redis.js';
import { FileStore } from './file-store.js';
import { MemoryStore } from './memory-store.js';
import { PostgresStore } from './postgres-store.js';
import { RedisStore } from './redis-store.js';

const TTL_SECONDS = 100;
const log = pino({ enabled: false });
const databaseServer = await startProcess('database/embedded.js', {});
await setUp(t.testdir(), databaseServer.url);
const database = createDatabase(databaseServer.url, 2, log);
const redisServer = await startRedis();
const redis = redisServer === null ? null : createRedis(redisServer.url, log);
if (redis !== null) await connectRedis(redis);
t.teardown(async () => {
  redis?.disconnect();
  await redisServer?.stop();
  await database.close();
  await databaseServer.stop();
});

type CreateStore = (now: () => number) => SessionStore;
const stores: Readonly<Record<string, CreateStore | null>> = {
  memory: (now) => new MemoryStore({ ttlSeconds: TTL_SECONDS, limit: 10 }, now),
  redis: redis === null ? null : (now) => new RedisStore(redis, { ttlSeconds: TTL_SECONDS }, now),
  file: (now) => new FileStore({ folder: t.testdir(), ttlSeconds: TTL_SECONDS }, now, log),
  postgres: (now) => new PostgresStore(database, { ttlSeconds: TTL_SECONDS }, now),
};

for (const [name, createStore] of Object.entries(stores)) {
  t.test(`the ${name} store`, { skip: createStore === null && 'no Redis server on PATH' }, async (t) => {
    if (createStore === null) return;
    const store = createStore(Date.now);

    t.test('gives a session back with its user and without its cookie', async (t) => {
      await write(store, 'a', newSession());
      t.same(await read(store, 'a'), { user: USER, isStored: true });
    });
    t.test('knows no other session', async (t) => {
      t.equal(await read(store, 'unknown'), null);
    });
    t.test('keeps no session without a user', async (t) => {
      await write(store, 'b', { cookie: { originalMaxAge: null } });
      t.equal(await read(store, 'b'), null);
    });
    t.test('forgets a session that was ended', async (t) => {
      await write(store, 'c', newSession());
      await end(store, 'c');
      t.equal(await read(store, 'c'), null);
    });
    t.test('lets no request that was under way bring an ended session back', async (t) => {
      await write(store, 'd', newSession());
      const underWay = (await read(store, 'd')) as Session;
      await end(store, 'd');
      await write(store, 'd', underWay);
      t.equal(await read(store, 'd'), null);
    });
    t.test('takes changes of a session that goes on', async (t) => {
      await write(store, 'e', newSession());
      const session = (await read(store, 'e')) as Session;
      await write(store, 'e', { ...session, user: { ...USER, role: 'admin' } });
      t.match(await read(store, 'e'), { user: { role: 'admin' } });
    });
  });
}

t.test('the memory store', async (t) => {
  let nowMs = 0;
  const newStore = (limit: number) => new MemoryStore({ ttlSeconds: TTL_SECONDS, limit }, () => nowMs);

  t.test('lets a session expire that is not used', async (t) => {
    const store = newStore(10);
    await write(store, 'a', newSession());
    nowMs += TTL_SECONDS * 1000;
    t.equal(await read(store, 'a'), null);
    t.equal(store.size, 0);
  });
  t.test('renews a session that is used', async (t) => {
    const store = newStore(10);
    await write(store, 'used', newSession());
    await write(store, 'idle', newSession());
    nowMs += TTL_SECONDS * 600;
    t.ok(await read(store, 'used'));
    nowMs += TTL_SECONDS * 600;
    t.ok(await read(store, 'used'));
    t.equal(store.size, 1);
  });
  t.test('evicts those that were used longest ago where there are too many', async (t) => {
    const store = newStore(2);
    await write(store, 'a', newSession());
    await write(store, 'b', newSession());
    nowMs += TTL_SECONDS * 500;
    await read(store, 'a');
    await write(store, 'c', newSession());
    t.equal(store.size, 2);
    t.equal(await read(store, 'b'), null);
    t.ok(await read(store, 'a'));
    t.ok(await read(store, 'c'));
  });
});
