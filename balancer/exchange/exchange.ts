import type { IncomingMessage } from 'node:http';
import type { CommitState, Lookup } from '../affinity/affinity.js';
import type { Decision } from '../contract.js';
import { type ClientResponse, type ClientWatcher, isRefused } from '../downstream/client-response.js';
import { BadGateway, BalancerError, BodyTooLarge, GatewayTimeout, NoUpstream, Overloaded } from '../errors.js';
import {
  forwardRequestHeaders,
  forwardResponseHeaders,
  readFraming,
  readTarget,
  withoutCookie,
} from '../http/headers.js';
import type { Attempt, ResponseHandler } from '../transport/transport.js';
import type { Upstream } from '../upstreams/upstream.js';
import type { ProxyContext } from './context.js';
import type { Timed } from './deadlines.js';
import { type BodyWatcher, collectBody, StreamedBody } from './request-body.js';
import { type FailureKind, isRetryable } from './retry.js';
import type { Route } from './routes.js';
import { chooseUpstream } from './selection.js';

/** What nginx logs for a client that left before its response. */
const CLIENT_GONE = 499;

export function handleRequest(context: ProxyContext, request: IncomingMessage, response: ClientResponse): void {
  if (isRefused(request.socket)) return;
  const exchange = new Exchange(context, request, response);
  try {
    exchange.start();
  } catch (error) {
    if (!(error instanceof BalancerError)) throw error;
    exchange.refuse(error);
  }
}

/** One request from its arrival to the end of its response: select, send, judge the outcome, try again. */
class Exchange implements ResponseHandler, ClientWatcher, BodyWatcher, Timed {
  deadlineMs = Number.POSITIVE_INFINITY;
  slot = -1;
  readonly #context: ProxyContext;
  readonly #request: IncomingMessage;
  readonly #response: ClientResponse;
  #phase: 'receiving' | 'connecting' | 'waiting' | 'responding' | 'flushing' | 'over' = 'receiving';
  #path = '/';
  #route: Route | null = null;
  #lookup: Lookup | null = null;
  #body: Buffer | null = null;
  #stream: StreamedBody | null = null;
  #streamed = false;
  #contentLength: number | null = null;
  #upstream: Upstream | null = null;
  #attempt: Attempt | null = null;
  #failure: BalancerError | null = null;
  #status = 0;
  #committed: CommitState = 'none';
  /** Of the attempts that failed. */
  readonly #outcomes: FailureKind[] = [];
  readonly #tried: Upstream[] = [];
  readonly #startedMs: number;
  readonly #expiresMs: number;

