import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { HEADERS, type InstanceStats, OPS, ROUTES, SECRET_FILES } from '../contract.js';
import { BENCH_TOKEN, instanceEnvironment, setUp } from '../testing/environment.js';
import { findFreePort, runProcess, startProcess, startRedis, until } from '../testing/processes.js';

const SERVER = 'app/server.js';

const database = await startProcess('database/embedded.js', {});
const secretsDir = t.testdir();
await setUp(secretsDir, database.url);
const nowhere = 'redis://127.0.0.1:1';
const environment = instanceEnvironment(secretsDir, database.url, nowhere);
t.teardown(() => database.stop());

const status = async (url: string, init: RequestInit = {}) => {
  const reply = await fetch(url, { signal: AbortSignal.timeout(20_000), ...init });
  await reply.text();
  return reply.status;
};
const readStats = async (opsUrl: string) => (await (await fetch(opsUrl + OPS.stats)).json()) as InstanceStats;

/** The cookie of a session begun with the bench token; null where none could be begun. */
async function beginSession(url: string, strategy: string): Promise<string | null> {
  const reply = await fetch(`${url}/${strategy}${ROUTES.benchLogin}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [HEADERS.benchToken]: BENCH_TOKEN },
    body: JSON.stringify({ username: 'user1' }),
  });
  await reply.text();
  return reply.headers.get('set-cookie')?.split(';')[0] ?? null;
}

t.test('an instance without Redis serves what does not need it', async (t) => {
  const instance = await startProcess(SERVER, environment);
  t.teardown(() => instance.stop());
  t.equal(await status(instance.opsUrl + OPS.health), 200);
  const ready = await fetch(instance.opsUrl + OPS.ready);
  t.equal(ready.status, 200);
  t.match(await ready.json(), { ready: true, draining: false, backends: { database: 'up', redis: 'down' } });
  t.ok(await beginSession(instance.url, 'memory'));
  t.equal(await beginSession(instance.url, 'redis'), null);
  t.equal(await status(`${instance.url}/redis${ROUTES.me}`), 401, 'no credential, no trip');
});

t.test('an instance tells what it has done', async (t) => {
  const instance = await startProcess(SERVER, environment);
  t.teardown(() => instance.stop());
  const cookie = (await beginSession(instance.url, 'memory')) ?? '';
  const before = await readStats(instance.opsUrl);
  for (let i = 0; i < 10; i++) await status(`${instance.url}/memory${ROUTES.me}`, { headers: { cookie } });
  await status(`${instance.url}/nowhere`);
  const after = await readStats(instance.opsUrl);
  t.equal(after.requests - before.requests, 11);
  t.same(after.answers.memory, { requests: 11, failed: 0 }, 'one of them was the login');
  t.same(after.strategies.memory, { sessions: 1, storeTrips: 0 });
  t.same(after.strategies.jwt, { sessions: null, storeTrips: 0 });
  t.equal(after.databaseTrips, before.databaseTrips);
  t.ok(after.cpu.userMicros > before.cpu.userMicros);
  t.equal(after.pid, instance.child.pid);

  const metrics = await (await fetch(instance.opsUrl + OPS.metrics)).text();
  t.match(metrics, 'authscale_http_requests_total{method="GET",route="/memory/me",status="200"} 10');
  t.match(metrics, 'authscale_sessions{strategy="memory"} 1');
  t.match(metrics, 'process_cpu_user_seconds_total');
});

t.test('an instance fails fast while Redis is frozen or dead, and recovers by itself', async (t) => {
  const port = await findFreePort();
  const redis = await startRedis(port);
  if (redis === null) {
    t.comment('skipped: no Redis server on PATH');
    return;
  }
  t.teardown(() => redis.stop());
  const instance = await startProcess(SERVER, { ...environment, REDIS_URL: redis.url });
  t.teardown(() => instance.stop());
  const me = (strategy: string, cookie: string | null) =>
    status(`${instance.url}/${strategy}${ROUTES.me}`, { headers: { cookie: cookie ?? '' } });
  const cookies = {
    memory: await beginSession(instance.url, 'memory'),
    redis: await beginSession(instance.url, 'redis'),
  };
  t.equal(await me('redis', cookies.redis), 200);

  redis.child.kill('SIGSTOP');
  for (let i = 0; i < 5; i++) {
    t.equal(await me('redis', cookies.redis), 503);
    t.equal(await me('memory', cookies.memory), 200);
  }
  redis.child.kill('SIGCONT');
  await until(async () => (await me('redis', cookies.redis)) === 200);

  await redis.stop();
  t.equal(await me('redis', cookies.redis), 503);
  t.equal(await beginSession(instance.url, 'redis'), null);
  t.equal(await me('memory', cookies.memory), 200);
  const again = await startRedis(port);
  t.teardown(() => again?.stop());
  await until(async () => (await me('redis', cookies.redis)) === 401);
  t.ok(await beginSession(instance.url, 'redis'));
});

t.test('SIGTERM lets requests finish, refuses new connections and ends with code 0', async (t) => {
  // A database that accepts and never answers keeps a request under way for as long as the instance waits for it.
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());
  const instance = await startProcess(SERVER, {
    ...environment,
    DATABASE_URL: `postgres://me@127.0.0.1:${portOf(silent)}/db`,
  });
  const underWay = fetch(`${instance.url}/memory${ROUTES.login}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"username":"user1","password":"wrong"}',
  });
  await until(async () => (await readStats(instance.opsUrl)).databaseTrips === 1);
  const exited = once(instance.child, 'exit');
  instance.child.kill('SIGTERM');
  await until(async () =>
    status(instance.url).then(
      () => false,
      () => true,
    ),
  );
  const ready = await fetch(instance.opsUrl + OPS.ready);
  t.equal(ready.status, 503);
  t.match(await ready.json(), { draining: true });

  const reply = await underWay;
  t.equal(reply.status, 503, 'answered, though with the failure of its database');
  t.equal(reply.headers.get('connection'), 'close');
  t.same(await exited, [0, null]);
});

t.test('with notice, an instance tells that it drains while it still takes connections', async (t) => {
  const instance = await startProcess(SERVER, { ...environment, DRAIN_NOTICE_MS: '600000', DRAIN_TIMEOUT_MS: '0' });
  t.teardown(() => instance.child.kill('SIGKILL'));
  instance.child.kill('SIGTERM');
  await until(async () => (await fetch(instance.opsUrl + OPS.ready)).status === 503);
  t.equal(await status(instance.url), 404, 'it answers');
  t.equal(instance.child.exitCode, null);
});

t.test('an instance ends when the process that started it is gone', async (t) => {
  const instance = await startProcess(SERVER, environment);
  const exited = once(instance.child, 'exit');
  instance.child.disconnect();
  t.same(await exited, [0, null]);
});

t.test('orders to freeze and to kill take the control token, and are carried out', async (t) => {
  const instance = await startProcess(SERVER, environment);
  const exited = once(instance.child, 'exit');
  t.teardown(() => instance.child.kill('SIGKILL'));
  const token = readFileSync(join(secretsDir, 'app', SECRET_FILES.control), 'utf8').trim();
  const order = (path: string, headers: Record<string, string>) =>
    status(instance.opsUrl + path, { method: 'POST', headers });
  for (const path of [OPS.freeze, OPS.kill]) {
    for (const headers of [{}, { [HEADERS.controlToken]: `${token}x` }]) t.equal(await order(path, headers), 403, path);
  }
  const headers = { [HEADERS.controlToken]: token };
  t.equal(await order(OPS.freeze, headers), 202);
  const isAlive = () => status(instance.opsUrl + OPS.health, { signal: AbortSignal.timeout(200) }).catch(() => 0);
  await until(async () => (await isAlive()) === 0);
  instance.child.kill('SIGCONT');
  await until(async () => (await isAlive()) === 200);
  t.equal(await order(OPS.kill, headers), 202);
  t.same(await exited, [null, 'SIGKILL']);
});

t.test('an instance that cannot start says why in one line, with exit code 2', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const port = String(portOf(taken));
  const wrong: readonly (readonly [changes: Record<string, string>, start: string])[] = [
    [{ STRATEGIES: 'memory,magic' }, 'STRATEGIES: "magic" was given, allowed is memory, '],
    [{ PORT: port }, `PORT: ${port}, which is in use, was given, allowed is a free port, or 0 to take any`],
    [{ OPS_PORT: port }, `OPS_PORT: ${port}, which is in use, was given`],
    [
      { SECRETS_DIR: '/nowhere' },
      `SECRETS_DIR: "/nowhere", where ${SECRET_FILES.session} cannot be read (ENOENT), was given`,
    ],
  ];
  for (const [changes, start] of wrong) {
    const { code, output } = await runProcess(SERVER, { ...environment, STRATEGIES: 'memory,jwt', ...changes });
    t.equal(code, 2);
    t.ok(output.startsWith(start), output);
    t.equal(output.trim().split('\n').length, 1, output);
  }
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP address');
  return address.port;
}
