import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/**
 * A client that fails fast: no command waits for a connection and none is sent twice. Commands of one turn of the event loop
 * go out as one pipeline, and the next pipeline waits for it; so what is asked of a frozen server fails after two command
 * timeouts at the latest. The client reconnects for as long as it lives, so an instance recovers without a restart.
 */
export function createRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 200,
    socketTimeout: 400,
    connectTimeout: 500,
    disconnectTimeout: 200,
    retryStrategy: (attempt) => Math.min(50 * attempt, 250),
    lazyConnect: true,
    enableAutoPipelining: true,
  });
  let isDown = false;
  redis.on('error', (error) => {
    if (!isDown) log.warn({ err: error }, 'Redis is down');
    isDown = true;
  });
  redis.on('ready', () => {
    if (isDown) log.info('Redis is back');
    isDown = false;
  });
  return redis;
}

/** Waits for the first connection, or for its failure: an instance serves the other strategies without Redis. */
export async function connectRedis(redis: Redis): Promise<void> {
  await redis.connect().catch(() => {});
}
