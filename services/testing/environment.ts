import path from 'node:path';
import { JWT_KEY_FILES, SECRET_FILES, STRATEGIES } from '../contract.js';
import { runProcess } from './processes.js';

export const DEMO_PASSWORD = 'correct horse battery staple';
export const BENCH_TOKEN = 'a token for tests only';

/** Hashes as cheap as they can be. */
const PASSWORD_COST = { PASSWORD_MEMORY_KIB: '8', PASSWORD_TIME_COST: '2' };

/** A complete environment for an instance on free ports, all strategies mounted. */
export function instanceEnvironment(secretsDir: string, databaseUrl: string, redisUrl: string): Record<string, string> {
  return {
    PORT: '0',
    OPS_PORT: '0',
    SECRETS_DIR: path.join(secretsDir, 'app'),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    STRATEGIES: Object.keys(STRATEGIES).join(','),
    BENCH_TOKEN,
    ...PASSWORD_COST,
  };
}

/** Creates secrets, schema and demo users with the processes that users run. */
export async function setUp(secretsDir: string, databaseUrl: string): Promise<void> {
  await expectSuccess('secrets/setup.js', { SECRETS_DIR: secretsDir });
  await expectSuccess('database/setup.js', { DATABASE_URL: databaseUrl, DEMO_PASSWORD, ...PASSWORD_COST });
}

async function expectSuccess(file: string, environment: Record<string, string>): Promise<void> {
  const { code, output } = await runProcess(file, environment);
  if (code !== 0) throw new Error(`${file} exited with ${code}: ${output}`);
}

/** Every file that the secrets process creates. */
export const SECRET_NAMES = [...Object.values(SECRET_FILES), ...JWT_KEY_FILES];
