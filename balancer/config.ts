import { BlockList, isIP } from 'node:net';
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { SECRET_FILES } from '../services/contract.js';
import { listOf, type RouteConfig, readRoutes } from './config-routes.js';
import { MAX_HEADER_BYTES, TRANSPORTS, type UpstreamSpec } from './contract.js';
import { ConfigError, HIDDEN } from './errors.js';
import { resolveSecret } from './secrets.js';
import { parseUpstream } from './upstreams/upstream.js';

const port = (byDefault: number) =>
  Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: byDefault,
    description: 'a port, 0 to 65535 (0: any free one)',
  });
const millis = (byDefault: number) =>
  Type.Integer({ minimum: 1, maximum: 86_400_000, default: byDefault, description: 'milliseconds, 1 to 86400000' });
const count = (byDefault: number, maximum = 1_000_000) =>
  Type.Integer({ minimum: 1, maximum, default: byDefault, description: `a whole number, 1 to ${maximum}` });
const bytes = (byDefault: number) =>
  Type.Integer({ minimum: 0, maximum: 2 ** 40, default: byDefault, description: 'bytes, a whole number' });
const flag = (byDefault: boolean) => Type.Boolean({ default: byDefault, description: 'true or false' });
const text = (byDefault: string, description: string) => Type.String({ minLength: 1, default: byDefault, description });
const secret = Type.Optional(Type.String({ minLength: 16, secret: true, description: 'at least 16 characters' }));

/** The environment, key by key. An empty value counts as none. */
const Environment = Type.Object({
  HOST: text('127.0.0.1', 'an address to listen on'),
  PORT: port(8080),
  ADMIN_HOST: text('127.0.0.1', 'an address to listen on'),
  ADMIN_PORT: port(8081),
  ADMIN_HOSTS: Type.Optional(Type.String()),
  ADMIN_TOKEN: secret,
  BALANCER_TRANSPORT: Type.Enum(TRANSPORTS, { default: TRANSPORTS[0], description: `one of ${TRANSPORTS.join(', ')}` }),
  UPSTREAMS: Type.Optional(Type.String()),
  UPSTREAM_DNS: Type.Optional(Type.String({ pattern: '^[^:/]+:\\d{1,5}$', description: 'name:port' })),
  UPSTREAM_DNS_INTERVAL_MS: millis(1000),
  UPSTREAM_HEALTH_PORT: Type.Optional(port(0)),
  UPSTREAM_HEALTH_PATH: Type.String({ pattern: '^/', default: '/ready', description: 'a path that starts with /' }),
  CONSOLE_URL: Type.Optional(Type.String({ pattern: '^https?://[^\\s]+$', description: 'http://host:port' })),
  POLICY: text('/=round-robin', ''),
  AFFINITY: text('/sticky=inserted-cookie', ''),
  AFFINITY_SECRET: secret,
  AFFINITY_COOKIE_SECURE: flag(false),
  SECRETS_DIR: Type.Optional(Type.String()),
  HEALTH_INTERVAL_MS: millis(1000),
  HEALTH_TIMEOUT_MS: millis(1000),
  HEALTH_RISE: count(2, 100),
  HEALTH_FALL: count(2, 100),
  EJECT_AFTER_FAILURES: count(5),
  EJECTION_MS: millis(1000),
  EJECTION_MAX_MS: millis(30_000),
  EJECTION_MAX_SHARE: Type.Number({ minimum: 0, maximum: 1, default: 0.5, description: 'a share, 0 to 1' }),
  SLOW_START_MS: Type.Optional(millis(1)),
  RETRY_RATIO: Type.Number({ minimum: 0, maximum: 1, default: 0.2, description: 'a share, 0 to 1' }),
  CONNECT_TIMEOUT_MS: millis(1000),
  FIRST_BYTE_TIMEOUT_MS: millis(10_000),
  IDLE_TIMEOUT_MS: millis(30_000),
  REQUEST_TIMEOUT_MS: millis(300_000),
  CLIENT_HEADER_TIMEOUT_MS: millis(10_000),
  CLIENT_REQUEST_TIMEOUT_MS: millis(60_000),
  CLIENT_KEEP_ALIVE_MS: millis(65_000),
  UPSTREAM_KEEP_ALIVE_MS: millis(4000),
  MAX_HEADER_BYTES: Type.Integer({
    minimum: 1024,
    maximum: 1_048_576,
    default: MAX_HEADER_BYTES,
    description: 'bytes, 1024 to 1048576',
  }),
  MAX_BODY_BYTES: bytes(10_485_760),
  BUFFER_BODY_BYTES: bytes(65_536),
  MAX_IN_FLIGHT: count(10_000),
  MAX_IN_FLIGHT_PER_UPSTREAM: count(2000),
  DRAIN_DEADLINE_MS: millis(30_000),
  SHUTDOWN_DEADLINE_MS: millis(10_000),
  ACCESS_LOG: flag(false),
  TRUSTED_PROXIES: Type.Optional(Type.String()),
});
type Environment = Static<typeof Environment>;

