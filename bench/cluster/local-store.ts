import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type readEnvironment, withoutPassword } from '../config.js';
import { BenchError } from '../errors.js';
import type { TierReading } from './cluster.js';
import * as parts from './local-parts.js';
import type { LocalProcesses } from './local-processes.js';
import { findRedisServer, RedisProbe } from './redis.js';

const FOREIGN_DEADLINE_MS = 5_000;

/** The cluster's Redis: a private process, the one at REDIS_URL, or none. */
export class LocalStore {
  readonly #environment: ReturnType<typeof readEnvironment>;
  readonly #server: string | undefined;
  #probe: RedisProbe | undefined;
  #isPersistent = false;

  constructor(environment: ReturnType<typeof readEnvironment>) {
    this.#environment = environment;
    this.#server = environment.REDIS_URL ? undefined : findRedisServer(environment.PATH);
  }

  get isOwn(): boolean {
    return this.#server !== undefined;
  }

  get exists(): boolean {
    return this.isOwn || this.#environment.REDIS_URL !== undefined;
  }

  /** @param port of a private one */
  urlAt(port: number): string | undefined {
    return this.#environment.REDIS_URL ?? (this.isOwn ? `redis://127.0.0.1:${port}` : undefined);
  }

  /** @throws BenchError CLUSTER_FAILED where REDIS_URL does not answer. */
  async start(
    processes: LocalProcesses,
    { port, folder }: { readonly port: number; readonly folder: string },
    signal: AbortSignal,
  ): Promise<void> {
    const url = this.urlAt(port);
    if (url === undefined) return;
    const probe = new RedisProbe(url);
    this.#probe = probe;
    if (this.#server) {
      const ready = (signal: AbortSignal) => probe.waitUntilReady(signal);
      const optionsFile = join(folder, 'redis.conf');
      await writeFile(optionsFile, parts.redisOptions(port, folder));
      await processes.start(parts.redis(this.#server, optionsFile, ready, this.#environment.all));
      return;
    }
    await probe.waitUntilReady(AbortSignal.any([AbortSignal.timeout(FOREIGN_DEADLINE_MS), signal])).catch((cause) => {
      throw new BenchError('CLUSTER_FAILED', `REDIS_URL: "${withoutPassword(url)}" does not answer.`, { cause });
    });
  }

  /** By its own count: a server of somebody else's may run on another machine. */
  async read(): Promise<TierReading['store']> {
    return this.#probe ? { cpuMicros: await this.#probe.cpuMicros(), throttling: null } : null;
  }

  async readBytes(): Promise<number | null> {
    return this.#probe ? this.#probe.usedBytes() : null;
  }

  /** Where it is the cluster's own. */
  async persist(on: boolean): Promise<void> {
    if (this.isOwn && on !== this.#isPersistent) await this.#probe?.persist(on);
    this.#isPersistent = on;
  }

  /** @throws BenchError CLUSTER_FAILED where it is not the cluster's own */
  async empty(database: number): Promise<void> {
    if (!this.isOwn) throw new BenchError('CLUSTER_FAILED', 'The Redis at REDIS_URL is never emptied.');
    await this.#probe?.empty(database);
  }

  /** "Redis 7.0.15, private process"; null where there is none. */
  async describe(): Promise<string | null> {
    if (!this.#probe) return null;
    return `${await this.#probe.version()}, ${this.isOwn ? 'private process' : 'from REDIS_URL'}`;
  }

  close(): void {
    this.#probe?.close();
  }
}
