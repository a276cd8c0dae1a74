import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Decision, REQUEST_ID } from '../contract.js';
import type { ClientFault, ClientResponse, ClientWatcher } from '../downstream/client-response.js';
import { BalancerError, BodyTooLarge, NoUpstream, Overloaded, type Refusal, SeeConsole } from '../errors.js';
import type { ResponseHead } from '../http/response-head.js';
import type { Piece } from '../transport/transport.js';
import type { Upstream } from '../upstreams/upstream.js';
import { Attempt, type AttemptOwner } from './attempt.js';
import type { ProxyContext } from './context.js';
import type { Timed } from './deadlines.js';
import { ExchangeRecord } from './exchange-record.js';
import { mayRepeat, OUTCOMES, type Outcome } from './outcomes.js';
import { collectBody } from './request-body.js';
import { RoutedRequest } from './routed-request.js';

/** One request from its arrival to the end of its response: choose an upstream, have it attempt an answer, choose another or be done. */
export class Exchange implements AttemptOwner, ClientWatcher, Timed {
  /** Of what the client owes: its body, or to take the rest of the response. An attempt has its own. */
  deadlineMs: number;
  slot = -1;
  readonly #context: ProxyContext;
  readonly #request: IncomingMessage;
  readonly #response: ClientResponse;
  readonly #expiresMs: number;
  readonly #record: ExchangeRecord;
  #routed: RoutedRequest | null = null;
  #body: Buffer | null = null;
  #over = false;

