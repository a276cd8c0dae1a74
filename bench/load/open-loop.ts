import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Histogram } from './histogram.js';
import { type LoadRequest, type LoadResult, toLoadResult } from './load-result.js';
import type { SenderLoad, SenderReport } from './open-loop-sender.js';
import { Recorder } from './recorder.js';
import { type Schedule, takePart } from './schedule.js';

export interface OpenLoopLoad {
  /** Origin, `http://host:port`. */
  readonly url: string;
  readonly schedule: Schedule;
  /** What each identity of the schedule sends. */
  readonly requests: readonly LoadRequest[];
  /** Kept alive and shared by all identities. Default 512. */
  readonly connections?: number;
  /** From when a request was due. Default 10 s. */
  readonly timeoutMs?: number;
  /** Senders, each a thread of its own. Default: one for every 4000 requests per second. */
  readonly threads?: number;
  /**
   * Default `due`. From when it was `written` it is the target's alone: for where the target keeps the generator from its cores, which says
   * nothing about who waits for the target.
   */
  readonly latencyFrom?: 'due' | 'written';
  readonly expectedStatuses?: readonly number[];
  readonly signal?: AbortSignal;
}

/** `sent` counts all requests that were due: those that found no connection in time failed as `dropped`. */
export interface OpenLoopResult extends LoadResult {
  /** All latencies, in µs: hdr-histogram, compressed, base64. */
  readonly histogram: string;
  readonly openLoop: {
    readonly scheduled: number;
    /** Requests written more than LATE_AFTER_MS after they were due. */
    readonly late: number;
    /** From when a request was due until it was written. */
    readonly lagP99Ms: number;
    readonly lagMaxMs: number;
  };
}

const RPS_PER_THREAD = 4000;
/** Time for the word to reach all threads, so that the first requests are not late. */
const START_AFTER_MS = 20;

/**
 * Sends on a schedule that was fixed beforehand, as users do who do not wait for each other: for latency. Latency counts from
 * when a request was due, failures and timeouts included, so a target that stalls is charged for everyone it kept waiting.
 */
export async function runOpenLoop(load: OpenLoopLoad): Promise<OpenLoopResult> {
  const { signal } = load;
  signal?.throwIfAborted();
  if (load.schedule.atMs.length === 0) throw new RangeError('the schedule has no arrivals');
  const senders = partsOf(load).map((workerData) => {
    // Without the options of this process: a measuring thread runs through no loader.
    return new Worker(new URL('./open-loop-worker.js', import.meta.url), { workerData, execArgv: [] });
  });
  try {
    return await measure(senders, load);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await Promise.all(senders.map((sender) => sender.terminate()));
  }
}

function partsOf(load: OpenLoopLoad): SenderLoad[] {
  const { url, schedule, requests, connections = 512, timeoutMs = 10_000, latencyFrom = 'due' } = load;
  const seconds = Math.max(1, (schedule.atMs.at(-1) ?? 0) / 1000);
  const parts = load.threads ?? Math.ceil(schedule.atMs.length / seconds / RPS_PER_THREAD);
  return Array.from({ length: parts }, (_, part) => ({
    url,
    schedule: takePart(schedule, part, parts),
    requests,
    connections: Math.ceil(connections / parts),
    timeoutMs,
    latencyFrom,
  }));
}

async function measure(senders: readonly Worker[], load: OpenLoopLoad): Promise<OpenLoopResult> {
  const nextMessages = () => Promise.all(senders.map((sender) => once(sender, 'message', { signal: load.signal })));
  await nextMessages();
  const cpuAtStart = process.cpuUsage();
  const startedAtMs = Date.now() + START_AFTER_MS;
  const startAt = process.hrtime.bigint() + BigInt(START_AFTER_MS) * 1_000_000n;
  for (const sender of senders) sender.postMessage(startAt);
  const reports = (await nextMessages()).map(([report]) => report as SenderReport);
  const { user, system } = process.cpuUsage(cpuAtStart);
  return toOpenLoopResult(reports, load, startedAtMs, user + system);
}

function toOpenLoopResult(
  reports: readonly SenderReport[],
  load: OpenLoopLoad,
  startedAtMs: number,
  generatorCpuMicros: number,
): OpenLoopResult {
  const [recorder, lag] = [new Recorder(), new Histogram()];
  for (const report of reports) {
    recorder.merge(report.recorder);
    lag.merge(report.lag);
  }
  const sum = (of: (report: SenderReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  const scheduled = load.schedule.atMs.length;
  const totals = {
    startedAtMs,
    durationMs: Math.max(...reports.map(({ endedAtMs }) => endedAtMs)),
    sent: scheduled,
    inFlightMs: sum(({ inFlightMs }) => inFlightMs),
    sentBytes: sum(({ sentBytes }) => sentBytes),
    receivedBytes: sum(({ receivedBytes }) => receivedBytes),
    generatorCpuMicros,
    generatorThreads: reports.length,
  };
  return {
    ...toLoadResult(recorder, totals, load.expectedStatuses),
    histogram: recorder.snapshot().latency,
    openLoop: {
      scheduled,
      late: sum(({ late }) => late),
      lagP99Ms: lag.summary().p99Ms,
      lagMaxMs: lag.summary().maxMs,
    },
  };
}
