/** How each process of a local cluster is started: pure descriptions, no process is touched here. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RedisTopology, SecretReader, StrategyName } from '../../services/contract.js';
import { benchRouting } from './bench-routing.js';
import type { AsideKind, PartName } from './cluster.js';
import type { Addresses, PartSpec } from './part.js';

const LOOPBACK = '127.0.0.1';

/** Its part's name. */
export const CONSOLE = 'console';

/** What the parts of one cluster share. */
export interface LocalSettings {
  readonly environment: NodeJS.ProcessEnv;
  /** Holds a folder for each reader. */
  readonly secretsFolder: string;
  /** In it each instance keeps files of its own. */
  readonly sessionsFolder: string;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly strategies: readonly StrategyName[];
  readonly benchToken: string | undefined;
  /** Where the console is, if there is one. */
  readonly consoleUrl?: string;
}

/**
 * V8 sizes its heap by the rate of allocation. To it, an instance on a slice of CPU allocates slowly: it shrinks the young
 * generation to a megabyte, collects ten times as often, and the whole heap every ten seconds, which stops the instance for half
 * a second. Fixed sizes give an instance the heap that it would have on a whole core. docker-compose.yml has the same.
 */
const HEAP = ['--min-semi-space-size=16', '--max-semi-space-size=16', '--initial-old-space-size=256'];

const compiled = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Each is given to those that need it alone: what others have of it, an intruder has of them. */
const SECRET_KEYS = ['ADMIN_TOKEN', 'AFFINITY_SECRET', 'BENCH_TOKEN', 'DATABASE_URL', 'DEMO_PASSWORD', 'REDIS_URL'];

function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([key]) => !SECRET_KEYS.includes(key)));
}

export function secretsOf({ secretsFolder }: LocalSettings, reader: SecretReader): string {
  return join(secretsFolder, reader);
}

/** A process of this project. `script` is its compiled file. */
export function node(name: string, script: string, ready: PartSpec['ready'], env: NodeJS.ProcessEnv): PartSpec {
  return { name, command: process.execPath, args: [compiled(script)], ready, env };
}

export function secrets({ environment, secretsFolder }: LocalSettings): PartSpec {
  return node('secrets', 'services/secrets/setup.js', 'exit', {
    ...withoutSecrets(environment),
    SECRETS_DIR: secretsFolder,
  });
}

export function database(settings: LocalSettings, port: number): PartSpec {
  return node('database', 'services/database/embedded.js', 'ipc', {
    ...withoutSecrets(settings.environment),
    DATABASE_HOST: LOOPBACK,
    DATABASE_PORT: `${port}`,
  });
}

export function seed(settings: LocalSettings): PartSpec {
  return node('seed', 'services/database/setup.js', 'exit', {
    ...withoutSecrets(settings.environment),
    DATABASE_URL: settings.databaseUrl,
    DEMO_PASSWORD: settings.environment.DEMO_PASSWORD,
    SECRETS_DIR: secretsOf(settings, 'database-setup'),
  });
}

/** What is in the file that a private Redis is started with: options that it changes itself are still there after a restart. */
export function redisOptions(port: number, folder: string): string {
  const options = {
    bind: LOOPBACK,
    port: `${port}`,
    dir: `"${folder}"`,
    save: '""',
    appendonly: 'no',
    daemonize: 'no',
  };
  return Object.entries(options)
    .map(([key, value]) => `${key} ${value}\n`)
    .join('');
}

export function redis(
  server: string,
  optionsFile: string,
  ready: PartSpec['ready'],
  environment: NodeJS.ProcessEnv,
): PartSpec {
  return { name: 'redis', command: server, args: [optionsFile], ready, env: withoutSecrets(environment) };
}

