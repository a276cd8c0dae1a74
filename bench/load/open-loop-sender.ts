import type { Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';
import { Exchange, type ExchangeOwner } from './exchange.js';
import { Histogram } from './histogram.js';
import type { LoadRequest } from './load-result.js';
import { Recorder, type RecorderSnapshot } from './recorder.js';
import type { Schedule } from './schedule.js';

export interface SenderLoad {
  readonly url: string;
  readonly schedule: Schedule;
  /** By identity. */
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  readonly timeoutMs: number;
  readonly latencyFrom: 'due' | 'written';
}

/** Plain data, so that it can come from another thread. */
export interface SenderReport {
  readonly recorder: RecorderSnapshot;
  /** From when a request was due until it was written: an encoded histogram. */
  readonly lag: string;
  readonly late: number;
  readonly endedAtMs: number;
  /** Integral over time of the number of requests that were due and had not ended. */
  readonly inFlightMs: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** A request that is written later than this after it was due is late. */
export const LATE_AFTER_MS = 10;

/** Sends the requests of a schedule when they are due, whatever became of earlier ones. */
export class OpenLoopSender implements ExchangeOwner {
  readonly #load: SenderLoad;
  readonly #now: () => number;
  readonly #onEnd: (report: SenderReport) => void;
  readonly #pool: Pool;
  readonly #sockets: Socket[] = [];
  readonly #recorder = new Recorder();
  readonly #lag = new Histogram();
  /** Of requests that have not ended, in ms since the schedule's start. */
  readonly #writtenAt = new Map<Exchange, number>();
  #late = 0;
  #next = 0;
  #inFlight = 0;
  #inFlightMs = 0;
  #changedAtMs = 0;

  /** `now` gives milliseconds since the schedule's start. */
  constructor(load: SenderLoad, now: () => number, onEnd: (report: SenderReport) => void) {
    this.#load = load;
    this.#now = now;
    this.#onEnd = onEnd;
    const connect = buildConnector({});
    this.#pool = new Pool(load.url, {
      connections: load.connections,
      // The exchange's own timeout, which counts from when the request was due, is the only one.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) =>
        connect(options, (...[error, socket]) => {
          if (error !== null) return callback(error, null);
          this.#sockets.push(socket);
          callback(null, socket);
        }),
    });
  }

  /** Requests that were due and have not ended. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** To be called whenever requests have become due. */
  sendDue(): void {
    const { atMs, identity } = this.#load.schedule;
    const nowMs = this.#now();
    for (let dueAtMs = atMs[this.#next]; dueAtMs !== undefined && dueAtMs <= nowMs; dueAtMs = atMs[this.#next]) {
      const request = this.#load.requests[identity[this.#next] ?? 0] ?? { path: '/' };
      // First: one that fails at once may be the last.
      this.#next++;
      this.#send(dueAtMs, request, nowMs);
    }
  }

  #send(dueAtMs: number, { method = 'GET', path, headers, body }: LoadRequest, nowMs: number): void {
    this.#changeInFlight(1, nowMs);
    this.#inFlightMs += nowMs - dueAtMs;
    const exchange = new Exchange(dueAtMs, this.#load.timeoutMs, this);
    this.#pool.dispatch({ method, path, headers: headers ?? {}, body: body ?? null }, exchange);
  }

  written(exchange: Exchange): void {
    const nowMs = this.#now();
    if (this.#load.latencyFrom === 'written') this.#writtenAt.set(exchange, nowMs);
    const lagMs = nowMs - exchange.dueAtMs;
    this.#lag.record(lagMs * 1000);
    if (lagMs > LATE_AFTER_MS) this.#late++;
  }

  answered(exchange: Exchange, status: number): void {
    const nowMs = this.#now();
    this.#recorder.answered(status, this.#latencyMicros(exchange, nowMs));
    this.#endOne(nowMs);
  }

  failed(exchange: Exchange, kind: string): void {
    const nowMs = this.#now();
    this.#recorder.failed(kind, this.#latencyMicros(exchange, nowMs));
    this.#endOne(nowMs);
  }

  #latencyMicros(exchange: Exchange, nowMs: number): number {
    const fromMs = this.#writtenAt.get(exchange) ?? exchange.dueAtMs;
    this.#writtenAt.delete(exchange);
    return (nowMs - fromMs) * 1000;
  }

  #endOne(nowMs: number): void {
    this.#changeInFlight(-1, nowMs);
    if (this.#inFlight === 0 && this.#next === this.#load.schedule.atMs.length) this.#finish(nowMs);
  }

  #changeInFlight(by: 1 | -1, nowMs: number): void {
    this.#inFlightMs += this.#inFlight * (nowMs - this.#changedAtMs);
    this.#inFlight += by;
    this.#changedAtMs = nowMs;
  }

  #finish(endedAtMs: number): void {
    this.#onEnd({
      recorder: this.#recorder.snapshot(),
      lag: this.#lag.encode(),
      late: this.#late,
      endedAtMs,
      inFlightMs: this.#inFlightMs,
      sentBytes: this.#sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0),
      receivedBytes: this.#sockets.reduce((sum, socket) => sum + socket.bytesRead, 0),
    });
    void this.#pool.destroy();
  }
}
