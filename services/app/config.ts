import os from 'node:os';
import proxyAddr from '@fastify/proxy-addr';
import Type, { type Static } from 'typebox';
import { JWT_ALGORITHMS, SERVED_STRATEGIES, STRATEGIES, type StrategyName } from '../contract.js';
import { type Environment, readEnvironment } from '../environment.js';
import { ConfigError } from '../errors.js';
import {
  databaseUrl,
  flag,
  passwordCost,
  port,
  redisUrl,
  resolvePasswordCost,
  secretsDir,
  text,
  whole,
} from '../settings.js';
import { parseAddress } from './peers/members.js';

const Settings = Type.Object({
  HOST: text('127.0.0.1', 'an address to listen on'),
  PORT: port(8000),
  OPS_HOST: text('127.0.0.1', 'an address to listen on'),
  OPS_PORT: port(9090),
  INSTANCE_ID: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: 'up to 64 letters, digits, dots, dashes and underscores',
    }),
  ),
  STRATEGIES: text(SERVED_STRATEGIES.join(','), 'strategies, separated by commas'),
  SECRETS_DIR: secretsDir,
  DATABASE_URL: databaseUrl,
  DATABASE_POOL_SIZE: whole(4, 1, 100),
  REDIS_URL: redisUrl,
  BENCH_TOKEN: Type.Optional(Type.String({ minLength: 16, secret: true, description: 'at least 16 characters' })),
  COOKIE_SECURE: flag(false),
  SESSION_TTL_SECONDS: whole(3600, 1, 31_536_000),
  SESSION_DIR: Type.Optional(Type.String()),
  SESSION_LIMIT: whole(1_000_000, 1, 100_000_000),
  PEER_HOST: text('127.0.0.1', 'an address to listen on'),
  PEER_PORT: port(0),
  PEER_ADDRESS: Type.Optional(Type.String()),
  PEERS: Type.Optional(Type.String()),
  PEERS_DNS: Type.Optional(Type.String()),
  JWT_ALGORITHM: Type.Enum(JWT_ALGORITHMS, { default: 'HS256', description: `one of ${JWT_ALGORITHMS.join(', ')}` }),
  JWT_LIFETIME_SECONDS: whole(900, 1, 86_400),
  JWT_CLOCK_TOLERANCE_SECONDS: whole(5, 0, 60),
  JWT_ISSUER: text('authscale', 'a name or URL'),
  JWT_AUDIENCE: text('authscale', 'a name or URL'),
  DENYLIST_CACHE_SECONDS: whole(0, 0, 3600),
  REFRESH_ACCESS_SECONDS: whole(60, 1, 86_400),
  REFRESH_TTL_SECONDS: whole(86_400, 1, 31_536_000),
  REFRESH_GRACE_SECONDS: whole(10, 0, 60),
  ...passwordCost,
  PASSWORD_IN_FLIGHT: whole(2, 1, 1023),
  PASSWORD_QUEUE: whole(64, 0, 100_000),
  FAILED_SIGN_INS_LIMIT: whole(10, 1, 1_000_000),
  FAILED_SIGN_INS_SECONDS: whole(300, 1, 86_400),
  TRUSTED_PROXIES: Type.Optional(Type.String()),
  COHORT_LIMIT: whole(64, 1, 65_536),
  DRAIN_NOTICE_MS: whole(0, 0, 600_000),
  DRAIN_TIMEOUT_MS: whole(10_000, 0, 600_000),
  UV_THREADPOOL_SIZE: whole(4, 2, 1024),
});
type Settings = Static<typeof Settings>;

/** Everything an instance can be told, complete and checked. */
export type Config = ReturnType<typeof resolveConfig>;

/** @throws ConfigError */
export function loadConfig(environment: Environment = process.env): Config {
  return resolveConfig(readEnvironment(Settings, environment));
}

