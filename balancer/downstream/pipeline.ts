import type { Socket } from 'node:net';
import { MALFORMED_BODY, REQUEST_TIMEOUT } from '../errors.js';
import type { Deadlines, Timed } from '../exchange/deadlines.js';
import type { ClientResponse, ResponseOwner } from './client-response.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** A client that has sent more requests than this without waiting is cut off: each of them takes memory here. */
const MAX_UNANSWERED = 256;

/** For a reply to arrive before its connection is reset, because the client goes on sending. */
const LINGER_MS = 500;

/** A client that goes by the time it was told may have a request on its way. */
const IDLE_GRACE_MS = 1000;

export interface PipelineOptions {
  readonly deadlines: Deadlines;
  /** For how long a connection may have nothing under way once it has had its first response. */
  readonly idleLimitMs: number;
  readonly start: (response: ClientResponse) => void;
}

const pipelines = new WeakMap<Socket, Pipeline>();

/** A response has this connection still, or is its last. */
export function isBusy(socket: Socket): boolean {
  return pipelines.get(socket)?.isFree === false;
}

/**
 * What is under way on one client's connection. Requests that were sent without waiting run side by side where all of them are
 * safe; any other waits for those before it, and has those behind it wait (RFC 9112, section 9.3.2).
 */
export class Pipeline implements ResponseOwner, Timed {
  /** Of a connection that is free. */
  deadlineMs = Number.POSITIVE_INFINITY;
  slot = -1;
  readonly #socket: Socket;
  readonly #options: PipelineOptions;
  readonly #running: ClientResponse[] = [];
  readonly #waiting: ClientResponse[] = [];
  /** What comes now is not to be read as requests. */
  #closed = false;

  constructor(socket: Socket, options: PipelineOptions) {
    this.#socket = socket;
    this.#options = options;
    pipelines.set(socket, this);
    options.deadlines.start(this);
    socket.once('close', () => this.#onClientGone());
  }

  get isFree(): boolean {
    return this.#running.length === 0 && this.#waiting.length === 0 && !this.#closed;
  }

  static of(socket: Socket): Pipeline | undefined {
    return pipelines.get(socket);
  }

  add(response: ClientResponse, { isLast }: { isLast: boolean }): void {
    // Node.js goes on reading requests behind one that was refused.
    if (this.#closed) return;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    response.owner = this;
    if (this.#waiting.push(response) + this.#running.length > MAX_UNANSWERED) this.#socket.destroy();
    if (isLast) response.endConnection();
    this.#startWaiting();
  }

  onResponseOver(response: ClientResponse): void {
    const at = this.#running.indexOf(response);
    if (at === -1) return;
    this.#running.splice(at, 1);
    if (this.#socket.destroyed) this.#waiting.length = 0;
    this.#startWaiting();
    const { deadlines, idleLimitMs } = this.#options;
    if (this.isFree) this.deadlineMs = deadlines.nowMs + idleLimitMs + IDLE_GRACE_MS;
  }

  onDeadline(): void {
    this.#socket.destroy();
  }

  onLastResponse(response: ClientResponse): void {
    this.#closed = true;
    this.#waiting.length = this.#waiting.indexOf(response) + 1;
  }

  /** The client has sent something that is no request. What it sent before is answered first. */
  onClientError(fault: 'client-stalled' | 'bad-request', reply: string): void {
    this.#closed = true;
    const last = this.#waiting.at(-1) ?? this.#running.at(-1);
    if (last === undefined) this.#endWith(reply);
    else if (last.req.complete) last.endConnection();
    // Its own body is what makes no sense, or does not come.
    else if (last.watcher !== null) last.watcher.onClientFault(fault);
    else {
      // Those before it are still to be served.
      last.refuse(fault === 'client-stalled' ? REQUEST_TIMEOUT : MALFORMED_BODY);
      this.#waiting.pop();
    }
  }

  #endWith(reply: string): void {
    this.#socket.end(reply);
    setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
  }

  /** Node.js tells it only the response that has the connection. */
  #onClientGone(): void {
    this.#options.deadlines.end(this);
    this.#waiting.length = 0;
    for (const response of [...this.#running]) response.watcher?.onClientGone();
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#mayStart(next); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#running.push(next);
      this.#options.start(next);
    }
  }

  #mayStart(response: ClientResponse): boolean {
    return this.#running.length === 0 || (isSafe(response) && this.#running.every(isSafe));
  }
}

function isSafe({ req }: ClientResponse): boolean {
  return SAFE_METHODS.has(req.method ?? '');
}
