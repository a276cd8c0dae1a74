import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { HEADERS, ROUTES } from '../../contract.js';
import { BENCH_TOKEN, DEMO_PASSWORD, instanceEnvironment, setUp } from '../../testing/environment.js';
import { startProcess, startRedis } from '../../testing/processes.js';
import { buildApp } from '../app.js';
import { loadConfig } from '../config.js';
import { closeResources, openResources } from '../resources.js';

const log = pino({ enabled: false });
const database = await startProcess('database/embedded.js', {});
const redis = await startRedis();
const secretsDir = t.testdir();
await setUp(secretsDir, database.url);
t.teardown(async () => {
  await database.stop();
  redis?.child.kill('SIGCONT');
  await redis?.stop();
});

/** An instance, and a function that signs in from an address as the balancer tells it. */
async function build(t: Test, changes: Record<string, string> = {}) {
  const environment = instanceEnvironment(secretsDir, database.url, redis?.url ?? 'redis://127.0.0.1:1');
  const resources = await openResources(loadConfig({ ...environment, FAILED_SIGN_INS_LIMIT: '3', ...changes }), log);
  const { server } = await buildApp(resources, log, () => false);
  t.teardown(async () => {
    await server.close();
    await closeResources(resources);
  });
  const signIn = (address: string, username: string, password: string, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url: `/memory${ROUTES.login}`,
      headers: { 'x-forwarded-for': address, ...headers },
      payload: { username, password },
    });
  const statuses = async (count: number, ...[address, username, password, headers]: Parameters<typeof signIn>) => {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) seen.push((await signIn(address, username, password, headers)).statusCode);
    return seen;
  };
  return { resources, server, signIn, statuses };
}

for (const [store, changes] of Object.entries({ memory: { STRATEGIES: 'memory' }, Redis: {} })) {
  t.test(`failed sign-ins, counted in ${store}`, { skip: store === 'Redis' && redis === null }, async (t) => {
    const { signIn, statuses } = await build(t, changes);

    t.test('are limited for each pair of user and address', async (t) => {
      t.same(await statuses(5, '192.0.2.1', 'user1', 'wrong'), [401, 401, 401, 429, 429]);
      const refused = await signIn('192.0.2.1', 'user1', DEMO_PASSWORD);
      t.equal(refused.statusCode, 429, 'a right password would tell that it is right');
      t.match(refused.json(), { error: 'too_many_failures', message: String });
      t.match(refused.headers, { 'retry-after': /^[1-9]\d*$/ });
      t.equal((await signIn('192.0.2.1', 'user2', DEMO_PASSWORD)).statusCode, 200, 'another user');
      t.equal((await signIn('192.0.2.2', 'user1', DEMO_PASSWORD)).statusCode, 200, 'the user elsewhere');
    });
    t.test('count for users that do not exist as well', async (t) => {
      t.same(await statuses(4, '192.0.2.1', 'nobody', 'wrong'), [401, 401, 401, 429]);
    });
    t.test('that come at once are not all tried', async (t) => {
      const replies = await Promise.all(Array.from({ length: 30 }, () => signIn('192.0.2.3', 'user1', 'wrong')));
      const tried = replies.filter(({ statusCode }) => statusCode === 401).length;
      t.ok(tried >= 3 && tried <= 4, `${tried}: the limit, and those in flight beside the last of it`);
    });
    t.test('are the only ones that count', async (t) => {
      t.same(await statuses(6, '192.0.2.4', 'user1', DEMO_PASSWORD), [200, 200, 200, 200, 200, 200]);
    });
    t.test('count for a whole /64 of IPv6', async (t) => {
      t.same(await statuses(3, '2001:db8::1', 'user1', 'wrong'), [401, 401, 401]);
      t.equal((await signIn('2001:db8::2', 'user1', 'wrong')).statusCode, 429);
      t.equal((await signIn('2001:db8:0:1::1', 'user1', 'wrong')).statusCode, 401);
    });
    t.test('pass with the bench token', async (t) => {
      const bench = { [HEADERS.benchToken]: BENCH_TOKEN };
      t.same(await statuses(5, '192.0.2.5', 'user1', 'wrong', bench), [401, 401, 401, 401, 401]);
      const wrong = { [HEADERS.benchToken]: 'wrong' };
      t.same(await statuses(4, '192.0.2.6', 'user1', 'wrong', wrong), [401, 401, 401, 429]);
    });
  });
}

t.test('failed sign-ins count for all instances, and for each alone while Redis is down', async (t) => {
  if (redis === null) return t.comment('skipped: no Redis server on PATH');
  const [one, two] = [await build(t), await build(t)];
  t.same(await one.statuses(2, '192.0.2.7', 'user1', 'wrong'), [401, 401]);
  t.same(await two.statuses(2, '192.0.2.7', 'user1', 'wrong'), [401, 429]);
  redis.child.kill('SIGSTOP');
  t.same(await one.statuses(4, '192.0.2.8', 'user1', 'wrong'), [401, 401, 401, 429]);
  t.same(await two.statuses(1, '192.0.2.8', 'user1', 'wrong'), [401]);
  redis.child.kill('SIGCONT');
  while (one.resources.backends.redis?.client.status !== 'ready') await setTimeout(20);
  t.same(await one.statuses(1, '192.0.2.8', 'user1', 'wrong'), [401], 'Redis counts again');
});

t.test('the address is the one that the balancer tells, and no client can name another', async (t) => {
  const { server, statuses } = await build(t, { STRATEGIES: 'memory', TRUSTED_PROXIES: '198.51.100.0/24' });
  t.same(await statuses(4, '192.0.2.66, 10.0.0.1', 'user1', 'wrong'), [401, 401, 401, 429]);
  t.same(await statuses(1, '192.0.2.67, 10.0.0.1', 'user1', 'wrong'), [429], 'what came before the client is its word');
  t.same(await statuses(1, '10.0.0.1, 198.51.100.7', 'user1', 'wrong'), [429], 'a named proxy is believed');
  t.same(await statuses(1, '10.0.0.2, 198.51.100.7', 'user1', 'wrong'), [401]);

  const direct = (forged: string) =>
    server.inject({
      method: 'POST',
      url: `/memory${ROUTES.login}`,
      remoteAddress: '203.0.113.1',
      headers: { 'x-forwarded-for': forged },
      payload: { username: 'user1', password: 'wrong' },
    });
  const seen = [];
  for (let i = 0; i < 4; i++) seen.push((await direct(`192.0.2.${i}`)).statusCode);
  t.same(seen, [401, 401, 401, 429], 'who is no balancer is not asked');
});

t.test('wrong passwords, 200 at once from 50 addresses keep no user elsewhere from signing in', async (t) => {
  const { resources, signIn } = await build(t, { STRATEGIES: 'memory', PASSWORD_QUEUE: '64' });
  const attack = (round: number) =>
    Array.from({ length: 200 }, (_, i) => signIn(`192.0.2.${i % 50}`, `user${(i + round * 200) % 1000}`, 'wrong'));
  // Until then the attackers are as new as the user.
  await Promise.all(attack(0));
  for (let round = 1; round <= 5; round++) {
    const attacks = attack(round);
    const before = resources.passwords.checks();
    t.equal((await signIn(`203.0.113.${round}`, 'user5', DEMO_PASSWORD)).statusCode, 200);
    const checks = resources.passwords.checks() - before;
    t.ok(checks < 20, `${checks} checks while the user waited, of 66 that had come before`);
    const seen = new Set((await Promise.all(attacks)).map(({ statusCode }) => statusCode));
    t.same([...seen].sort(), [401, 503], 'what was too much was theirs');
  }
});