function resolveConfig(settings: Settings) {
  return {
    instanceId: settings.INSTANCE_ID ?? `${os.hostname()}-${process.pid}`,
    public: { host: settings.HOST, port: settings.PORT },
    ops: { host: settings.OPS_HOST, port: settings.OPS_PORT },
    strategies: parseStrategies(settings.STRATEGIES),
    secretsDir: settings.SECRETS_DIR,
    database: { url: settings.DATABASE_URL, poolSize: settings.DATABASE_POOL_SIZE },
    redisUrl: settings.REDIS_URL,
    peers: {
      host: settings.PEER_HOST,
      port: settings.PEER_PORT,
      /** At which the others reach it; null where that is where it listens. */
      address:
        settings.PEER_ADDRESS === undefined ? null : (parseAddresses('PEER_ADDRESS', settings.PEER_ADDRESS)[0] ?? null),
      seeds: parseAddresses('PEERS', settings.PEERS),
      dns: parseAddress(parseAddresses('PEERS_DNS', settings.PEERS_DNS)[0] ?? '') ?? null,
    },
    benchToken: settings.BENCH_TOKEN ?? null,
    sessions: {
      ttlSeconds: settings.SESSION_TTL_SECONDS,
      limit: settings.SESSION_LIMIT,
      /** Where this instance alone keeps files; null for one that ends with it. */
      folder: settings.SESSION_DIR ?? null,
      cookieSecure: settings.COOKIE_SECURE,
    },
    tokens: {
      algorithm: settings.JWT_ALGORITHM,
      lifetimeSeconds: settings.JWT_LIFETIME_SECONDS,
      clockToleranceSeconds: settings.JWT_CLOCK_TOLERANCE_SECONDS,
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
    },
    denylistCacheSeconds: settings.DENYLIST_CACHE_SECONDS,
    refresh: {
      accessSeconds: settings.REFRESH_ACCESS_SECONDS,
      ttlSeconds: settings.REFRESH_TTL_SECONDS,
      graceSeconds: settings.REFRESH_GRACE_SECONDS,
    },
    passwords: {
      ...resolvePasswordCost(settings),
      inFlight: checkHashesInFlight(settings),
      queueLimit: settings.PASSWORD_QUEUE,
    },
    failedSignIns: { max: settings.FAILED_SIGN_INS_LIMIT, windowSeconds: settings.FAILED_SIGN_INS_SECONDS },
    trustedProxies: parseProxies(settings.TRUSTED_PROXIES),
    cohortLimit: settings.COHORT_LIMIT,
    drainNoticeMs: settings.DRAIN_NOTICE_MS,
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
  };
}

function parseStrategies(given: string): StrategyName[] {
  const names = given.split(',').map((name) => name.trim());
  const allowed = `${Object.keys(STRATEGIES).join(', ')}, each at most once, separated by commas`;
  if (new Set(names).size < names.length) throw new ConfigError('STRATEGIES', JSON.stringify(given), allowed);
  return names.map((name) => {
    if (!isStrategyName(name)) throw new ConfigError('STRATEGIES', JSON.stringify(name), allowed);
    return name;
  });
}

function isStrategyName(name: string): name is StrategyName {
  return Object.hasOwn(STRATEGIES, name);
}

function parseAddresses(key: string, given = ''): string[] {
  const addresses = given.split(',').flatMap((entry) => entry.trim() || []);
  const wrong = addresses.find((address) => parseAddress(address) === undefined);
  if (wrong !== undefined) throw new ConfigError(key, JSON.stringify(wrong), 'host:port');
  return addresses;
}

/** Proxies in front of the balancer whose word counts on who the client is. */
function parseProxies(given = ''): string[] {
  const proxies = given.split(',').flatMap((entry) => entry.trim() || []);
  try {
    proxyAddr.compile(proxies);
    return proxies;
  } catch {
    throw new ConfigError('TRUSTED_PROXIES', JSON.stringify(given), 'addresses or networks, such as 10.0.0.0/8');
  }
}

/** Token signatures are checked on the same threads: hashes must never take them all. */
function checkHashesInFlight({ PASSWORD_IN_FLIGHT: inFlight, UV_THREADPOOL_SIZE: threads }: Settings): number {
  if (inFlight < threads) return inFlight;
  throw new ConfigError('PASSWORD_IN_FLIGHT', String(inFlight), `less than UV_THREADPOOL_SIZE, which is ${threads}`);
}
