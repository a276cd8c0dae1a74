import { Redis } from 'ioredis';
import { findProgram } from './programs.js';
import { redisCpuMicros, redisUsedBytes, redisVersion } from './redis-info.js';

/** A `redis-server` or `valkey-server` on PATH, or undefined. */
export function findRedisServer(path: string): string | undefined {
  return findProgram(path, ['redis-server', 'valkey-server']);
}

/** The driver's own connection to the cluster's Redis: asks for figures, never takes part in the load. */
export class RedisProbe {
  readonly #client: Redis;

  constructor(url: string) {
    this.#client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 500,
      commandTimeout: 2_000,
      retryStrategy: () => 50,
    });
    // Every command reports its own failure.
    this.#client.on('error', () => {});
  }

  /** Resolves once the server answers. */
  async waitUntilReady(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if ((await this.#client.ping()) === 'PONG') return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    throw signal.reason;
  }

  /** CPU time of the server process in µs since it started (`INFO cpu`, user + system). */
  async cpuMicros(): Promise<number> {
    return redisCpuMicros(await this.#client.info('cpu'));
  }

  /** What the server has allocated (`INFO memory`), in bytes. */
  async usedBytes(): Promise<number> {
    return redisUsedBytes(await this.#client.info('memory'));
  }

  async empty(database: number): Promise<void> {
    const client = this.#client.duplicate({ db: database });
    client.on('error', () => {});
    try {
      await client.flushdb();
    } finally {
      client.disconnect();
    }
  }

  /** "Redis 7.0.15" or "Valkey 8.0.1". */
  async version(): Promise<string> {
    return redisVersion(await this.#client.info('server'));
  }

  close(): void {
    this.#client.disconnect();
  }
}
