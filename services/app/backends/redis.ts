import { type Command, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type Backend, type OpenBackend, toStatus } from './backend.js';

const COMMAND_TIMEOUT_MS = 200;

/**
 * Commands time out after the answers that are there have been read. With the timeouts of ioredis itself, a process that stood
 * still (a collection, a slice of CPU that was used up) gives up all commands under way, and at 400 ms their connection, before
 * it looks what has arrived meanwhile: timers come first in a turn of the event loop, and sockets after them.
 */
class PatientRedis extends Redis {
  /** Commands sent so far. */
  sent = 0;
  #answeredAt = 0;

  override sendCommand(command: Command, stream?: Parameters<Redis['sendCommand']>[1]): unknown {
    if (command.name !== 'ping') this.sent++;
    const sentAt = performance.now();
    const expire = () => {
      if (command.isSettled) return;
      command.reject(new Error('Command timed out'));
      // A server that has answered nothing at all since then is frozen: without a connection commands fail at once.
      if (this.#answeredAt < sentAt && this.stream.writable) this.disconnect(true);
    };
    const timer = setTimeout(() => setImmediate(expire), COMMAND_TIMEOUT_MS);
    command.promise.then(
      () => {
        clearTimeout(timer);
        this.#answeredAt = performance.now();
      },
      () => clearTimeout(timer),
    );
    return super.sendCommand(command, stream);
  }
}

/**
 * A client that fails fast: no command waits for a connection and none is sent twice. Commands of one turn of the event loop
 * go out as one pipeline, and the next pipeline waits for it; so what is asked of a frozen server fails after two command
 * timeouts at the latest. The client reconnects for as long as it lives, so an instance recovers without a restart.
 */
export function createRedis(url: string, log: Logger): PatientRedis {
  const redis = new PatientRedis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
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

export interface RedisBackend extends Backend {
  readonly client: Redis;
}

export const openRedis: OpenBackend<RedisBackend> = async ({ redisUrl }, log) => {
  const client = createRedis(redisUrl, log);
  await connectRedis(client);
  return {
    client,
    status: () => toStatus(client.ping()),
    isReady: () => true,
    trips: () => client.sent,
    close: async () => client.disconnect(),
  };
};

/** Waits for the first connection, or for its failure: an instance serves the other strategies without Redis. */
export async function connectRedis(redis: Redis): Promise<void> {
  await redis.connect().catch(() => {});
}
