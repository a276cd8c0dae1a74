import t from 'tap';
import { SERVED_STRATEGIES, STRATEGIES } from '../contract.js';
import { ConfigError } from '../errors.js';
import { loadConfig } from './config.js';

const NEEDED = { SECRETS_DIR: '/secrets', DATABASE_URL: 'postgres://me:secret@host/db' };

t.test('two settings are needed, the others have defaults', async (t) => {
  t.match(loadConfig(NEEDED), {
    public: { host: '127.0.0.1', port: 8000 },
    ops: { host: '127.0.0.1', port: 9090 },
    strategies: [...SERVED_STRATEGIES],
    benchToken: null,
    tokens: { algorithm: 'HS256', lifetimeSeconds: 900, clockToleranceSeconds: 5 },
    passwords: { memoryKiB: 19_456, timeCost: 2, parallelism: 1, inFlight: 2, queueLimit: 64 },
    failedSignIns: { max: 10, windowSeconds: 300 },
    trustedProxies: [],
  });
});

t.test('an empty variable counts as absent', async (t) => {
  t.match(loadConfig({ ...NEEDED, PORT: '', BENCH_TOKEN: '' }), { public: { port: 8000 }, benchToken: null });
});

t.test('strategies are a list, blanks allowed', async (t) => {
  t.same(loadConfig({ ...NEEDED, STRATEGIES: 'jwt, memory' }).strategies, ['jwt', 'memory']);
});

const WRONG: readonly (readonly [environment: Record<string, string>, line: string])[] = [
  [
    { STRATEGIES: 'memory,cookies' },
    `STRATEGIES: "cookies" was given, allowed is ${Object.keys(STRATEGIES).join(', ')}, each at`,
  ],
  [{ STRATEGIES: 'jwt,jwt' }, 'STRATEGIES: "jwt,jwt" was given, allowed is'],
  [{ STRATEGIES: 'toString' }, 'STRATEGIES: "toString" was given, allowed is'],
  [{ PORT: '80x' }, 'PORT: "80x" was given, allowed is a port from 0 (any free one) to 65535'],
  [{ PORT: '70000' }, 'PORT: "70000" was given, allowed is a port'],
  [{ PORT: '1.5' }, 'PORT: "1.5" was given, allowed is a port'],
  [{ SESSION_TTL_SECONDS: '0' }, 'SESSION_TTL_SECONDS: "0" was given, allowed is a whole number from 1 to 31536000'],
  [{ JWT_ALGORITHM: 'none' }, 'JWT_ALGORITHM: "none" was given, allowed is one of HS256, ES256, EdDSA, RS256'],
  [
    { JWT_CLOCK_TOLERANCE_SECONDS: '61' },
    'JWT_CLOCK_TOLERANCE_SECONDS: "61" was given, allowed is a whole number from 0 to 60',
  ],
  [{ FAILED_SIGN_INS_LIMIT: '0' }, 'FAILED_SIGN_INS_LIMIT: "0" was given, allowed is a whole number from 1'],
  [{ TRUSTED_PROXIES: '10.0.0.0/8, proxy' }, 'TRUSTED_PROXIES: "10.0.0.0/8, proxy" was given, allowed is addresses or'],
  [{ PEERS: 'host:7000, host' }, 'PEERS: "host" was given, allowed is host:port'],
  [{ PEERS_DNS: 'app:0' }, 'PEERS_DNS: "app:0" was given, allowed is host:port'],
  [{ COOKIE_SECURE: 'yes' }, 'COOKIE_SECURE: "yes" was given, allowed is true or false'],
  [{ SECRETS_DIR: '' }, 'SECRETS_DIR: nothing was given, allowed is the directory that the secrets process has filled'],
  [{ DATABASE_URL: '' }, 'DATABASE_URL: nothing was given, allowed is postgres://user:password@host:port/database'],
  [{ INSTANCE_ID: 'a b' }, 'INSTANCE_ID: "a b" was given, allowed is up to 64 letters'],
  [{ PASSWORD_IN_FLIGHT: '4' }, 'PASSWORD_IN_FLIGHT: 4 was given, allowed is less than UV_THREADPOOL_SIZE, which is 4'],
];
for (const [environment, line] of WRONG) {
  t.test(`${JSON.stringify(environment)} is refused in one line`, async (t) => {
    try {
      loadConfig({ ...NEEDED, ...environment });
      t.fail('it was accepted');
    } catch (error) {
      t.type(error, ConfigError);
      t.ok(String(error).includes(line), String(error));
      t.notOk(String(error).includes('\n'));
    }
  });
}

t.test('a wrong value that may hold a secret is not shown', async (t) => {
  for (const key of ['DATABASE_URL', 'REDIS_URL', 'BENCH_TOKEN']) {
    t.throws(() => loadConfig({ ...NEEDED, [key]: 'my:secret' }), {
      message: new RegExp(`^${key}: a value not shown here`),
    });
  }
});

t.test('a URL that no client can parse is refused as any wrong value is', async (t) => {
  for (const [key, scheme] of [
    ['DATABASE_URL', 'postgres'],
    ['REDIS_URL', 'redis'],
  ] as const) {
    t.throws(() => loadConfig({ ...NEEDED, [key]: `${scheme}://me:secret@host:99999` }), {
      message: new RegExp(`^${key}: a value not shown here was given, allowed is ${scheme}://`),
    });
  }
});
