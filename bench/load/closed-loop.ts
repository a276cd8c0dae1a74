import autocannon from 'autocannon';
import { Connections, type RequestsOf } from './connections.js';
import { type LoadResult, toLoadResult } from './load-result.js';
import { Recorder, type RecorderSnapshot } from './recorder.js';

export interface ClosedLoopLoad {
  /** Origin, `http://host:port`. */
  readonly url: string;
  readonly connections: number;
  /** What each connection sends, in turn and over again. One connection is one user, or several in turn. */
  readonly requests: RequestsOf;
  /** Until when, or how many in all (at least one per connection). */
  readonly stop: { readonly afterMs: number } | { readonly afterRequests: number };
  /** Default 200 only. */
  readonly expectedStatuses?: readonly number[];
  /** Whole seconds, at least 1. Default 10. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  /** Of a timed run: called when all connections are at work, and again when they are told to end. */
  readonly onSteady?: () => void;
}

/** How often autocannon looks whether it is done; its own default is a second. */
const SAMPLE_MS = 50;
const UNLIMITED = 2 ** 40;
/** Of a timed run: until then connections are being made and the first answers are on their way. */
const RAMP_SHARE = 0.25;

export interface ClosedLoopResult extends LoadResult {
  /** What was answered while all connections were at work: without the ramp of a timed run, and without its last answers. */
  readonly steady: { readonly recorder: RecorderSnapshot; readonly durationMs: number };
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/**
 * Keeps one request under way on each connection, as fast as the target answers: for capacity and CPU per request. It sends
 * nothing while it waits, so its latencies are no answer to what users wait at a given load: that is what runOpenLoop is for.
 * When the time is up each connection still awaits its last answer, so that both ends count the same requests.
 * A warm-up is a run of its own whose result is thrown away.
 *
 * Of autocannon only the connections are used. Its histogram holds whole milliseconds, so every answer is recorded here; its
 * correction for coordinated omission, wrong in version 9, acts only together with a rate, and none is given. It loses
 * count when a target closes connections: then sent is not answered + failed, and the result's checks say so.
 */
export async function runClosedLoop(load: ClosedLoopLoad): Promise<ClosedLoopResult> {
  const cpuAtStart = process.cpuUsage();
  const report = await sendClosedLoop(load);
  const { user, system } = process.cpuUsage(cpuAtStart);
  return toClosedLoopResult([report], user + system, load.expectedStatuses);
}

/** What one thread that sent a closed loop has to tell, as plain data that can be sent between threads. */
export interface ClosedLoopReport {
  readonly recorder: RecorderSnapshot;
  /** Epoch milliseconds, with a fraction. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly sent: number;
  readonly inFlightMs: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** What was answered while all connections were at work, and how long that was. It is in `recorder` as well. */
  readonly steady: ClosedLoopResult['steady'];
}

export async function sendClosedLoop(load: ClosedLoopLoad): Promise<ClosedLoopReport> {
  load.signal?.throwIfAborted();
  const timeoutSeconds = load.timeoutSeconds ?? 10;
  const recorder = new Recorder();
  let receivedBytes = 0;
  const startedAt = performance.now();
  const connections = new Connections(load.requests);
  const steady = new Steady();

  const listen = (run: autocannon.Instance) => {
    run.on('response', (_client, status, bytes, milliseconds) => {
      receivedBytes += bytes;
      steady.recorderNow(recorder).answered(status, milliseconds * 1000);
    });
    run.on('reqError', (error: NodeJS.ErrnoException) => {
      if (error.code === undefined) recorder.failed('timeout', timeoutSeconds * 1e6);
      else recorder.failed(error.code);
    });
    return scheduleEnd(run, { connections, steady }, load);
  };
  await runAutocannon({ ...optionsOf(load), timeout: timeoutSeconds, setupClient: connections.add }, listen);
  load.signal?.throwIfAborted();
  const window = steady.read();
  if (window) recorder.merge(window.recorder);
  const whole = recorder.snapshot();
  return {
    recorder: whole,
    startedAtMs: performance.timeOrigin + startedAt,
    endedAtMs: performance.timeOrigin + connections.endedAt,
    ...connections.count(),
    receivedBytes,
    steady: window ?? { recorder: whole, durationMs: Math.max(0, connections.endedAt - startedAt) },
  };
}

/** One result of all threads that sent at the same time. */
export function toClosedLoopResult(
  reports: readonly ClosedLoopReport[],
  generatorCpuMicros: number,
  expectedStatuses?: readonly number[],
): ClosedLoopResult {
  const [recorder, steady] = [new Recorder(), new Recorder()];
  for (const report of reports) {
    recorder.merge(report.recorder);
    steady.merge(report.steady.recorder);
  }
  const sum = (of: (report: ClosedLoopReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  const startedAtMs = Math.min(...reports.map((report) => report.startedAtMs));
  const totals = {
    startedAtMs,
    durationMs: Math.max(...reports.map(({ endedAtMs }) => endedAtMs)) - startedAtMs,
    sent: sum(({ sent }) => sent),
    inFlightMs: sum(({ inFlightMs }) => inFlightMs),
    sentBytes: sum(({ sentBytes }) => sentBytes),
    receivedBytes: sum(({ receivedBytes }) => receivedBytes),
    generatorCpuMicros,
    generatorThreads: reports.length,
  };
  const { sentBytes, receivedBytes } = totals;
  const durationMs = sum((report) => report.steady.durationMs) / reports.length;
  return {
    ...toLoadResult(recorder, totals, expectedStatuses),
    steady: { recorder: steady.snapshot(), durationMs },
    sentBytes,
    receivedBytes,
  };
}

/** What is answered from the end of a timed run's ramp to the moment at which it is told to end, recorded apart. */
class Steady {
  readonly #recorder = new Recorder();
  #beganAt: number | undefined;
  #endedAt: number | undefined;

  begin(): void {
    this.#beganAt = performance.now();
  }

  end(): void {
    this.#endedAt = performance.now();
  }

  recorderNow(otherwise: Recorder): Recorder {
    return this.#beganAt !== undefined && this.#endedAt === undefined ? this.#recorder : otherwise;
  }

  /** Undefined where the run was not timed, or had ended by itself. */
  read(): ClosedLoopReport['steady'] | undefined {
    if (this.#beganAt === undefined || this.#endedAt === undefined) return undefined;
    return { recorder: this.#recorder.snapshot(), durationMs: this.#endedAt - this.#beganAt };
  }
}

function optionsOf({ url, connections, stop }: ClosedLoopLoad): autocannon.Options {
  return {
    url,
    connections,
    amount: 'afterRequests' in stop ? stop.afterRequests : UNLIMITED,
    sampleInt: SAMPLE_MS,
    // A target that only refuses would keep autocannon reconnecting for ever.
    bailout: 10 * connections,
  };
}

/** `listen` is called once the run has begun, and what it returns once it has ended. */
async function runAutocannon(options: autocannon.Options, listen: (run: autocannon.Instance) => () => void) {
  let stopListening = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      stopListening = listen(autocannon(options, (error: Error | null) => (error ? reject(error) : resolve())));
    });
  } finally {
    stopListening();
  }
}

/** Drains the connections when the time is up, and cuts them off when the signal says so. */
function scheduleEnd(
  run: autocannon.Instance,
  { connections, steady }: { connections: Connections; steady: Steady },
  { stop, signal, onSteady }: ClosedLoopLoad,
): () => void {
  const end = () => {
    steady.end();
    onSteady?.();
    connections.drain();
  };
  let timer: NodeJS.Timeout | undefined;
  if ('afterMs' in stop) {
    // One after the other: of two timers that are both late, the later may come first.
    timer = setTimeout(() => {
      steady.begin();
      onSteady?.();
      timer = setTimeout(end, (1 - RAMP_SHARE) * stop.afterMs);
    }, RAMP_SHARE * stop.afterMs);
  }
  const abort = () => run.stop();
  signal?.addEventListener('abort', abort);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
}
