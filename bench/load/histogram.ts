import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';

/** One hour: longer times are recorded as this. */
const HIGHEST_MICROS = 3_600_000_000;

export interface TimeSummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Times in microseconds to three significant digits. */
export class Histogram {
  readonly #counts = build({ highestTrackableValue: HIGHEST_MICROS, autoResize: false, bitBucketSize: 32 });

  record(micros: number): void {
    this.#counts.recordValue(Math.min(HIGHEST_MICROS, Math.max(0, Math.round(micros))));
  }

  /** Compressed, base64. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#counts);
  }

  merge(encoded: string): void {
    this.#counts.add(decodeFromCompressedBase64(encoded));
  }

  /** All zero when nothing was recorded. */
  summary(): TimeSummary {
    const counts = this.#counts;
    return {
      count: counts.totalCount,
      meanMs: counts.mean / 1000,
      p50Ms: counts.getValueAtPercentile(50) / 1000,
      p99Ms: counts.getValueAtPercentile(99) / 1000,
      // In the resolution of the percentiles, so that none of them exceeds it.
      maxMs: counts.getValueAtPercentile(100) / 1000,
    };
  }
}
