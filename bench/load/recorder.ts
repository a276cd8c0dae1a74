import { Histogram, type TimeSummary } from './histogram.js';

/** What became of requests, as plain data that can be sent between threads. */
export interface RecorderSnapshot {
  readonly latency: string;
  readonly statuses: Readonly<Record<number, number>>;
  readonly failures: Readonly<Record<string, number>>;
}

/** Latencies, answers by status, failures by kind. Recorders can be merged. */
export class Recorder {
  readonly #latency = new Histogram();
  readonly #statuses = new Map<number, number>();
  readonly #failures = new Map<string, number>();

  answered(status: number, latencyMicros: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    this.#latency.record(latencyMicros);
  }

  /** `kind` is an error code or `timeout`. A failure whose wait is known counts in the latencies, which would flatter otherwise. */
  failed(kind: string, latencyMicros?: number): void {
    this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
    if (latencyMicros !== undefined) this.#latency.record(latencyMicros);
  }

  merge(other: RecorderSnapshot): void {
    this.#latency.merge(other.latency);
    addCounts(this.#statuses, Object.entries(other.statuses), Number);
    addCounts(this.#failures, Object.entries(other.failures), String);
  }

  snapshot(): RecorderSnapshot {
    return {
      latency: this.#latency.encode(),
      statuses: Object.fromEntries(this.#statuses),
      failures: Object.fromEntries(this.#failures),
    };
  }

  /** Of answered requests, and of failed ones whose wait is known. */
  latency(): TimeSummary {
    return this.#latency.summary();
  }
}

function addCounts<K>(counts: Map<K, number>, more: [string, number][], toKey: (name: string) => K): void {
  for (const [name, count] of more) counts.set(toKey(name), (counts.get(toKey(name)) ?? 0) + count);
}
