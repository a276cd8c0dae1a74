import { pino } from 'pino';
import t from 'tap';
import { startRedis, until } from '../../testing/processes.js';
import { connectRedis, createRedis } from '../backends/redis.js';
import type { AccessClaims } from './claims.js';
import { Denylist } from './denylist.js';

const LIFETIME_SECONDS = 900;
const TOLERANCE_SECONDS = 5;
const CACHE_SECONDS = 60;

const redisServer = await startRedis();
const skip = redisServer === null && 'no Redis server on PATH';

t.test('a denylist', { skip }, async (t) => {
  const log = pino({ enabled: false });
  const redis = createRedis(redisServer?.url ?? '', log);
  await connectRedis(redis);
  t.teardown(async () => {
    redis.disconnect();
    await redisServer?.stop();
  });
  let nowMs = Date.now();
  const open = (cacheSeconds: number, client = redis) => {
    const options = { lifetimeSeconds: LIFETIME_SECONDS, clockToleranceSeconds: TOLERANCE_SECONDS, cacheSeconds };
    return new Denylist(client, options, () => nowMs);
  };
  const claimsOf = (tokenId: string, userId = 1): AccessClaims => ({
    user: { id: userId, username: `user${userId}`, role: 'user' },
    tokenId,
    clientId: null,
    sessionId: null,
    scope: null,
    issuedAtSeconds: nowMs / 1000,
    expiresAtSeconds: Math.floor(nowMs / 1000) + LIFETIME_SECONDS,
  });

  t.test('is the same to all instances at once, and asks once', async (t) => {
    const [here, elsewhere] = [open(0), open(0)];
    const [ended, other] = [claimsOf('a'), claimsOf('b')];
    t.equal(await elsewhere.isDenied(ended), false);
    await here.deny(ended);
    t.equal(await elsewhere.isDenied(ended), true);
    t.equal(await elsewhere.isDenied(other), false);
    t.equal(elsewhere.trips, 3);
  });

  t.test('forgets a token when it would be refused anyway', async (t) => {
    await open(0).deny(claimsOf('c'));
    const ttl = await redis.ttl('denied:c');
    t.ok(ttl > LIFETIME_SECONDS && ttl <= LIFETIME_SECONDS + TOLERANCE_SECONDS + 2, `${ttl} s are left`);
    await open(0).denyUser(9);
    t.ok((await redis.ttl('denied-user:9')) > LIFETIME_SECONDS);
  });

  t.test('believes for a while that a token is not denied, but for what it has denied itself', async (t) => {
    const [here, elsewhere] = [open(CACHE_SECONDS), open(CACHE_SECONDS)];
    const claims = claimsOf('d');
    t.equal(await here.isDenied(claims), false);
    t.equal(await elsewhere.isDenied(claims), false);
    t.equal(elsewhere.isDenied(claims), false, 'without asking');
    await here.deny(claims);
    t.equal(await here.isDenied(claims), true);
    nowMs += CACHE_SECONDS * 1000 - 1;
    t.equal(elsewhere.isDenied(claims), false);
    nowMs += 1;
    t.equal(await elsewhere.isDenied(claims), true);
    t.equal(await elsewhere.isDenied(claims), true, 'a yes is not remembered as a no');
  });

  t.test('does not remember an answer that a denial has overtaken', async (t) => {
    const here = open(CACHE_SECONDS);
    const claims = claimsOf('e');
    const [asked] = await Promise.all([here.isDenied(claims), here.deny(claims)]);
    t.equal(asked, false, 'it was asked before');
    t.equal(await here.isDenied(claims), true);
    const [askedAgain] = await Promise.all([here.isDenied(claimsOf('f', 2)), here.denyUser(2)]);
    t.equal(askedAgain, false);
    t.equal(await here.isDenied({ ...claims, tokenId: 'f', user: { ...claims.user, id: 2 } }), true);
  });

  t.test('denies all that a user was issued until now, and nothing later', async (t) => {
    const [here, elsewhere] = [open(CACHE_SECONDS), open(0)];
    const [before, ofOther] = [claimsOf('g', 3), claimsOf('h', 4)];
    t.equal(await here.isDenied(before), false);
    await here.denyUser(3);
    const sameMillisecond = claimsOf('i', 3);
    nowMs += 1;
    const after = claimsOf('j', 3);
    for (const denylist of [here, elsewhere]) {
      t.equal(await denylist.isDenied(before), true);
      t.equal(await denylist.isDenied(sameMillisecond), true);
      t.equal(await denylist.isDenied(after), false);
      t.equal(await denylist.isDenied(ofOther), false);
    }
  });

  t.test('keeps the later of two times, whichever is written last', async (t) => {
    await open(0).denyUser(5);
    const claims = claimsOf('k', 5);
    nowMs -= 50;
    await open(0).denyUser(5);
    t.equal(await open(0).isDenied(claims), true);
    nowMs += 50;
  });

  t.test('that does not answer is never taken for a no', async (t) => {
    const claims = claimsOf('l');
    redisServer?.child.kill('SIGSTOP');
    t.teardown(() => redisServer?.child.kill('SIGCONT'));
    const here = open(CACHE_SECONDS);
    await t.rejects(Promise.resolve(here.isDenied(claims)), { code: 'unavailable', statusCode: 503 });
    await t.rejects(here.deny(claims), { code: 'unavailable' });
    await t.rejects(here.denyUser(1), { code: 'unavailable' });
    redisServer?.child.kill('SIGCONT');
    const ask = () => Promise.resolve(here.isDenied(claims)).then((isDenied) => !isDenied);
    await until(() => ask().catch(() => false));

    const lost = createRedis('redis://127.0.0.1:1', log);
    t.teardown(() => lost.disconnect());
    await t.rejects(Promise.resolve(open(0, lost).isDenied(claims)), { code: 'unavailable', statusCode: 503 });
  });
});
