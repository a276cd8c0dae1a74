import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { hashPassword } from '../app/accounts/passwords.js';
import { SECRET_FILES, SEED } from '../contract.js';
import { ConfigError } from '../errors.js';
import { runMain } from '../process.js';
import { readSecret } from '../secrets/secret-file.js';
import { completeDatabaseUrl } from './address.js';
import { loadSetupConfig } from './config.js';
import { SCHEMA, setSessionsLogged } from './schema.js';
import { seed } from './seed.js';

const RETRY_EVERY_MS = 250;
/** Any number that no one else locks: of several setups at once, one works and the others wait. */
const LOCK_ID = 2_718_281;

await runMain(async () => {
  const config = loadSetupConfig();
  const { password, source } = await findDemoPassword(config.demoPassword, config.secretsDir);
  const passwordHash = await hashPassword(password, config.passwordCost);
  const url = await completeDatabaseUrl(config.databaseUrl, config.secretsDir);
  const client = await connect(url, config.waitSeconds);
  await setUp(client, passwordHash, config.sessionsLogged);
  await client.end();
  const users = `${SEED.userPrefix}1 to ${SEED.userPrefix}${SEED.userCount} or ${SEED.adminName}`;
  process.stdout.write(`Database ready. Sign in as ${users} with the password ${password} (from ${source})\n`);
});

async function findDemoPassword(given: string | undefined, secretsDir: string | undefined) {
  if (given !== undefined) return { password: given, source: 'DEMO_PASSWORD' };
  if (secretsDir === undefined)
    throw new ConfigError('DEMO_PASSWORD', 'nothing', 'a password, or SECRETS_DIR with one');
  return {
    password: await readSecret(secretsDir, SECRET_FILES.demoPassword),
    source: `${secretsDir}/${SECRET_FILES.demoPassword}`,
  };
}

/** @throws ConfigError when the database does not answer in time or refuses */
async function connect(url: string, waitSeconds: number): Promise<pg.Client> {
  const giveUpAtMs = Date.now() + waitSeconds * 1000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (Date.now() < giveUpAtMs) {
        await wait(RETRY_EVERY_MS);
        continue;
      }
      const { host, pathname } = new URL(url);
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigError(
        'DATABASE_URL',
        `${host}${pathname}, which does not let us in (${reason}),`,
        'a database that answers',
        {
          cause: error,
        },
      );
    }
  }
}

async function setUp(client: pg.Client, passwordHash: string, sessionsLogged: boolean): Promise<void> {
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_ID]);
  for (const statement of SCHEMA) await client.query(statement);
  await client.query(setSessionsLogged(sessionsLogged));
  await seed(client, passwordHash);
  await client.query('COMMIT');
}
