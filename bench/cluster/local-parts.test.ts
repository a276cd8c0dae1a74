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
  sessionsFolder: '/sessions',
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

t.test('each instance has a folder of its own, under a name that it keeps', async (t) => {
  t.equal(parts.instance(settings, 'instance-2', 1, 2).env.SESSION_DIR, '/sessions/instance-2');
});

t.test('an instance of the cluster knows the peers of all, one beside it none', async (t) => {
  const environment = { PEERS: 'given:1', PEERS_DNS: 'given:1' };
  const [own, aside] = [
    parts.instance(settings, 'instance-2', 1, 2, { own: 4, all: [3, 4] }),
    parts.ASIDES.instance({ ...settings, environment }, 'aside-1', 1, 2),
  ];
  t.match(own.env, { PEER_PORT: '4', PEERS: '127.0.0.1:3,127.0.0.1:4' });
  t.match(aside.env, { PEER_PORT: '0', PEERS: '', PEERS_DNS: '' });
});

t.test('all else of the environment reaches every process', async (t) => {
  for (const { env } of [parts.database(settings, 1), parts.balancer(settings, 1, 2), parts.seed(settings)]) {
    t.equal(env.SLOW_START_MS, '1');
  }
});

t.test('the balancer of a cluster to measure on tries each affinity, beside what the environment chose', async (t) => {
  const routing = ({ env }: PartSpec) => ({ AFFINITY: env.AFFINITY, TRUSTED_PROXIES: env.TRUSTED_PROXIES });
  const tried = ['inserted-cookie', 'source-hash:modulo', 'source-hash:consistent'].map((one) => `/none/${one}=${one}`);
  const AFFINITY = ['/sticky=inserted-cookie', ...tried].join(',');
  t.same(routing(parts.balancer(settings, 1, 2)), { AFFINITY, TRUSTED_PROXIES: '127.0.0.1' });
  const environment = { AFFINITY: '/=none', TRUSTED_PROXIES: '10.0.0.1' };
  t.same(routing(parts.balancer({ ...settings, environment }, 1, 2)), {
    AFFINITY: ['/=none', ...tried].join(','),
    TRUSTED_PROXIES: '10.0.0.1,127.0.0.1',
  });
  t.same(routing(parts.balancer({ ...settings, environment, benchToken: undefined }, 1, 2)), environment);
});
