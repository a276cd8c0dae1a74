import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  type ClosedLoopLoad,
  type ClosedLoopReport,
  type ClosedLoopResult,
  toClosedLoopResult,
} from './closed-loop.js';
import type { LoadRequest } from './load-result.js';

/** What one thread sends. */
export interface ThreadLoad {
  /** Origin, `http://host:port`. */
  readonly url: string;
  readonly connections: number;
  /** The same on every connection, over and over. */
  readonly request: LoadRequest;
  readonly stop: ClosedLoopLoad['stop'];
}

export interface SpreadLoad extends Omit<ThreadLoad, 'url'> {
  /** Origins that share the connections equally. */
  readonly urls: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Threads that send closed loops together, for targets as fast as one sender or faster. They stay from one load to the next,
 * so that their code is compiled once: the warm-up of a run is theirs, too.
 */
export class ClosedLoopThreads {
  readonly #workers: readonly Worker[];

  constructor(threads: number) {
    this.#workers = Array.from({ length: threads }, () => {
      // Without the options of this process: a measuring thread runs through no loader.
      return new Worker(new URL('./closed-loop-worker.js', import.meta.url), { execArgv: [] });
    });
  }

  /** Connections and amounts are spread evenly over the threads, `urls` in turn. */
  async run({ urls, connections, request, stop, signal }: SpreadLoad): Promise<ClosedLoopResult> {
    signal?.throwIfAborted();
    const share: Omit<ThreadLoad, 'url'> = {
      connections: connections / this.#workers.length,
      request,
      stop: 'afterMs' in stop ? stop : { afterRequests: Math.ceil(stop.afterRequests / this.#workers.length) },
    };
    const cpuAtStart = process.cpuUsage();
    const reports = await Promise.all(
      this.#workers.map(async (worker, at) => {
        const reported = once(worker, 'message', { signal });
        worker.postMessage({ url: urls[at % urls.length], ...share });
        const [report] = await reported;
        return report as ClosedLoopReport;
      }),
    );
    const { user, system } = process.cpuUsage(cpuAtStart);
    return toClosedLoopResult(reports, user + system);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
