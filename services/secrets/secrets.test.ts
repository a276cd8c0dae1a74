import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { completeDatabaseUrl } from '../database/address.js';
import { SECRET_NAMES } from '../testing/environment.js';
import { runProcess } from '../testing/processes.js';

const setUp = (directory: string, changes: Record<string, string> = {}) =>
  runProcess('secrets/setup.js', { SECRETS_DIR: directory, ...changes });
const readAll = (directory: string) =>
  Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(path.join(directory, file), 'utf8')]));
const modeOf = (file: string) => statSync(file).mode & 0o777;

t.test('secrets are created once, readable to their owner only, by however many processes', async (t) => {
  const directory = path.join(t.testdir(), 'secrets');
  for (const { code, output } of await Promise.all([setUp(directory), setUp(directory)])) t.equal(code, 0, output);
  const secrets = readAll(directory);
  t.same(Object.keys(secrets).sort(), [...SECRET_NAMES].sort(), 'and nothing half-written beside them');
  t.equal(modeOf(directory), 0o700);
  for (const file of SECRET_NAMES) t.equal(modeOf(path.join(directory, file)), 0o600, file);

  t.match(await setUp(directory), { code: 0, output: `0 of ${SECRET_NAMES.length} secrets created in ${directory}\n` });
  t.same(readAll(directory), secrets);
  t.equal(new Set(Object.values(secrets)).size, SECRET_NAMES.length);
});

t.test('a secret that exists is kept, whatever is missing beside it', async (t) => {
  const directory = t.testdir({ 'demo-password': 'mine' });
  t.equal((await setUp(directory)).code, 0);
  t.match(readAll(directory), { 'demo-password': 'mine', 'session-secret': /^[\w-]{64}$/ });
});

t.test('in a shared volume other users may read them', async (t) => {
  const directory = path.join(t.testdir(), 'secrets');
  t.equal((await setUp(directory, { SECRETS_SHARED: 'true' })).code, 0);
  t.equal(modeOf(directory), 0o755);
  t.equal(modeOf(path.join(directory, 'database-password')), 0o644);
});

t.test('a directory that cannot be used is named in one line, with exit code 2', async (t) => {
  const directory = t.testdir({ file: '' });
  for (const given of [path.join(directory, 'file'), path.join(directory, 'file/below')]) {
    const { code, output } = await setUp(given);
    t.equal(code, 2);
    t.ok(output.startsWith(`SECRETS_DIR: ${JSON.stringify(given)} (`), output);
    t.equal(output.trim().split('\n').length, 1, output);
  }
});

t.test('a database URL without a password gets the one from the secrets, if there is one', async (t) => {
  const url = 'postgres://me@host:5432/db';
  t.equal(
    await completeDatabaseUrl(url, t.testdir({ 'database-password': 'p@ss' })),
    'postgres://me:p%40ss@host:5432/db',
  );
  t.equal(await completeDatabaseUrl(url, t.testdir({})), url);
  t.equal(await completeDatabaseUrl(url, undefined), url);
  const own = 'postgres://me:own@host:5432/db';
  t.equal(await completeDatabaseUrl(own, t.testdir({ 'database-password': 'p@ss' })), own);
});
