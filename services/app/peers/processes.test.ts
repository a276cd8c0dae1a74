import t from 'tap';
import { HEADERS, type InstanceStats, OPS, ROUTES } from '../../contract.js';
import { BENCH_TOKEN, instanceEnvironment, setUp } from '../../testing/environment.js';
import { findFreePort, type Running, startProcess, until } from '../../testing/processes.js';

/** Instances as processes, which can be frozen and killed. */
const secretsDir = t.testdir();
const database = await startProcess('database/embedded.js', {});
t.teardown(() => database.stop('SIGKILL'));
await setUp(secretsDir, database.url);
const PATH = '/replicated';

async function start(seeds: readonly number[] = []) {
  const port = await findFreePort();
  const environment = {
    ...instanceEnvironment(secretsDir, database.url, 'redis://127.0.0.1:1'),
    STRATEGIES: 'replicated',
    PEER_PORT: `${port}`,
    PEERS: [...seeds, port].map((one) => `127.0.0.1:${one}`).join(','),
  };
  const instance = await startProcess('app/server.js', environment);
  t.teardown(() => instance.stop('SIGKILL'));
  return { ...instance, port };
}

async function post({ url }: Running, route: string, body: unknown, headers = {}) {
  const init = { 'content-type': 'application/json', [HEADERS.benchToken]: BENCH_TOKEN, ...headers };
  return fetch(url + PATH + route, { method: 'POST', headers: init, body: JSON.stringify(body) });
}
const signIn = async (instance: Running) =>
  (await post(instance, ROUTES.benchLogin, { username: 'user1' })).headers.get('set-cookie')?.split(';')[0] ?? '';
const me = async ({ url }: Running, cookie: string) =>
  (await fetch(url + PATH + ROUTES.me, { headers: { cookie } })).status;
const isReady = async ({ opsUrl }: Running) => (await fetch(opsUrl + OPS.ready)).status === 200;
const statsOf = async ({ opsUrl }: Running) =>
  ((await (await fetch(opsUrl + OPS.stats)).json()) as InstanceStats).strategies.replicated;
const holds = async (instance: Running) => (await statsOf(instance))?.sessions;
const isWhole = async ({ opsUrl }: Running) => {
  const { backends } = (await (await fetch(opsUrl + OPS.ready)).json()) as { backends: { peers: string } };
  return backends.peers === 'up';
};

t.test('a peer that is frozen is given up, and has all again when it goes on', async (t) => {
  const first = await start();
  const second = await start([first.port]);
  await until(async () => (await isReady(second)) && (await isReady(first)));
  const ended = await signIn(second);
  t.equal(await me(first, ended), 200);
  second.child.kill('SIGSTOP');
  const begun = await signIn(first);
  t.equal((await post(first, ROUTES.logout, {}, { cookie: ended })).status, 204);
  t.match(first.output(), /peer 127.0.0.1:\d+ is dropped: it does not answer/);
  const before = (await statsOf(first))?.sent?.messages;
  const later = await signIn(first);
  t.equal((await statsOf(first))?.sent?.messages, before, 'nothing is kept for it');
  second.child.kill('SIGCONT');
  await until(async () => (await isWhole(first)) && (await me(second, later)) === 200);
  t.equal(await me(second, begun), 200);
  t.equal(await me(second, ended), 401);
});

t.test('a peer that is killed while it tells all is as if it were not there; another one tells it', async (t) => {
  const first = await start();
  const second = await start([first.port]);
  await until(async () => (await isReady(second)) && (await isReady(first)));
  const cookie = await signIn(first);
  for (let i = 0; i < 2; i++) t.equal((await post(first, ROUTES.benchMint, { count: 5000, keep: 0 })).status, 200);
  await until(async () => (await holds(second)) === 10_001);
  const joins = await start([first.port, second.port]);
  first.child.kill('SIGKILL');
  await until(() => isReady(joins));
  t.equal(await holds(joins), 10_001);
  t.equal(await me(joins, cookie), 200);
});
