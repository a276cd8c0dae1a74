import { Cluster } from 'ioredis';
import { pino } from 'pino';
import t from 'tap';
import { startRedis, until } from '../../testing/processes.js';
import { connectRedis, createRedis } from '../backends/redis.js';
import { RefreshFamilies } from './refresh-families.js';

const TTL_SECONDS = 3600;
const GRACE_SECONDS = 10;

const redisServer = await startRedis();
const skip = redisServer === null && 'no Redis server on PATH';

t.test('refresh families', { skip }, async (t) => {
  const redis = createRedis(redisServer?.url ?? '', pino({ enabled: false }));
  await connectRedis(redis);
  t.teardown(async () => {
    redis.disconnect();
    await redisServer?.stop();
  });
  let nowMs = Date.now();
  const open = (graceSeconds = GRACE_SECONDS, client = redis) =>
    new RefreshFamilies(client, { ttlSeconds: TTL_SECONDS, graceSeconds }, () => nowMs);
  const families = open();
  /** The newest token after a refresh that must succeed. */
  const refresh = async (refreshToken: string, of = families) => {
    const family = await of.rotate(refreshToken);
    if (family === null) throw new Error('the refresh was refused');
    return family.refreshToken;
  };

  t.test('keep user, scope and session through every refresh', async (t) => {
    const begun = await families.begin(7, 'read');
    const next = await open().rotate(begun.refreshToken);
    t.match(next, { userId: 7, scope: 'read', sessionId: begun.sessionId });
    t.not(next?.refreshToken, begun.refreshToken);
    t.equal(await families.userOf(next?.refreshToken ?? ''), 7);
    const unlimited = await families.begin(7, undefined);
    t.equal((await families.rotate(unlimited.refreshToken))?.scope, undefined);
  });

  t.test('are stored without anything that could be presented', async (t) => {
    const { refreshToken, sessionId } = await families.begin(7, undefined);
    const keys = await redis.keys('*');
    const stored = await redis.get(`refresh:${sessionId}`);
    for (const part of refreshToken.split('.')) t.notOk(`${keys} ${stored} ${sessionId}`.includes(part));
  });

  t.test('give a successor again within the grace: of two tabs, or after a lost reply', async (t) => {
    const { refreshToken } = await families.begin(7, undefined);
    const first = await refresh(refreshToken);
    nowMs += GRACE_SECONDS * 1000 - 1;
    const second = await refresh(refreshToken);
    t.not(first, second);
    for (const token of [first, second]) t.ok(await refresh(token));
  });

  t.test('end when a retired token is used after the grace, whoever has the newest one', async (t) => {
    const { refreshToken } = await families.begin(7, undefined);
    const successor = await refresh(refreshToken);
    nowMs += GRACE_SECONDS * 1000;
    t.equal(await families.rotate(refreshToken), null);
    t.equal(await families.rotate(successor), null);
    t.equal(await families.userOf(successor), null);
  });

  t.test('end when a token is made up that names them', async (t) => {
    const { refreshToken } = await families.begin(7, undefined);
    const [familyId] = refreshToken.split('.');
    t.equal(await families.rotate(`${familyId}.${'x'.repeat(43)}`), null);
    t.equal(await families.rotate(refreshToken), null);
  });

  t.test('do not know what is no token', async (t) => {
    for (const token of ['', 'x', '.', `${'x'.repeat(22)}.${'x'.repeat(43)}`, `${'x'.repeat(22)}.${'x'.repeat(44)}`]) {
      t.equal(await families.userOf(token), null);
      t.equal(await families.rotate(token), null);
    }
  });

  t.test('without grace, let one of many at once through and end', async (t) => {
    const strict = open(0);
    const { refreshToken } = await strict.begin(7, undefined);
    const all = await Promise.all(Array.from({ length: 20 }, () => strict.rotate(refreshToken)));
    const successors = all.flatMap((family) => family?.refreshToken ?? []);
    t.equal(successors.length, 1);
    t.equal(await strict.rotate(successors[0] ?? ''), null);
  });

  t.test('with grace, let all of many at once through, each with a successor of its own', async (t) => {
    const { refreshToken } = await families.begin(7, undefined);
    const successors = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    t.equal(new Set(successors).size, 20);
    for (const token of successors) t.ok(await refresh(token));
  });

  t.test('remember a limited number of tokens', async (t) => {
    const { refreshToken, sessionId } = await families.begin(7, undefined);
    for (let i = 0; i < 64; i++) await refresh(refreshToken);
    t.equal(JSON.parse((await redis.get(`refresh:${sessionId}`)) ?? '').tokens.length, 64);
    let token = (await families.begin(7, undefined)).refreshToken;
    for (let i = 0; i < 200; i++) token = await refresh(token);
    t.ok(token, 'of one line of successors none is missed');
  });

  t.test('live from the login on, however often they are refreshed', async (t) => {
    const { refreshToken, sessionId } = await families.begin(7, undefined);
    await redis.expire(`refresh:${sessionId}`, 100);
    await refresh(refreshToken);
    const ttl = await redis.ttl(`refresh:${sessionId}`);
    t.ok(ttl > 0 && ttl <= 100, `${ttl} s are left`);
  });

  t.test('end alone, or with all others of their user', async (t) => {
    const [one, two, three] = [
      await families.begin(8, undefined),
      await families.begin(8, undefined),
      await families.begin(8, undefined),
    ];
    const ofOther = await families.begin(9, undefined);
    await families.end(one.sessionId);
    t.equal(await families.rotate(one.refreshToken), null);
    const successor = await refresh(two.refreshToken);
    await families.revoke(8);
    for (const token of [successor, three.refreshToken]) t.equal(await families.rotate(token), null);
    t.ok(await refresh(ofOther.refreshToken));
    t.equal(await redis.zcard('user-refresh:8'), 0);
  });

  t.test('end however many a user has', async (t) => {
    const ids = Array.from({ length: 150_000 }, (_, at) => `family-${at}`);
    for (let at = 0; at < ids.length; at += 1000) {
      const some = ids.slice(at, at + 1000);
      await redis.zadd('user-refresh:9', ...some.flatMap((id) => [nowMs, id]));
      if (redis instanceof Cluster) await Promise.all(some.map((id) => redis.set(`refresh:${id}`, '{}')));
      else await redis.mset(...some.flatMap((id) => [`refresh:${id}`, '{}']));
    }
    await families.revoke(9);
    for (const key of ['user-refresh:9', `refresh:${ids[0]}`, `refresh:${ids.at(-1)}`])
      t.equal(await redis.exists(key), 0);
  });

  t.test('hand out nothing when Redis does not answer', async (t) => {
    const { refreshToken, sessionId } = await families.begin(7, undefined);
    redisServer?.child.kill('SIGSTOP');
    t.teardown(() => redisServer?.child.kill('SIGCONT'));
    const unavailable = { code: 'unavailable', statusCode: 503 };
    await t.rejects(families.begin(7, undefined), unavailable);
    await t.rejects(families.userOf(refreshToken), unavailable);
    await t.rejects(families.rotate(refreshToken), unavailable);
    await t.rejects(families.end(sessionId), unavailable);
    await t.rejects(families.revoke(7), unavailable);
    redisServer?.child.kill('SIGCONT');
    await until(async () => redis.status === 'ready');
  });
});
