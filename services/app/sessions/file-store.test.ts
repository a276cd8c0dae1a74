import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { HEADERS, ROUTES } from '../../contract.js';
import { BENCH_TOKEN, instanceEnvironment, setUp } from '../../testing/environment.js';
import { startProcess } from '../../testing/processes.js';
import { end, newSession, read, USER, write } from '../../testing/session-stores.js';
import { FileStore } from './file-store.js';

const TTL_SECONDS = 100;
const log = pino({ enabled: false });

function open(t: Test) {
  const folder = t.testdir();
  const clock = { nowMs: 1_800_000_000_000 };
  const newStore = () => new FileStore({ folder, ttlSeconds: TTL_SECONDS }, () => clock.nowMs, log);
  return { folder, clock, newStore, store: newStore() };
}

t.test('one file a session, named for the hash of its id, for its owner only', async (t) => {
  const { folder, store } = open(t);
  await write(store, '../an id', newSession());
  await write(store, '../an id', newSession());
  const [name = '', ...others] = readdirSync(folder);
  t.same(others, [], 'and no draft');
  t.match(name, /^[\w-]{43}\.json$/);
  t.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600);
  t.same(JSON.parse(readFileSync(path.join(folder, name), 'utf8')), { user: USER });
});

t.test('a session outlives its process, and expires unless it is used', async (t) => {
  const { folder, clock, newStore, store } = open(t);
  await write(store, 'used', newSession());
  await write(store, 'idle', newSession());
  t.equal(store.size, 2);
  clock.nowMs += TTL_SECONDS * 600;
  const again = newStore();
  t.ok(await read(again, 'used'));
  while (!readdirSync(folder).some((name) => statSync(path.join(folder, name)).mtimeMs === clock.nowMs))
    await new Promise(setImmediate);
  clock.nowMs += TTL_SECONDS * 600;
  t.equal(await read(again, 'idle'), null);
  t.ok(await read(again, 'used'));
  await again.sweep();
  t.equal(again.size, 1);
  t.equal(readdirSync(folder).length, 1);
});

t.test('a sweep removes what a process has left half-written, and a broken file signs nobody in', async (t) => {
  const { folder, clock, store } = open(t);
  await write(store, 'a', newSession());
  const [name = ''] = readdirSync(folder);
  writeFileSync(path.join(folder, name), '{"user":');
  utimesSync(path.join(folder, name), clock.nowMs / 1000, clock.nowMs / 1000);
  t.equal(await read(store, 'a'), null);
  const draft = path.join(folder, `${name}.draft`);
  writeFileSync(draft, '{');
  utimesSync(draft, 0, 0);
  await store.sweep();
  t.same(readdirSync(folder), [name]);
});

t.test('what ends while it is changed stays ended', async (t) => {
  const { folder, store } = open(t);
  for (let i = 0; i < 20; i++) {
    await write(store, 'a', newSession());
    const stored = await read(store, 'a');
    const changes = Array.from({ length: 5 }, () => write(store, 'a', { ...newSession(), ...stored }));
    await Promise.all([...changes, i % 2 ? end(store, 'a') : store.revoke(USER.id), store.append('a', 'x')]);
    t.same(readdirSync(folder), []);
  }
  t.equal(store.size, 0);
});

t.test('a folder that is gone is a 503', async (t) => {
  const store = new FileStore({ folder: '/nowhere', ttlSeconds: TTL_SECONDS }, Date.now, log);
  await t.rejects(write(store, 'a', newSession()), { code: 'unavailable', statusCode: 503 });
  await t.rejects(store.revoke(1), { code: 'unavailable' });
});

/** A command that mounts a disk of 64 KiB at $SESSION_DIR, seen by what it runs alone. */
const MOUNTING = 'mount -t tmpfs -o size=64k tmpfs "$SESSION_DIR" && exec "$@"';
const SMALL_DISK = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', MOUNTING, 'sh'];

function canMount(folder: string): boolean {
  const [command = '', ...args] = [...SMALL_DISK, 'true'];
  return spawnSync(command, args, { env: { ...process.env, SESSION_DIR: folder } }).status === 0;
}

t.test('a full disk', { skip: !canMount(t.testdir()) && 'no file system can be mounted here' }, async (t) => {
  const database = await startProcess('database/embedded.js', {});
  const folder = t.testdir({ secrets: {}, disk: {} });
  await setUp(path.join(folder, 'secrets'), database.url);
  const environment = {
    ...instanceEnvironment(path.join(folder, 'secrets'), database.url, 'redis://127.0.0.1:1'),
    PATH: process.env.PATH ?? '',
    STRATEGIES: 'file,memory',
    SESSION_DIR: path.join(folder, 'disk'),
  };
  const instance = await startProcess('app/server.js', environment, SMALL_DISK);
  t.teardown(async () => {
    await instance.stop();
    await database.stop();
  });
  const send = (route: string, init: RequestInit) =>
    fetch(instance.url + route, { ...init, signal: AbortSignal.timeout(10_000) });
  const begin = (strategy: string) =>
    send(`/${strategy}${ROUTES.benchLogin}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [HEADERS.benchToken]: BENCH_TOKEN },
      body: JSON.stringify({ username: 'user1' }),
    });
  const cookies: string[] = [];
  let reply = await begin('file');
  for (; reply.status === 200 && cookies.length < 1000; reply = await begin('file'))
    cookies.push(reply.headers.get('set-cookie')?.split(';')[0] ?? '');
  t.equal(reply.status, 503);
  t.match(await reply.json(), { error: 'unavailable' });
  t.equal((await begin('file')).status, 503);
  t.equal(instance.output().match(/sessions cannot be written to disk/g)?.length, 1, 'told in one line');
  t.match(instance.output(), 'ENOSPC');

  const me = async (cookie = '') => (await send(`/file${ROUTES.me}`, { headers: { cookie } })).status;
  for (const cookie of cookies) t.equal(await me(cookie), 200, 'who is signed in stays so');
  t.equal((await begin('memory')).status, 200, 'other strategies go on');
  const logout = await send(`/file${ROUTES.logout}`, { method: 'POST', headers: { cookie: cookies[0] ?? '' } });
  t.equal(logout.status, 204);
  t.equal(await me(cookies[0]), 401);
  t.equal((await begin('file')).status, 200, 'in the place of one that has ended another may begin');
  t.match(instance.output(), 'sessions can be written to disk again');
});
