import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';

/** A `redis-server` or `valkey-server` on PATH, or undefined. */
export function findRedisServer(path: string): string | undefined {
  const candidates = path
    .split(delimiter)
    .flatMap((folder) => ['redis-server', 'valkey-server'].map((name) => join(folder, name)));
  return candidates.find((candidate) => existsSync(candidate));
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
    const info = parseInfo(await this.#client.info('cpu'));
    return Math.round(1e6 * (Number(info.get('used_cpu_user')) + Number(info.get('used_cpu_sys'))));
  }

  /** "Redis 7.0.15" or "Valkey 8.0.1". */
  async version(): Promise<string> {
    const info = parseInfo(await this.#client.info('server'));
    const valkey = info.get('valkey_version');
    return valkey ? `Valkey ${valkey}` : `Redis ${info.get('redis_version')}`;
  }

  close(): void {
    this.#client.disconnect();
  }
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
