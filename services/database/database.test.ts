import pg from 'pg';
import t from 'tap';
import { SEED } from '../contract.js';
import { DEMO_PASSWORD } from '../testing/environment.js';
import { runProcess, startProcess } from '../testing/processes.js';

const POOLS = 8;
const database = await startProcess('database/embedded.js', {});
const pools = Array.from({ length: POOLS }, () => new pg.Pool({ connectionString: database.url, max: 4 }));
const [pool = new pg.Pool()] = pools;
t.teardown(async () => {
  await Promise.all(pools.map((each) => each.end()));
  await database.stop();
});

const cheap = { DEMO_PASSWORD, PASSWORD_MEMORY_KIB: '8' };
const setUp = (changes: Record<string, string> = {}) =>
  runProcess('database/setup.js', { DATABASE_URL: database.url, ...cheap, ...changes });
const count = async (table: string) => Number((await pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count);

t.test('setup creates the schema and the demo users, and says how to sign in', async (t) => {
  const { code, output } = await setUp();
  t.equal(code, 0, output);
  t.equal(
    output,
    `Database ready. Sign in as user1 to user${SEED.userCount} or admin with the password ${DEMO_PASSWORD} (from DEMO_PASSWORD)\n`,
  );
  t.equal(await count('users'), SEED.userCount + 1);
  const { rows } = await pool.query('SELECT username, role FROM users WHERE id = 1 OR role = $1 ORDER BY id', [
    'admin',
  ]);
  t.same(rows, [
    { username: 'user1', role: 'user' },
    { username: SEED.adminName, role: 'admin' },
  ]);
});

t.test('setup changes nothing when it runs again, several at once too', async (t) => {
  const before = await pool.query('SELECT id, username FROM users ORDER BY id');
  const posts = await count('posts');
  for (const { code, output } of await Promise.all([setUp(), setUp(), setUp()])) t.equal(code, 0, output);
  t.same((await pool.query('SELECT id, username FROM users ORDER BY id')).rows, before.rows);
  t.equal(await count('posts'), posts);
});

t.test('sessions are logged unless told otherwise, and setup changes that in a table that is there', async (t) => {
  const persistence = async () =>
    (await pool.query("SELECT relpersistence AS it FROM pg_class WHERE relname = 'sessions'")).rows[0].it;
  t.equal(await persistence(), 'p');
  for (const [given, expected] of [
    ['false', 'u'],
    ['false', 'u'],
    ['true', 'p'],
  ] as const) {
    t.equal((await setUp({ SESSIONS_LOGGED: given })).code, 0);
    t.equal(await persistence(), expected);
  }
});

t.test('setup sets back the roles of the demo users', async (t) => {
  await pool.query(
    "UPDATE users SET role = CASE role WHEN 'user' THEN 'admin' ELSE 'user' END WHERE id = 1 OR role = 'admin'",
  );
  t.equal((await setUp()).code, 0);
  const { rows } = await pool.query("SELECT username FROM users WHERE role = 'admin'");
  t.same(rows, [{ username: SEED.adminName }]);
});

t.test('setup says in one line what it needs, with exit code 2', async (t) => {
  const wrong: readonly (readonly [changes: Record<string, string>, start: string])[] = [
    [{ DATABASE_URL: 'mysql://host/db' }, 'DATABASE_URL: a value not shown here was given'],
    [
      { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/db', DATABASE_WAIT_SECONDS: '0' },
      'DATABASE_URL: 127.0.0.1:1/db, which does not',
    ],
    [{ DEMO_PASSWORD: '' }, 'DEMO_PASSWORD: nothing was given, allowed is a password, or SECRETS_DIR with one'],
  ];
  for (const [changes, start] of wrong) {
    const { code, output } = await setUp(changes);
    t.equal(code, 2);
    t.ok(output.startsWith(start), output);
    t.equal(output.trim().split('\n').length, 1, output);
    t.notOk(output.includes('secret'));
  }
});

t.test('the pools of many instances use the embedded database at once', async (t) => {
  const answers = await Promise.all(
    pools.flatMap((each, index) =>
      Array.from({ length: 50 }, async (_, n) => {
        if (n % 2 === 0)
          return (await each.query('SELECT $1::text AS it', [`${index}/${n}`])).rows[0].it === `${index}/${n}`;
        return (await each.query('SELECT $1::integer * 2 AS it', [n])).rows[0].it === n * 2;
      }),
    ),
  );
  t.equal(answers.filter((isRight) => isRight).length, POOLS * 50);
});

t.test('transactions of several pools do not mix', async (t) => {
  await pool.query('CREATE TABLE counters (n integer NOT NULL)');
  await pool.query('INSERT INTO counters VALUES (0)');
  const increment = async (each: pg.Pool, isKept: boolean) => {
    const client = await each.connect();
    await client.query('BEGIN');
    const { rows } = await client.query('SELECT n FROM counters FOR UPDATE');
    await client.query('UPDATE counters SET n = $1', [rows[0].n + 1]);
    await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
    client.release();
  };
  await Promise.all(pools.flatMap((each) => [increment(each, true), increment(each, false), increment(each, true)]));
  t.same((await pool.query('SELECT n FROM counters')).rows, [{ n: POOLS * 2 }]);
});
