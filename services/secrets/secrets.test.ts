import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { SECRET_READERS } from '../contract.js';
import { completeDatabaseUrl } from '../database/address.js';
import { SECRET_NAMES } from '../testing/environment.js';
import { runProcess } from '../testing/processes.js';

const setUp = (directory: string, changes: Record<string, string> = {}) =>
  runProcess('secrets/setup.js', { SECRETS_DIR: directory, ...changes });
const modeOf = (file: string) => statSync(file).mode & 0o777;

/** Text by file, of every reader. */
function readAll(directory: string): Record<string, Record<string, string>> {
  const readFolder = (reader: string) => {
    const folder = path.join(directory, reader);
    return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]));
  };
  return Object.fromEntries(readdirSync(directory).map((reader) => [reader, readFolder(reader)]));
}

t.test('each reader gets its own secrets and no others, for their owner only, by however many set-ups', async (t) => {
  const directory = path.join(t.testdir(), 'secrets');
  for (const { code, output } of await Promise.all([setUp(directory), setUp(directory)])) t.equal(code, 0, output);
  const secrets = readAll(directory);
  t.same(Object.keys(secrets).sort(), Object.keys(SECRET_READERS).sort());
  for (const [reader, files] of Object.entries(SECRET_READERS)) {
    t.same(Object.keys(secrets[reader] ?? {}).sort(), [...files].sort(), `${reader}, and nothing half-written`);
    t.equal(modeOf(path.join(directory, reader)), 0o700);
    for (const file of files) t.equal(modeOf(path.join(directory, reader, file)), 0o600, file);
  }
  const texts = new Map(Object.values(secrets).flatMap((folder) => Object.entries(folder)));
  for (const folder of Object.values(secrets)) {
    for (const [file, text] of Object.entries(folder)) t.equal(text, texts.get(file), `${file} is the same to all`);
  }
  t.equal(new Set(texts.values()).size, SECRET_NAMES.length);

  t.match(await setUp(directory), { code: 0, output: `0 of ${SECRET_NAMES.length} secrets created in ${directory}\n` });
  t.same(readAll(directory), secrets);
});

t.test('a secret that one reader has is kept, whatever is missing beside it', async (t) => {
  const directory = t.testdir({ 'database-setup': { 'demo-password': 'mine', 'database-password': 'known' } });
  t.equal((await setUp(directory)).code, 0);
  t.match(readAll(directory), {
    'database-setup': { 'demo-password': 'mine' },
    database: { 'database-password': 'known' },
    app: { 'database-password': 'known', 'session-secret': /^[\w-]{64}$/ },
  });
});

t.test('in a volume that another image reads, other users may read them', async (t) => {
  const directory = path.join(t.testdir(), 'secrets');
  t.equal((await setUp(directory, { SECRETS_SHARED: 'true' })).code, 0);
  t.equal(modeOf(path.join(directory, 'database')), 0o755);
  t.equal(modeOf(path.join(directory, 'database/database-password')), 0o644);
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
