/** What docker-compose.yml says, read without Docker. That it works is tried by `npm run test:compose`. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { readConfig } from '../balancer/config.js';
import { loadConfig } from '../services/app/config.js';
import { loadConsoleConfig } from '../services/console/config.js';
import { SECRET_READERS } from '../services/contract.js';
import { loadResourceConfig } from '../services/resource/config.js';

interface Service {
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
}

const file = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const { secrets: setUp, ...others } = file.services;
const READERS = Object.keys(SECRET_READERS);

t.test('each process mounts the volume of its own secrets, to read them, and nobody else does', async (t) => {
  for (const [name, { volumes = [] }] of Object.entries(others)) {
    const mounted = volumes.filter((volume) => volume.includes('secrets'));
    t.same(mounted, READERS.includes(name) ? [`${name}-secrets:/secrets:ro`] : [], name);
  }
  for (const reader of READERS) t.ok(reader in others && `${reader}-secrets` in file.volumes, reader);
});

t.test('the set-up fills them all, in folders that its user owns', async (t) => {
  const { SECRETS_DIR } = setUp?.environment ?? {};
  t.same(
    setUp?.volumes,
    READERS.map((reader) => `${reader}-secrets:${SECRETS_DIR}/${reader}`),
  );
  const dockerfile = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', '');
  const [, created = ''] = /install -d -o node -g node (.*)/.exec(dockerfile) ?? [];
  t.same(
    created.split(/\s+/),
    READERS.map((reader) => `${SECRETS_DIR}/${reader}`),
  );
});

/** Every key that a configuration asks the environment for. */
async function keysAskedFor(
  read: (environment: Readonly<Record<string, string | undefined>>) => unknown,
): Promise<string[]> {
  const keys = new Set<string>();
  const given: Record<string, string> = {
    SECRETS_DIR: '/secrets',
    DATABASE_URL: 'postgres://host/database',
    ADMIN_TOKEN: 'a token for tests only',
    AFFINITY_SECRET: 'a secret for tests only',
    JWKS_URL: 'http://balancer/keys',
    BALANCER_URL: 'http://balancer',
    ADMIN_URL: 'http://balancer',
  };
  const reading = read(
    new Proxy(given, {
      get(target, key) {
        if (typeof key === 'string') keys.add(key);
        return Reflect.get(target, key);
      },
    }),
  );
  // There is no such folder of secrets; by then all keys have been asked for.
  await Promise.resolve(reading).catch(() => {});
  return [...keys];
}

/** Not to be set from outside. Secrets come in files, and each container has its ports and its name for itself. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  app: ['PORT', 'INSTANCE_ID', 'PEER_ADDRESS'],
  resource: ['PORT', 'OPS_HOST', 'OPS_PORT'],
  // Reports are those of a checkout.
  console: ['PORT', 'ADMIN_TOKEN', 'REPORTS_DIR'],
  balancer: ['PORT', 'ADMIN_PORT', 'ADMIN_TOKEN', 'AFFINITY_SECRET', 'UPSTREAMS', 'UPSTREAM_HEALTH_PATH'],
};

const READERS_OF_SETTINGS = {
  app: loadConfig,
  resource: loadResourceConfig,
  balancer: readConfig,
  console: loadConsoleConfig,
};
for (const [name, read] of Object.entries(READERS_OF_SETTINGS)) {
  t.test(`the environment reaches every setting of ${name}`, async (t) => {
    const set = Object.keys(others[name]?.environment ?? {});
    t.same([...set, ...(FIXED[name] ?? [])].sort(), (await keysAskedFor(read)).sort());
  });
}
