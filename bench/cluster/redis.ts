import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findProgram } from './programs.js';
import { redisCpuMicros, redisUsedBytes, redisVersion } from './redis-info.js';

/** A `redis-server` or `valkey-server` on PATH, or undefined. */
export function findRedisServer(path: string): string | undefined {
  return findProgram(path, ['redis-server', 'valkey-server']);
}

const PERSISTENCE_POLL_MS = 10;

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
        await setTimeout(20);
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

  /**
   * Has the server write each change to its disk before it answers, or write nothing; also after a restart. Resolves once all that it holds
   * is written.
   */
  async persist(on: boolean): Promise<void> {
    await this.#client.config('SET', 'appendfsync', on ? 'always' : 'everysec');
    await this.#client.config('SET', 'appendonly', on ? 'yes' : 'no');
    await this.#client.config('REWRITE');
    // The file is written anew by a process of its own, beside the server.
    while (on && !isWritten(await this.#client.info('persistence'))) await setTimeout(PERSISTENCE_POLL_MS);
  }

  close(): void {
    this.#client.disconnect();
  }
}

/** By `INFO persistence`. */
function isWritten(info: string): boolean {
  const done = [
    'aof_enabled:1',
    'aof_rewrite_in_progress:0',
    'aof_rewrite_scheduled:0',
    'aof_last_bgrewrite_status:ok',
  ];
  const lines = info.split('\r\n');
  return done.every((line) => lines.includes(line));
}
