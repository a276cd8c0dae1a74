/** How each process of a local cluster is started: pure descriptions, no process is touched here. */
import { fileURLToPath } from 'node:url';
import type { StrategyName } from '../../services/contract.js';
import type { PartName } from './cluster.js';
import type { PartSpec } from './part.js';

const LOOPBACK = '127.0.0.1';

/** What the parts of one cluster share. */
export interface LocalSettings {
  readonly environment: NodeJS.ProcessEnv;
  readonly secretsFolder: string;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly strategies: readonly StrategyName[];
  readonly benchToken: string | undefined;
}

/**
 * V8 sizes its heap by the rate of allocation. To it, an instance on a slice of CPU allocates slowly: it shrinks the young
 * generation to a megabyte, collects ten times as often, and the whole heap every ten seconds, which stops the instance for half
 * a second. Fixed sizes give an instance the heap that it would have on a whole core. docker-compose.yml has the same.
 */
const HEAP = ['--min-semi-space-size=16', '--max-semi-space-size=16', '--initial-old-space-size=256'];

const compiled = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A process of this project. `script` is its compiled file. */
export function node(name: string, script: string, ready: PartSpec['ready'], env: NodeJS.ProcessEnv): PartSpec {
  return { name, command: process.execPath, args: [compiled(script)], ready, env };
}

export function secrets({ environment, secretsFolder }: LocalSettings): PartSpec {
  return node('secrets', 'services/secrets/setup.js', 'exit', { ...environment, SECRETS_DIR: secretsFolder });
}

export function database(settings: LocalSettings, port: number): PartSpec {
  return node('database', 'services/database/embedded.js', 'ipc', {
    ...settings.environment,
    DATABASE_HOST: LOOPBACK,
    DATABASE_PORT: `${port}`,
  });
}

export function seed(settings: LocalSettings): PartSpec {
  return node('seed', 'services/database/setup.js', 'exit', {
    ...settings.environment,
    DATABASE_URL: settings.databaseUrl,
    SECRETS_DIR: settings.secretsFolder,
  });
}

export function redis(
  server: string,
  port: number,
  folder: string,
  ready: PartSpec['ready'],
  env: NodeJS.ProcessEnv,
): PartSpec {
  const options = { bind: LOOPBACK, port: `${port}`, dir: folder, save: '', appendonly: 'no', daemonize: 'no' };
  return {
    name: 'redis',
    command: server,
    args: Object.entries(options).flatMap(([key, value]) => [`--${key}`, value]),
    ready,
    env,
  };
}

export function balancer(settings: LocalSettings, port: number, adminPort: number): PartSpec {
  return node('balancer', 'balancer/server.js', 'ipc', {
    ...settings.environment,
    HOST: LOOPBACK,
    PORT: `${port}`,
    ADMIN_HOST: LOOPBACK,
    ADMIN_PORT: `${adminPort}`,
    SECRETS_DIR: settings.secretsFolder,
  });
}

export function instance(settings: LocalSettings, name: PartName, port: number, opsPort: number): PartSpec {
  const spec = node(name, 'services/app/server.js', 'ipc', {
    ...settings.environment,
    INSTANCE_ID: name,
    HOST: LOOPBACK,
    PORT: `${port}`,
    OPS_HOST: LOOPBACK,
    OPS_PORT: `${opsPort}`,
    SECRETS_DIR: settings.secretsFolder,
    DATABASE_URL: settings.databaseUrl,
    STRATEGIES: settings.strategies.join(','),
    ...(settings.redisUrl ? { REDIS_URL: settings.redisUrl } : {}),
    BENCH_TOKEN: settings.benchToken,
  });
  return { ...spec, args: [...HEAP, ...spec.args] };
}
