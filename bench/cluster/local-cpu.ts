import type { InstanceReading } from './cluster.js';
import { type CpuQuota, findCpuQuota, type NoCpuQuota, removalOf } from './cpu-quota.js';
import type { Part } from './part.js';
import { readCpuMicros } from './process-cpu.js';
import type { Reaper } from './reaper.js';

/** What the processes of a cluster spend, and the slices of CPU that they are given. */
export class LocalCpu {
  readonly #reaper: Reaper;
  #quota: CpuQuota | NoCpuQuota | undefined;

  constructor(reaper: Reaper) {
    this.#reaper = reaper;
  }

  /** @param pid any process of the cluster, to find out what this machine gives */
  quotaFor(pid: number): CpuQuota | NoCpuQuota {
    if (!this.#quota) {
      this.#quota = findCpuQuota(pid);
      this.#removeFolders(this.#quota);
    }
    return this.#quota;
  }

  limit(parts: readonly Part[], cores: number | undefined): void {
    for (const { pid } of parts) {
      if (pid === undefined) continue;
      const quota = this.quotaFor(pid);
      if (!('means' in quota)) return;
      quota.limit(pid, cores);
      this.#removeFolders(quota);
    }
  }

  /** Lifts the limits, if there ever were any. */
  lift(parts: readonly Part[]): void {
    if (this.#quota) this.limit(parts, undefined);
  }

  read({ pid = 0 }: Part): Pick<InstanceReading, 'cpuMicros' | 'throttling'> {
    const throttling = this.#quota && 'means' in this.#quota ? this.#quota.readThrottling(pid) : null;
    return { cpuMicros: readCpuMicros(pid), throttling };
  }

  /** In the end. */
  #removeFolders(quota: CpuQuota | NoCpuQuota): void {
    if ('means' in quota) this.#reaper.tell({ command: removalOf(quota) });
  }
}
