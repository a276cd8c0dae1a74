import { ConfigError } from '../errors.js';

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** What REDIS_URL says. */
export interface RedisAddress {
  /** One server; the nodes of a Redis Cluster; sentinels, of which one asks where the master is. */
  readonly form: 'server' | 'cluster' | 'sentinel';
  readonly nodes: readonly RedisNode[];
  readonly credentials: { readonly username?: string; readonly password?: string };
  readonly isTls: boolean;
  /** What follows the nodes: the number of a server's database, the group that sentinels watch. */
  readonly path: string;
}

export const REDIS_URL_FORMS =
  'redis://host:port, redis://host:port,host:port (Redis Cluster) or sentinel://host:port,host:port/group; rediss:// or sentinels:// with TLS';

const SHAPE = /^(redis|sentinel)(s?):\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([\w.-]*))?$/;
const DEFAULT_PORTS = { redis: 6379, sentinel: 26379 };

/** Null where a text has none of the forms. */
export function parseRedisUrl(text: string): RedisAddress | null {
  const [, scheme, tls, credentials = '', hosts = '', path = ''] = SHAPE.exec(text) ?? [];
  if (scheme !== 'redis' && scheme !== 'sentinel') return null;
  // One URL cannot have several hosts: each is read as its own.
  const urls = hosts.split(',').map((host) => `redis://${credentials}@${host}`);
  if (!urls.every((url) => URL.canParse(url)) || !isDecodable(credentials)) return null;
  const [first, ...others] = urls.map((url) => new URL(url));
  if (first === undefined || [first, ...others].some(({ hostname }) => hostname === '')) return null;
  const form = scheme === 'sentinel' ? 'sentinel' : others.length > 0 ? 'cluster' : 'server';
  if (!PATHS[form].test(path)) return null;
  return {
    form,
    nodes: [first, ...others].map(({ hostname, port }) => ({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || DEFAULT_PORTS[scheme]),
    })),
    credentials: {
      ...(first.username && { username: decodeURIComponent(first.username) }),
      ...(first.password && { password: decodeURIComponent(first.password) }),
    },
    isTls: tls === 's',
    path,
  };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** A cluster has one database only. */
const PATHS: Readonly<Record<RedisAddress['form'], RegExp>> = { server: /^\d*$/, cluster: /^$/, sentinel: /./ };

/** @throws ConfigError */
export function readRedisUrl(text: string): RedisAddress {
  const address = parseRedisUrl(text);
  if (address === null) throw new ConfigError('REDIS_URL', 'a value not shown here', REDIS_URL_FORMS);
  return address;
}
