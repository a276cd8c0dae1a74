import type { TimeSummary } from './histogram.js';
import type { Recorder } from './recorder.js';

/** One request as a load sends it; `connection: keep-alive` and `host` are added. */
export interface LoadRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a load measured, from the first request to the last answer. */
export interface LoadResult {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly durationMs: number;
  readonly sent: number;
  readonly answered: number;
  /** Requests without an answer, by error code or `timeout`. */
  readonly failures: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<number, number>>;
  /** Answers whose status was not among the expected ones. */
  readonly unexpected: number;
  /** Of answers of any status. */
  readonly throughputRps: number;
  /** Of answers with an expected status. */
  readonly goodputRps: number;
  /** Of answered requests, and of failed ones whose wait is known: its count may be less than `sent`. */
  readonly latency: TimeSummary;
  /** Requests under way, averaged over time, and counted without looking at the latencies. */
  readonly meanInFlight: number;
  /** Header and body bytes on the wire, mean per request and per answer. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** CPU time of this process, all its threads, over the measurement. */
  readonly generatorCpuMicros: number;
  /** Threads that sent, each with at most one core to itself. */
  readonly generatorThreads: number;
}

/** What a load counts beside its recorder. */
export interface LoadTotals {
  /** Epoch milliseconds, with a fraction. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly sent: number;
  readonly inFlightMs: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly generatorCpuMicros: number;
  readonly generatorThreads: number;
}

export const DEFAULT_EXPECTED_STATUSES: readonly number[] = [200];

export function toLoadResult(recorder: Recorder, totals: LoadTotals, expected = DEFAULT_EXPECTED_STATUSES): LoadResult {
  const { statuses, failures } = recorder.snapshot();
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const welcome = expected.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
  const seconds = totals.durationMs / 1000;
  return {
    startedAt: new Date(totals.startedAtMs),
    finishedAt: new Date(totals.startedAtMs + totals.durationMs),
    durationMs: totals.durationMs,
    sent: totals.sent,
    answered,
    failures,
    statuses,
    unexpected: answered - welcome,
    throughputRps: answered / seconds,
    goodputRps: welcome / seconds,
    latency: recorder.latency(),
    meanInFlight: totals.inFlightMs / totals.durationMs,
    requestBytes: totals.sentBytes / Math.max(1, totals.sent),
    responseBytes: totals.receivedBytes / Math.max(1, answered),
    generatorCpuMicros: totals.generatorCpuMicros,
    generatorThreads: totals.generatorThreads,
  };
}
