import { once } from 'node:events';
import type { Logger } from 'pino';
import { readRedisUrl } from '../../redis/address.js';
import { type Backend, type OpenBackend, toStatus } from './backend.js';
import { CLIENTS, type RedisClient } from './redis-clients.js';

/**
 * A client that fails fast. Commands of one turn of the event loop go out as one pipeline, and the next pipeline waits for it; so
 * what is asked of a frozen server fails after two command timeouts at the latest. The client reconnects for as long as it lives,
 * so an instance recovers without a restart.
 */
export function createRedis(url: string, log: Logger): RedisClient {
  const address = readRedisUrl(url);
  const client = CLIENTS[address.form](address);
  let isDown = false;
  const tell = (fault: Error | null) => {
    if (fault !== null && !isDown) log.warn({ err: fault }, 'Redis is down');
    if (fault === null && isDown) log.info('Redis is back');
    isDown = fault !== null;
  };
  client.on('error', tell);
  client.on('ready', () => tell(null));
  client.on('checked', tell);
  return client;
}

export interface RedisBackend extends Backend {
  readonly client: RedisClient;
}

export const openRedis: OpenBackend<RedisBackend> = async ({ redisUrl }, log) => {
  const client = createRedis(redisUrl, log);
  await connectRedis(client);
  return {
    client,
    status: () => toStatus(client.check()),
    trips: () => client.sent,
    close: async () => client.disconnect(),
  };
};

/** Waits for the first connection, or for its failure: an instance serves the other strategies without Redis. */
export async function connectRedis(client: RedisClient): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  const outcome = Promise.race(['ready', 'error', 'close'].map((event) => once(client, event, { signal })));
  client.connect().catch(() => {});
  await outcome.catch(() => {});
  settled.abort();
}
