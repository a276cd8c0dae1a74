import type { Logger } from 'pino';
import type { BackendName } from '../../contract.js';
import type { Config } from '../config.js';
import type { Backend, OpenBackend } from './backend.js';
import { openDatabase } from './database.js';
import { openPeers } from './peers.js';
import { openRedis } from './redis.js';

/** Every backend that an instance can open. */
const registry = { database: openDatabase, redis: openRedis, peers: openPeers } as const satisfies Record<
  BackendName,
  OpenBackend<Backend>
>;

type Opened = { readonly [Name in BackendName]: Awaited<ReturnType<(typeof registry)[Name]>> };

/** Those that an instance has opened: the database, and what its strategies need. */
export type Backends = Pick<Opened, 'database'> & Partial<Opened>;

export async function openBackends(
  needed: readonly BackendName[],
  config: Config,
  log: Logger,
  now: () => number,
): Promise<Backends> {
  const names = new Set<BackendName>(['database', ...needed]);
  const opening = [...names].map(async (name) => [name, await registry[name](config, log, now)] as const);
  return Object.fromEntries(await Promise.all(opening)) as unknown as Backends;
}

export const listBackends = (backends: Backends): [BackendName, Backend][] =>
  Object.entries(backends) as [BackendName, Backend][];

export async function closeBackends(backends: Backends): Promise<void> {
  await Promise.all(listBackends(backends).map(([, backend]) => backend.close()));
}

/** The backend that a strategy's traits say it needs. */
export function needBackend<Name extends BackendName>(backends: Backends, name: Name): Opened[Name] {
  const backend: Backends[Name] = backends[name];
  if (backend === undefined) throw new TypeError(`a strategy uses ${name}, which its traits do not name`);
  return backend as Opened[Name];
}
