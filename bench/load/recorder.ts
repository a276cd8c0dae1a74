import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';

/** One hour: longer waits are recorded as this. */
const HIGHEST_MICROS = 3_600_000_000;
const HISTOGRAM = { highestTrackableValue: HIGHEST_MICROS, autoResize: false, bitBucketSize: 32 } as const;

/** What became of requests, as plain data that can be sent between threads. */
export interface RecorderSnapshot {
  /** Compressed, base64. */
  readonly histogram: string;
  readonly statuses: Readonly<Record<number, number>>;
  readonly failures: Readonly<Record<string, number>>;
}

export interface LatencySummary {
  /** Requests with a latency: answered ones, and failed ones whose waiting time is known. */
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Latencies in microseconds to three significant digits, answers by status, failures by kind. Recorders can be merged. */
export class Recorder {
  readonly #histogram = build(HISTOGRAM);
  readonly #statuses = new Map<number, number>();
  readonly #failures = new Map<string, number>();

  answered(status: number, latencyMicros: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    this.#record(latencyMicros);
  }

  /** `kind` is an error code or `timeout`. A failure whose wait is known counts in the latencies, so that it is not flattered away. */
  failed(kind: string, latencyMicros?: number): void {
    this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
    if (latencyMicros !== undefined) this.#record(latencyMicros);
  }

  merge(other: RecorderSnapshot): void {
    this.#histogram.add(decodeFromCompressedBase64(other.histogram));
    addCounts(this.#statuses, Object.entries(other.statuses), Number);
    addCounts(this.#failures, Object.entries(other.failures), String);
  }

  snapshot(): RecorderSnapshot {
    return {
      histogram: encodeIntoCompressedBase64(this.#histogram),
      statuses: Object.fromEntries(this.#statuses),
      failures: Object.fromEntries(this.#failures),
    };
  }

  /** All zero when nothing was recorded. */
  latency(): LatencySummary {
    const histogram = this.#histogram;
    return {
      count: histogram.totalCount,
      meanMs: histogram.mean / 1000,
      p50Ms: histogram.getValueAtPercentile(50) / 1000,
      p99Ms: histogram.getValueAtPercentile(99) / 1000,
      // In the histogram's resolution as the percentiles are, so that none of them exceeds it.
      maxMs: histogram.getValueAtPercentile(100) / 1000,
    };
  }

  #record(latencyMicros: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_MICROS, Math.max(0, Math.round(latencyMicros))));
  }
}

function addCounts<K>(counts: Map<K, number>, more: [string, number][], toKey: (name: string) => K): void {
  for (const [name, count] of more) counts.set(toKey(name), (counts.get(toKey(name)) ?? 0) + count);
}
