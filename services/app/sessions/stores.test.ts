import { setImmediate, setTimeout } from 'node:timers/promises';
import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import { pino } from 'pino';
import t from 'tap';
import { startRedis } from '../../testing/processes.js';
import { connectRedis, createRedis } from '../redis.js';
import { MemoryStore } from './memory-store.js';
import { RedisStore } from './redis-store.js';

const TTL_SECONDS = 100;
const USER = { id: 1, username: 'user1', role: 'user' } as const;
const newSession = () => ({ user: USER, cookie: { originalMaxAge: null } }) as Session;

const read = (store: SessionStore, id: string) =>
  new Promise<Session | null | undefined>((resolve, reject) =>
    store.get(id, (error, session) => (error ? reject(error) : resolve(session))),
  );
const write = (store: SessionStore, id: string, session: Session) =>
  new Promise<void>((resolve, reject) => store.set(id, session, (error) => (error ? reject(error) : resolve())));
const end = (store: SessionStore, id: string) =>
  new Promise<void>((resolve, reject) => store.destroy(id, (error) => (error ? reject(error) : resolve())));

const redisServer = await startRedis();
const redis = redisServer === null ? null : createRedis(redisServer.url, pino({ enabled: false }));
if (redis !== null) await connectRedis(redis);
t.teardown(async () => {
  redis?.disconnect();
  await redisServer?.stop();
});

type CreateStore = (now: () => number) => SessionStore;
const stores: Readonly<Record<string, CreateStore | null>> = {
  memory: (now) => new MemoryStore({ ttlSeconds: TTL_SECONDS, limit: 10 }, now),
  redis: redis === null ? null : (now) => new RedisStore(redis, { ttlSeconds: TTL_SECONDS }, now),
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

t.test('the Redis store', { skip: redis === null && 'no Redis server on PATH' }, async (t) => {
  if (redis === null) return;
  let nowMs = 0;
  const store = new RedisStore(redis, { ttlSeconds: TTL_SECONDS }, () => nowMs);
  const countCalls = async (command: string) => {
    const stats = await redis.info('commandstats');
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  };

  t.test('reads in one trip, and renews the lifetime once in a tenth of it', async (t) => {
    await write(store, 'a', newSession());
    const [trips, gets, renewals] = [store.trips, await countCalls('get'), await countCalls('getex')];
    for (let second = 0; second < 20; second++) {
      nowMs += 1000;
      await read(store, 'a');
    }
    t.equal(store.trips - trips, 20);
    t.equal((await countCalls('getex')) - renewals, 2);
    t.equal((await countCalls('get')) - gets, 18);
  });
  t.test('lets Redis expire what is not used', async (t) => {
    await write(store, 'b', newSession());
    const ttl = await redis.ttl('session:b');
    t.ok(ttl > 0 && ttl <= TTL_SECONDS, `${ttl} s are left`);
  });
  t.test('takes text that is no session for none', async (t) => {
    await redis.set('session:c', '{broken');
    t.equal(await read(store, 'c'), null);
  });
  t.test('reads what arrived while this process stood still', async (t) => {
    await write(store, 'd', newSession());
    const reads = Array.from({ length: 10 }, () => read(store, 'd'));
    await setImmediate();
    const until = performance.now() + 600;
    while (performance.now() < until);
    for (const session of await Promise.all(reads)) t.match(session, { user: USER });
  });
  t.test('drops a frozen server once, however many reads it leaves unanswered', async (t) => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    redisServer?.child.kill('SIGSTOP');
    t.teardown(() => redisServer?.child.kill('SIGCONT'));
    const reads = await Promise.allSettled(Array.from({ length: 30 }, () => read(store, 'd')));
    t.same([...new Set(reads.map(({ status }) => status))], ['rejected']);
    redisServer?.child.kill('SIGCONT');
    while (!(await read(store, 'd').catch(() => null))) await setTimeout(20);
    process.off('warning', note);
    t.same(warnings, []);
  });
  t.test('says so when Redis does not answer', async (t) => {
    const lost = createRedis('redis://127.0.0.1:1', pino({ enabled: false }));
    t.teardown(() => lost.disconnect());
    const unreachable = new RedisStore(lost, { ttlSeconds: TTL_SECONDS }, Date.now);
    await t.rejects(read(unreachable, 'a'), { code: 'unavailable', statusCode: 503 });
    await t.rejects(write(unreachable, 'a', newSession()), { code: 'unavailable' });
    await t.rejects(end(unreachable, 'a'), { code: 'unavailable' });
  });
});
