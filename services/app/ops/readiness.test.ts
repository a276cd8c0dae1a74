import t, { type Test } from 'tap';
import { HEADERS, OPS, ROUTES } from '../../contract.js';
import { BENCH_TOKEN, instanceEnvironment, setUp } from '../../testing/environment.js';
import { findFreePort, type Running, startProcess, startRedis, until } from '../../testing/processes.js';
import type { Readiness } from './readiness.js';

const secretsDir = t.testdir();

const port = await findFreePort();
const database = await startDatabase();

/** One that can be frozen and killed. */
async function startDatabase() {
  const started = await startProcess('database/embedded.js', { DATABASE_PORT: String(port) });
  t.teardown(() => started.stop('SIGKILL'));
  await setUp(secretsDir, started.url);
  return started;
}

async function startInstance(t: Test, redisUrl = 'redis://127.0.0.1:1') {
  const instance = await startProcess('app/server.js', instanceEnvironment(secretsDir, database.url, redisUrl));
  t.teardown(() => instance.stop('SIGKILL'));
  return instance;
}

const send = (url: string, init: RequestInit = {}) => fetch(url, { signal: AbortSignal.timeout(20_000), ...init });
const post = (url: string, body: unknown, headers = {}) =>
  send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const login = async ({ url }: Running) =>
  (await post(`${url}/jwt${ROUTES.login}`, { username: 'user1', password: 'wrong' })).status;
const readReady = async ({ opsUrl }: Running) => {
  const reply = await send(opsUrl + OPS.ready);
  return { status: reply.status, body: (await reply.json()) as Readiness };
};

/** Begins a session and gives a function that uses it. */
async function begin({ url }: Running, strategy: string) {
  const reply = await post(
    `${url}/${strategy}${ROUTES.benchLogin}`,
    { username: 'user1' },
    { [HEADERS.benchToken]: BENCH_TOKEN },
  );
  const { token } = (await reply.json()) as { token?: string };
  const cookie = reply.headers.get('set-cookie')?.split(';')[0];
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(cookie && { cookie }) };
  return async () => (await send(`${url}/${strategy}${ROUTES.me}`, { headers })).status;
}

t.test('a frozen database fails what asks it, and takes no instance out', async (t) => {
  const instance = await startInstance(t);
  const [me, mySession] = [await begin(instance, 'jwt'), await begin(instance, 'memory')];
  t.match(await readReady(instance), {
    status: 200,
    body: { ready: true, backends: { database: 'up', redis: 'down' } },
  });

  database.child.kill('SIGSTOP');
  let isLoginAnswered = false;
  const waiting = login(instance).finally(() => {
    isLoginAnswered = true;
  });
  for (let i = 0; i < 10; i++) {
    t.match(await readReady(instance), { status: 200, body: { ready: true, draining: false } });
    t.equal(await me(), 200);
    t.equal(await mySession(), 200);
  }
  t.notOk(isLoginAnswered, 'readiness did not wait for the database, as this did');
  t.equal(await waiting, 503);
  await until(async () => (await readReady(instance)).body.backends.database === 'down');
  t.match(await readReady(instance), { status: 200, body: { ready: true } });

  database.child.kill('SIGCONT');
  await until(async () => (await readReady(instance)).body.backends.database === 'up');
  t.equal(await login(instance), 401);
});

t.test('a frozen Redis fails what asks it, and takes no instance out', async (t) => {
  const redis = await startRedis();
  if (redis === null) return t.comment('skipped: no Redis server on PATH');
  t.teardown(() => redis.stop());
  const instance = await startInstance(t, redis.url);
  const [me, shared] = [await begin(instance, 'jwt'), await begin(instance, 'redis')];
  t.match(await readReady(instance), { status: 200, body: { backends: { database: 'up', redis: 'up' } } });

  redis.child.kill('SIGSTOP');
  await until(async () => (await readReady(instance)).body.backends.redis === 'down');
  t.match(await readReady(instance), { status: 200, body: { ready: true, backends: { database: 'up' } } });
  t.equal(await me(), 200);
  t.equal(await shared(), 503);

  redis.child.kill('SIGCONT');
  await until(async () => (await readReady(instance)).body.backends.redis === 'up');
  t.equal(await shared(), 200);
});

t.test('an instance joins when the database has answered, and outlives its death', async (t) => {
  await database.stop('SIGKILL');
  const instance = await startInstance(t);
  t.match(await readReady(instance), {
    status: 503,
    body: { ready: false, draining: false, backends: { database: 'down' } },
  });
  t.equal(await login(instance), 503);
  t.equal((await send(`${instance.url}/none${ROUTES.me}`)).status, 200);

  const late = await startDatabase();
  await until(async () => (await readReady(instance)).status === 200);
  t.equal(await login(instance), 401);
  await late.stop('SIGKILL');
  t.equal(await login(instance), 503);
  await until(async () => (await readReady(instance)).body.backends.database === 'down');
  t.match(await readReady(instance), { status: 200, body: { ready: true } }, 'leaving the rotation would help no one');
});
