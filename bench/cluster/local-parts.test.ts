import t from 'tap';
import * as parts from './local-parts.js';
import type { PartSpec } from './part.js';

const SECRETS = {
  ADMIN_TOKEN: 'admin',
  AFFINITY_SECRET: 'affinity',
  DEMO_PASSWORD: 'demo',
  REDIS_URL: 'redis://:redis@given',
  DATABASE_URL: 'postgres://me:database@given',
  BENCH_TOKEN: 'given',
};

const settings: parts.LocalSettings = {
  environment: { ...SECRETS, SLOW_START_MS: '1' },
  secretsFolder: '/all',
  databaseUrl: 'postgres://me:database@used',
  redisUrl: 'redis://:redis@used',
  strategies: ['jwt'],
  benchToken: 'made',
};

function seenBy({ env }: PartSpec): Record<string, string | undefined> {
  const secret = ([key, value]: [string, unknown]) => value !== undefined && (key in SECRETS || key === 'SECRETS_DIR');
  return Object.fromEntries(Object.entries(env).filter(secret));
}

t.test('each process is given the secrets that it needs, and no others', async (t) => {
  const { ADMIN_TOKEN, AFFINITY_SECRET, DEMO_PASSWORD } = SECRETS;
  const { databaseUrl: DATABASE_URL, redisUrl: REDIS_URL } = settings;
  t.same(seenBy(parts.secrets(settings)), { SECRETS_DIR: '/all' });
  t.same(seenBy(parts.database(settings, 1)), {});
  t.same(seenBy(parts.redis('redis-server', '/all/redis.conf', 'ipc', settings.environment)), {});
  t.same(seenBy(parts.seed(settings)), { SECRETS_DIR: '/all/database-setup', DATABASE_URL, DEMO_PASSWORD });
  t.same(seenBy(parts.balancer(settings, 1, 2)), { SECRETS_DIR: '/all/balancer', ADMIN_TOKEN, AFFINITY_SECRET });
  t.same(seenBy(parts.instance(settings, 'instance-1', 1, 2)), {
    SECRETS_DIR: '/all/app',
    DATABASE_URL,
    REDIS_URL,
    BENCH_TOKEN: 'made',
  });
});

t.test('all else of the environment reaches every process', async (t) => {
  for (const { env } of [parts.database(settings, 1), parts.balancer(settings, 1, 2), parts.seed(settings)]) {
    t.equal(env.SLOW_START_MS, '1');
  }
});