  constructor(context: ProxyContext, request: IncomingMessage, response: ClientResponse) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#record = new ExchangeRecord(context.deadlines.readClock());
    this.#expiresMs = this.#record.startedMs + context.limits.requestTimeoutMs;
    this.deadlineMs = this.#expiresMs;
    context.counters.requests += 1;
    context.counters.inFlight += 1;
    response.watcher = this;
  }

  start(): void {
    try {
      this.#admit();
    } catch (error) {
      if (!(error instanceof BalancerError)) throw error;
      this.refuse(error);
    }
  }

  #admit(): void {
    const { limits, counters, retryBudget, deadlines, consoleUrl } = this.#context;
    const routed = new RoutedRequest(this.#context, this.#request);
    if (consoleUrl !== undefined && routed.isPage) throw new SeeConsole(consoleUrl);
    const { contentLength, bodyBytes } = routed.head;
    if (counters.inFlight > limits.maxInFlight) throw new Overloaded('too many requests in flight');
    if ((contentLength ?? 0) > limits.maxBodyBytes) throw new BodyTooLarge(limits.maxBodyBytes);
    retryBudget.deposit();
    this.#routed = routed;
    if (bodyBytes === 0 || routed.isStreamed) {
      this.#begin(routed);
    } else {
      deadlines.start(this);
      collectBody(this.#request, bodyBytes, (body) => this.#onBody(routed, body));
    }
  }

  #onBody(routed: RoutedRequest, body: Buffer | null): void {
    if (this.#over) return;
    this.#context.deadlines.end(this);
    this.#body = body;
    if (body === null) this.#conclude('client-gone');
    else this.#begin(routed);
  }

  #begin(routed: RoutedRequest): void {
    const upstream = routed.choose([]);
    if (upstream !== null) this.#try(routed, upstream);
    else if (this.#context.pool.available.length === 0) this.refuse(new NoUpstream('no upstream is available'));
    else this.refuse(new Overloaded('every upstream is at its limit'));
  }

  #try(routed: RoutedRequest, upstream: Upstream): void {
    const { transport, upgrades } = this.#context;
    const attempt = new Attempt(this.#context, upstream, this, this.#expiresMs);
    this.#record.attempts.push(attempt);
    const { offersSwitch: switches } = this.#response;
    attempt.send(switches ? upgrades : transport, routed.toUpstream(upstream, this.#body, { switches }));
  }

  onHead({ upstream }: Attempt, head: ResponseHead): void {
    const { status, headers, contentLength } = head;
    this.#record.answer(this.#routed as RoutedRequest, upstream, { status, headers }, this.#context.counters);
    if (this.#context.isClosing()) this.#response.shouldKeepAlive = false;
    const bodyless = this.#request.method === 'HEAD' || status === 204 || status === 304;
    this.#response.relayHead(status, headers, bodyless ? 0 : contentLength);
  }

  onSwitch(attempt: Attempt, { status, headers, upgrade = '' }: ResponseHead, socket: Duplex, first: Buffer): void {
    const { upstream } = attempt;
    this.#record.answer(this.#routed as RoutedRequest, upstream, { status, headers }, this.#context.counters);
    headers.push('connection', 'upgrade', 'upgrade', upgrade);
    this.#response.relaySwitch(headers, socket, first, () => attempt.finish());
  }

  onData(piece: Piece, release?: () => void): boolean {
    return this.#response.relayData(piece, release);
  }

  onOutcome(attempt: Attempt, outcome: Outcome): void {
    if (outcome === 'answered') this.#flush();
    else this.#repeat(attempt, outcome);
  }

  #repeat(attempt: Attempt, outcome: Outcome): void {
    const routed = this.#routed as RoutedRequest;
    const next = this.#mayRepeat(attempt, outcome) ? routed.choose(this.#record.tried) : null;
    // What leaves an upstream that is down makes no more load than there was.
    if (next !== null && (outcome === 'down' || this.#context.retryBudget.withdraw())) {
      this.#context.counters.retries += 1;
      this.#try(routed, next);
    } else {
      this.#conclude(outcome);
    }
  }

  canMove(attempt: Attempt): boolean {
    return this.#mayRepeat(attempt, 'down') && this.#routed?.choose(this.#record.tried) !== null;
  }

  #mayRepeat({ bodyReplayable }: Attempt, outcome: Outcome): boolean {
    const { method = 'GET' } = this.#request;
    return mayRepeat({ outcome, method, bodyReplayable, attempts: this.#record.attempts.length });
  }

  #flush(): void {
    this.#response.relayEnd();
    // A response that waits behind an earlier one on its connection has no socket yet, and no say in how long that takes.
    if (this.#response.writableLength === 0 || this.#response.socket === null) {
      this.#finish();
    } else {
      // A client that reads nothing more must not hold the connection for ever.
      const { deadlines, limits } = this.#context;
      this.deadlineMs = Math.min(deadlines.nowMs + limits.idleTimeoutMs, this.#expiresMs);
      deadlines.start(this);
    }
  }

  onDeadline(): void {
    this.#conclude(this.#record.attempts.length === 0 ? 'client-stalled' : 'client-slow');
  }

  onClientGone(): void {
    if (this.#response.writableFinished) this.#finish();
    else this.onClientFault('client-gone');
  }

  onClientFault(outcome: ClientFault): void {
    const attempt = this.#record.attempts.at(-1);
    if (attempt?.outcome === null) attempt.giveUp(outcome);
    else this.#conclude(outcome);
  }

  onClientDrained(): void {
    this.#record.attempts.at(-1)?.resume();
  }

  #conclude(outcome: Outcome): void {
    if (this.#over) return;
    const refusal: Refusal | null = OUTCOMES[outcome].refusal;
    if (outcome === 'client-gone') this.#record.leave(this.#context.counters);
    if (refusal !== null) this.refuse(refusal);
    else {
      this.#finish();
      this.#response.cut();
    }
  }

  refuse(refusal: Refusal): void {
    if (!this.#response.headersSent) this.#record.status = refusal.statusCode;
    this.#finish();
    this.#response.refuse(refusal);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    const { counters, deadlines, observers } = this.#context;
    counters.inFlight -= 1;
    deadlines.end(this);
    for (const observer of observers) if (observer.wants()) observer.observe(this.#describe());
  }

  #describe(): Decision {
    const tried = this.#record.attempts.length > 0;
    const presented = tried ? (this.#routed as RoutedRequest).lookup.state : 'none';
    const requestId = this.#routed?.head.header(REQUEST_ID.header);
    return this.#record.describe(this.#request, { nowMs: this.#context.deadlines.readClock(), presented, requestId });
  }
}