  constructor(context: ProxyContext, request: IncomingMessage, response: ClientResponse) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#startedMs = context.deadlines.nowMs;
    this.#expiresMs = this.#startedMs + context.limits.requestTimeoutMs;
    context.counters.requests += 1;
    context.counters.inFlight += 1;
    this.deadlineMs = this.#expiresMs;
    context.deadlines.start(this);
    response.watcher = this;
  }

  start(): void {
    const { limits, counters, retryBudget, routeOf } = this.#context;
    const { rawHeaders, httpVersion, headers, url } = this.#request;
    const framing = readFraming(rawHeaders, httpVersion);
    this.#path = readTarget(url ?? '', headers.host);
    if (counters.inFlight > limits.maxInFlight) throw new Overloaded('too many requests in flight');
    this.#route = routeOf(this.#path);
    retryBudget.deposit();
    if (framing.kind === 'length') {
      this.#contentLength = framing.bytes;
      if (framing.bytes > limits.maxBodyBytes) throw new BodyTooLarge(limits.maxBodyBytes);
    }
    const bodyBytes = framing.kind === 'none' ? 0 : (this.#contentLength ?? Number.POSITIVE_INFINITY);
    this.#streamed = bodyBytes > limits.bufferBodyBytes;
    if (bodyBytes === 0 || this.#streamed) this.#select();
    else collectBody(this.#request, bodyBytes, this);
  }

  onBody(body: Buffer): void {
    this.#body = body;
    if (this.#phase === 'receiving') this.#select();
  }

  #select(): void {
    const { pool, limits } = this.#context;
    const route = this.#route as Route;
    this.#lookup ??= route.affinity.lookup(this.#request);
    const upstream = chooseUpstream(pool.available, {
      policy: route.policy,
      pinned: this.#lookup.upstream,
      path: this.#path,
      tried: this.#tried,
      maxInFlight: limits.maxInFlightPerUpstream,
    });
    if (upstream !== null) this.#send(upstream);
    else if (this.#failure !== null) this.refuse(this.#failure);
    else if (pool.available.length === 0) this.refuse(new NoUpstream('no upstream is available'));
    else this.refuse(new Overloaded('every upstream is at its limit'));
  }

  #send(upstream: Upstream): void {
    const { transport, limits, peerOf } = this.#context;
    const { method = 'GET', rawHeaders, headers, socket } = this.#request;
    this.#upstream = upstream;
    this.#tried.push(upstream);
    upstream.inFlight += 1;
    upstream.requests += 1;
    this.#phase = 'connecting';
    this.#extendDeadline(limits.connectTimeoutMs);
    if (this.#streamed) this.#stream = new StreamedBody(this.#request, limits.maxBodyBytes, this);
    // From the original each time: no attempt sees what another has changed.
    const kept = forwardRequestHeaders(rawHeaders, headers.host ?? '', headers.connection, peerOf(socket));
    const { hiddenCookie } = (this.#route as Route).affinity;
    this.#attempt = transport.send(
      upstream,
      {
        method,
        path: this.#path,
        headers: hiddenCookie === undefined ? kept : withoutCookie(kept, hiddenCookie),
        body: this.#stream ?? this.#body,
        contentLength: this.#contentLength,
      },
      this,
    );
  }

  onSent(): void {
    this.#phase = 'waiting';
    this.#extendDeadline(this.#context.limits.firstByteTimeoutMs);
    this.#stream?.open();
  }

  onHead(status: number, rawHeaders: string[]): void {
    const { headers, contentLength } = forwardResponseHeaders(rawHeaders);
    if (Number.isNaN(contentLength) || status < 200 || status > 599) {
      this.#attempt?.abort();
      this.onFailure('bad-response', new Error('two lengths, or a status that is none'));
      return;
    }
    this.#phase = 'responding';
    this.#extendDeadline(this.#context.limits.idleTimeoutMs);
    this.#judge(status, headers);
    if (this.#context.isClosing()) this.#response.shouldKeepAlive = false;
    const bodyless = this.#request.method === 'HEAD' || status === 204 || status === 304;
    this.#response.relayHead(status, headers, bodyless ? 0 : contentLength);
  }

  /** The upstream has answered: what that says about it, and what its client is told to come back with. */
  #judge(status: number, headers: string[]): void {
    const { counters, passive } = this.#context;
    const upstream = this.#upstream as Upstream;
    const lookup = this.#lookup as Lookup;
    this.#status = status;
    passive.onSuccess(upstream);
    upstream.responses[Math.floor(status / 100)] = (upstream.responses[Math.floor(status / 100)] ?? 0) + 1;
    this.#committed = (this.#route as Route).affinity.commit(lookup, upstream, headers);
    counters.affinity[lookup.state][this.#committed] += 1;
    if (lookup.upstream !== null && lookup.upstream !== upstream) counters.redispatches += 1;
  }

  onData(chunk: Buffer): boolean {
    this.#extendDeadline(this.#context.limits.idleTimeoutMs);
    return this.#response.relayData(chunk);
  }

  onEnd(): void {
    this.#settle();
    this.#response.relayEnd();
    // A response that waits behind an earlier one on its connection has no socket yet, and no say in how long that takes.
    if (this.#response.writableLength === 0 || this.#response.socket === null) {
      this.#finish();
    } else {
      // A client that reads nothing more must not hold the connection for ever.
      this.#phase = 'flushing';
      this.#extendDeadline(this.#context.limits.idleTimeoutMs);
    }
  }

  onFailure(kind: FailureKind, cause: Error): void {
    const { counters, retryBudget, passive } = this.#context;
    const upstream = this.#upstream as Upstream;
    upstream.failures += 1;
    passive.onFailure(upstream);
    this.#outcomes.push(kind);
    this.#settle();
    if (kind === 'truncated') {
      this.#cut();
      return;
    }
    const timedOut = kind === 'timeout' || cause instanceof GatewayTimeout;
    this.#failure = timedOut
      ? new GatewayTimeout('the upstream did not answer in time', { cause })
      : new BadGateway('the upstream did not answer', { cause });
    const { method = '' } = this.#request;
    const bodyReplayable = !this.#streamed || this.#stream?.opened === false;
    if (isRetryable({ kind, method, bodyReplayable, attempts: this.#tried.length }) && retryBudget.withdraw()) {
      counters.retries += 1;
      this.#select();
    } else {
      this.refuse(this.#failure);
    }
  }

  onDeadline(): void {
    const phase = this.#phase;
    this.#attempt?.abort();
    if (phase === 'connecting') this.onFailure('connect', new GatewayTimeout('no connection in time'));
    else if (phase === 'waiting') this.onFailure('timeout', new GatewayTimeout('no response in time'));
    else if (phase === 'responding') this.onFailure('truncated', new GatewayTimeout('no more data in time'));
    else this.#cut();
  }

  onClientGone(): void {
    if (this.#phase === 'over') return;
    if (!this.#response.writableFinished) {
      this.#attempt?.abort();
      this.#context.counters.clientsGone += 1;
      this.#status = CLIENT_GONE;
      this.#settle();
    }
    this.#finish();
  }

  onClientDrained(): void {
    this.#attempt?.resume();
  }

  onBodyProgress(): void {
    if (this.#phase === 'waiting') this.#extendDeadline(this.#context.limits.firstByteTimeoutMs);
  }

  onBodyRefused(error: BodyTooLarge): void {
    this.#attempt?.abort();
    this.#settle();
    this.refuse(error);
  }

  refuse(error: BalancerError): void {
    this.#status = error.statusCode;
    this.#finish();
    this.#response.refuse(error);
  }

  #cut(): void {
    this.#finish();
    this.#response.cut();
  }

  /** The attempt is over, however it went. */
  #settle(): void {
    if (this.#upstream !== null) this.#upstream.inFlight -= 1;
    this.#upstream = null;
    this.#attempt = null;
    this.#stream?.destroy();
  }

  #finish(): void {
    this.#phase = 'over';
    const { counters, deadlines, observers } = this.#context;
    counters.inFlight -= 1;
    deadlines.end(this);
    for (const observer of observers) if (observer.wants()) observer.observe(this.#describe());
  }

  #describe(): Decision {
    const { method = '', url = '' } = this.#request;
    return {
      method,
      path: url,
      status: this.#status,
      durationMs: Math.round(this.#context.deadlines.nowMs - this.#startedMs),
      attempts: this.#tried.map(({ id }, i) => ({ upstream: id, outcome: this.#outcomes[i] ?? String(this.#status) })),
      affinity: `${this.#lookup?.state ?? 'none'} → ${this.#committed}`,
    };
  }

  #extendDeadline(timeoutMs: number): void {
    this.deadlineMs = Math.min(this.#context.deadlines.nowMs + timeoutMs, this.#expiresMs);
  }
}
