import { Redis } from 'ioredis';

export interface StoreReading {
  /** Another one after each start. */
  readonly runId: string;
  /** Since its start. */
  readonly cpuMicros: number;
}

const MICROS_PER_SECOND = 1_000_000;

/** The console's own connection to Redis, for its figures alone. */
export class StoreProbe {
  readonly #client: Redis;

  constructor(url: string) {
    this.#client = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 500,
      commandTimeout: 500,
      retryStrategy: () => 250,
    });
    // Every command reports its own failure.
    this.#client.on('error', () => {});
    this.#client.connect().catch(() => {});
  }

  /** @returns null where it does not answer */
  async read(): Promise<StoreReading | null> {
    try {
      const info = await this.#client.info();
      const field = (name: string) => new RegExp(`^${name}:(.*)\\r$`, 'm').exec(info)?.[1] ?? '';
      const seconds = Number(field('used_cpu_user')) + Number(field('used_cpu_sys'));
      return { runId: field('run_id'), cpuMicros: seconds * MICROS_PER_SECOND };
    } catch {
      return null;
    }
  }

  /** It answers nobody for so long, and then all. */
  async freeze(ms: number): Promise<void> {
    await this.#client.client('PAUSE', ms, 'ALL');
  }

  close(): void {
    this.#client.disconnect();
  }
}
