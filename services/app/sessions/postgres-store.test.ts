import { Writable } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { ROUTES } from '../../contract.js';
import { refused, signedIn } from '../../testing/clients.js';
import { startBacking } from '../../testing/instances.js';
import { end, newSession, read, USER, write } from '../../testing/session-stores.js';
import { createDatabase } from '../backends/database.js';
import { PostgresStore } from './postgres-store.js';

const TTL_SECONDS = 100;
const backing = await startBacking(t);
const { server, resources } = await backing.build({ STRATEGIES: 'postgres,jwt' });
const { database } = resources.backends;
let nowMs = Date.now();
const newStore = () => new PostgresStore(database, { ttlSeconds: TTL_SECONDS }, () => nowMs);
const store = newStore();
const rows = () => database.query<{ id: string; data: object }>('SELECT id, data FROM sessions');

t.test('keeps the hash of an id, and the session as jsonb', async (t) => {
  await write(store, 'an id', newSession());
  const [row] = await rows();
  t.match(row, { id: /^[\w-]{43}$/, data: { user: USER } });
  await end(store, 'an id');
  t.same(await rows(), []);
});

t.test('a session expires that is not used, and one that is used is renewed for all instances', async (t) => {
  const elsewhere = newStore();
  await write(store, 'used', newSession());
  await write(store, 'idle', newSession());
  const before = database.trips();
  nowMs += TTL_SECONDS * 50;
  await read(store, 'used');
  t.equal(database.trips() - before, 1, 'not before a tenth of the lifetime');
  nowMs += TTL_SECONDS * 550;
  await read(store, 'used');
  t.equal(database.trips() - before, 3);
  // The embedded database answers in order: what was not waited for is done.
  await database.query('SELECT 1');
  await read(elsewhere, 'used');
  t.equal(database.trips() - before, 5, 'once for all');
  nowMs += TTL_SECONDS * 600;
  t.ok(await read(elsewhere, 'used'));
  t.equal(await read(store, 'idle'), null);
});

t.test('a sweep removes what has expired, however much there is, and nothing else', async (t) => {
  await database.query('DELETE FROM sessions');
  await database.query(
    `INSERT INTO sessions SELECT 'old' || n, 1, '{}', to_timestamp(0) FROM generate_series(1, 2500) AS n`,
  );
  await write(store, 'new', newSession());
  await Promise.all([store.sweep(), newStore().sweep()]);
  t.equal((await rows()).length, 1);
  t.ok(await read(store, 'new'));
});

t.test('what is no session signs nobody in', async (t) => {
  await write(store, 'broken', newSession());
  await database.query(`UPDATE sessions SET data = '7'`);
  t.notOk((await read(store, 'broken'))?.user);
});

t.test('a missing table is a 503, is told in one line, and harms no other strategy', async (t) => {
  const [own, other] = [await signedIn(server, 'postgres', 'user1'), await signedIn(server, 'jwt', 'user1')];
  const lines: string[] = [];
  const log = pino(
    new Writable({
      write(line, _encoding, done) {
        lines.push(String(line));
        done();
      },
    }),
  );
  const told = createDatabase(resources.config.database.url, 1, log);
  t.teardown(() => told.close());
  await database.query('ALTER TABLE sessions RENAME TO away');
  for (const [method, path] of [
    ['GET', ROUTES.me],
    ['GET', ROUTES.cart],
    ['POST', ROUTES.logout],
  ] as const) {
    refused(t, await own.send(method, path), 503, 'unavailable');
  }
  const login = await signedIn(server, 'postgres', 'user1').catch((error) => error.message);
  t.match(login, /503/);
  t.equal(await other.me(), 'user1');
  const lost = new PostgresStore(told, { ttlSeconds: TTL_SECONDS }, () => nowMs);
  for (let i = 0; i < 3; i++) await t.rejects(read(lost, 'x'), { code: 'unavailable' });
  t.equal(lines.length, 1);
  t.match(lines[0], /relation \\"sessions\\" does not exist: the set-up of the database makes it/);
  await database.query('ALTER TABLE away RENAME TO sessions');
  t.equal(await own.me(), 'user1', 'nothing is lost');
});
