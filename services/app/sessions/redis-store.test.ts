import { setImmediate, setTimeout } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { pino } from 'pino';
import t from 'tap';
import { startRedis } from '../../testing/processes.js';
import { end, newSession, read, USER, write } from '../../testing/session-stores.js';
import { connectRedis, createRedis } from '../backends/redis.js';
import { RedisStore } from './redis-store.js';

const TTL_SECONDS = 100;
const redisServer = await startRedis();
const redis = redisServer === null ? null : createRedis(redisServer.url, pino({ enabled: false }));
if (redis !== null) await connectRedis(redis);
t.teardown(async () => {
  redis?.disconnect();
  await redisServer?.stop();
});

t.test('the Redis store', { skip: redis === null && 'no Redis server on PATH' }, async (t) => {
  if (redis === null) return;
  let nowMs = 0;
  const newStore = () => new RedisStore(redis, { ttlSeconds: TTL_SECONDS }, () => nowMs);
  const store = newStore();
  const countCalls = async (command: string) => {
    const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
    const stats = await Promise.all(servers.map((server) => server.info('commandstats')));
    const calls = stats.map((text) => new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(text)?.[1] ?? 0);
    return calls.reduce<number>((sum, count) => sum + Number(count), 0);
  };

  t.test('reads in one trip, and renews the lifetime once in a tenth of it', async (t) => {
    await write(store, 'a', newSession());
    const [trips, gets] = [store.trips, await countCalls('get')];
    for (let second = 0; second < 20; second++) {
      nowMs += 1000;
      // As if Redis had counted down alike.
      await redis.expire('session:a', TTL_SECONDS - 5);
      await read(store, 'a');
      const isRenewed = (await redis.ttl('session:a')) > TTL_SECONDS - 5;
      t.equal(isRenewed, second === 9 || second === 19, `after ${second + 1} s`);
    }
    t.equal(store.trips - trips, 22);
    // A renewal looks whether the session is still what was read.
    t.equal((await countCalls('get')) - gets, 22);
  });
  t.test('renews for all instances at once, however many sessions there are', async (t) => {
    const [one, two] = [newStore(), newStore()];
    const ids = Array.from({ length: 51_000 }, (_, i) => `many${i}`);
    /** So many at once: all of them would not be answered in time. */
    const forEach = async (use: (id: string) => Promise<unknown>) => {
      for (let i = 0; i < ids.length; i += 200) await Promise.all(ids.slice(i, i + 200).map(use));
    };
    const countWrites = async () => (await countCalls('set')) + (await countCalls('getex'));
    await forEach((id) => write(one, id, newSession()));
    const before = await countWrites();
    await forEach((id) => read(one, id));
    await forEach((id) => read(two, id));
    t.equal(await countWrites(), before, 'none is due');
    nowMs += TTL_SECONDS * 100;
    await forEach((id) => read(one, id));
    await forEach((id) => read(two, id));
    t.equal((await countWrites()) - before, ids.length);
  });
  t.test('renews a session once where several read it at the same time', async (t) => {
    await write(store, 'e', newSession());
    nowMs += TTL_SECONDS * 100;
    const before = await countCalls('set');
    await Promise.all([store, newStore(), store, newStore()].map((each) => read(each, 'e')));
    await read(store, 'e');
    t.equal((await countCalls('set')) - before, 1);
  });
  t.test('does not bring back with a renewal what has ended or changed meanwhile', async (t) => {
    await write(store, 'f', newSession());
    nowMs += TTL_SECONDS * 100;
    const [changing, ending] = [read(store, 'f'), redis.set('session:f', '{"user":null}')];
    await Promise.all([changing, ending]);
    t.ok(await changing);
    await read(newStore(), 'unknown');
    t.equal(await redis.get('session:f'), '{"user":null}');
    await redis.del('session:f');
    t.equal(await read(store, 'f'), null);
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