export interface Config
  extends Omit<Environment, 'POLICY' | 'AFFINITY' | 'UPSTREAMS' | 'TRUSTED_PROXIES' | 'ADMIN_HOSTS'> {
  readonly ADMIN_TOKEN: string;
  readonly AFFINITY_SECRET: string;
  /** What the admin listener is called beside its own address: values of the Host header, in lower case. */
  readonly adminHosts: readonly string[];
  readonly routes: readonly RouteConfig[];
  readonly upstreams: readonly UpstreamSpec[];
  /** null where no peer is trusted. */
  readonly trustedProxies: BlockList | null;
}

/** Throws ConfigError at the first wrong value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const values = readValues(env);
  const routes = readRoutes(values);
  const needsAffinity = routes.some(({ affinityKind }) => affinityKind.needsSecret);
  return {
    ...values,
    ADMIN_TOKEN: resolveSecret('ADMIN_TOKEN', values, SECRET_FILES.admin),
    AFFINITY_SECRET: needsAffinity ? resolveSecret('AFFINITY_SECRET', values, SECRET_FILES.affinity) : '',
    adminHosts: listOf(values.ADMIN_HOSTS).map(readHost),
    routes,
    upstreams: listOf(values.UPSTREAMS).map((entry) => readUpstream(entry)),
    trustedProxies: readTrustedProxies(values.TRUSTED_PROXIES),
  };
}

function readValues(env: Readonly<Record<string, string | undefined>>): Environment {
  const given: Record<string, string> = {};
  for (const key of Object.keys(Environment.properties)) if (env[key]) given[key] = env[key];
  const values = Value.Convert(Environment, Value.Default(Environment, { ...given }));
  if (Value.Check(Environment, values)) return values;
  const key = Value.Errors(Environment, values)[0]?.instancePath.slice(1) ?? '';
  const properties: Record<string, TSchema & { description?: string; secret?: boolean }> = Environment.properties;
  const { description = 'another value', secret } = properties[key] ?? {};
  throw new ConfigError(key, secret ? HIDDEN : given[key], description);
}

function readUpstream(entry: string): UpstreamSpec {
  const [url = '', healthUrl] = entry.split('|');
  try {
    return parseUpstream({ url, ...(healthUrl === undefined ? {} : { healthUrl }) });
  } catch {
    // It may hold a password.
    const shown = entry.replace(/\/\/.*@/, '//');
    throw new ConfigError('UPSTREAMS', shown, 'http://host:port, or http://host:port|http://host:port/health');
  }
}

function readHost(entry: string): string {
  if (/^(\[[\da-f:.]+\]|[^\s/:@]+)(:\d{1,5})?$/i.test(entry)) return entry.toLowerCase();
  throw new ConfigError('ADMIN_HOSTS', entry, 'hosts as in the Host header, such as balancer:8081');
}

function readTrustedProxies(value: string | undefined): BlockList | null {
  if (value === undefined) return null;
  const trusted = new BlockList();
  for (const entry of listOf(value)) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const prefix = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
    try {
      trusted.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
    } catch {
      throw new ConfigError('TRUSTED_PROXIES', entry, 'addresses or networks, such as 10.0.0.0/8');
    }
  }
  return trusted;
}