export function balancer(settings: LocalSettings, port: number, adminPort: number): PartSpec {
  return node('balancer', 'balancer/server.js', 'ipc', {
    ...withoutSecrets(settings.environment),
    HOST: LOOPBACK,
    PORT: `${port}`,
    ADMIN_HOST: LOOPBACK,
    ADMIN_PORT: `${adminPort}`,
    ADMIN_TOKEN: settings.environment.ADMIN_TOKEN,
    AFFINITY_SECRET: settings.environment.AFFINITY_SECRET,
    SECRETS_DIR: secretsOf(settings, 'balancer'),
    ...(settings.consoleUrl === undefined ? {} : { CONSOLE_URL: settings.consoleUrl }),
    ...(settings.benchToken === undefined ? {} : benchRouting(settings.environment, [LOOPBACK])),
  });
}

/** The page on which one watches and breaks the cluster: a client of the balancer, and of its admin listener. */
export function consolePage(settings: LocalSettings, port: number, { url, opsUrl = '' }: Addresses): PartSpec {
  const { environment, redisUrl, strategies } = settings;
  return node(CONSOLE, 'services/console/server.js', 'ipc', {
    ...withoutSecrets(environment),
    HOST: LOOPBACK,
    PORT: `${port}`,
    BALANCER_URL: url,
    ADMIN_URL: opsUrl,
    ADMIN_TOKEN: environment.ADMIN_TOKEN,
    DEMO_PASSWORD: environment.DEMO_PASSWORD,
    SECRETS_DIR: secretsOf(settings, 'console'),
    STRATEGIES: strategies.join(','),
    REPORTS_DIR: resolve('reports'),
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
  });
}

/** Ports that instances tell each other of sessions at. */
export interface PeerPorts {
  readonly own: number;
  readonly all: readonly number[];
}

/** @param peers without them it is on its own, whatever the environment says */
export function instance(
  settings: LocalSettings,
  name: PartName,
  port: number,
  opsPort: number,
  peers: PeerPorts = { own: 0, all: [] },
): PartSpec {
  const spec = node(name, 'services/app/server.js', 'ipc', {
    ...withoutSecrets(settings.environment),
    INSTANCE_ID: name,
    HOST: LOOPBACK,
    PORT: `${port}`,
    OPS_HOST: LOOPBACK,
    OPS_PORT: `${opsPort}`,
    SECRETS_DIR: secretsOf(settings, 'app'),
    PEER_HOST: LOOPBACK,
    PEER_PORT: `${peers.own}`,
    PEER_ADDRESS: '',
    PEERS: peers.all.map((one) => `${LOOPBACK}:${one}`).join(','),
    PEERS_DNS: '',
    DATABASE_URL: settings.databaseUrl,
    SESSION_DIR: join(settings.sessionsFolder, name),
    STRATEGIES: settings.strategies.join(','),
    ...(settings.redisUrl ? { REDIS_URL: settings.redisUrl } : {}),
    BENCH_TOKEN: settings.benchToken,
  });
  return { ...spec, args: [...HEAP, ...spec.args] };
}

/** Knows neither the database nor Redis, and no secret. */
function resource(settings: LocalSettings, name: PartName, port: number, opsPort: number): PartSpec {
  return node(name, 'services/resource/server.js', 'ipc', {
    ...withoutSecrets(settings.environment),
    HOST: LOOPBACK,
    PORT: `${port}`,
    OPS_HOST: LOOPBACK,
    OPS_PORT: `${opsPort}`,
  });
}

/** It finds its own ports. */
export function store(settings: LocalSettings, name: PartName, topology: RedisTopology): PartSpec {
  return node(name, 'services/redis/topology.js', 'ipc', {
    ...withoutSecrets(settings.environment),
    REDIS_TOPOLOGY: topology,
  });
}

/** What runs beside a cluster. */
export const ASIDES: Readonly<
  Record<AsideKind, (settings: LocalSettings, name: PartName, port: number, opsPort: number) => PartSpec>
> = { instance, resource };

/** For people: what is lost with a part when it dies. */
export function lossOf(name: PartName): string {
  if (name.startsWith('instance-')) return 'Sessions in its memory are lost.';
  return LOSSES[name] ?? '';
}

const LOSSES: Readonly<Record<PartName, string>> = {
  redis: 'Sessions in it are lost.',
  database: 'Posts in it are lost.',
};
