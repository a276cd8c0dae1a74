import type { Duplex } from 'node:stream';
import type { ResponseHead } from '../http/response-head.js';
import type { Call, Failure, Piece, ResponseHandler, Transport, UpstreamRequest } from '../transport/transport.js';
import type { Upstream } from '../upstreams/upstream.js';
import type { ProxyContext } from './context.js';
import type { Timed } from './deadlines.js';
import { OUTCOMES, type Outcome } from './outcomes.js';
import { type BodyWatcher, StreamedBody } from './request-body.js';

/** Hears what an attempt brings: a head and data, or a switch of protocols, and in any case one outcome, last. */
export interface AttemptOwner {
  onHead(attempt: Attempt, head: ResponseHead): void;
  /** See ResponseHandler. */
  onData(piece: Piece, release?: () => void): boolean;
  onSwitch(attempt: Attempt, head: ResponseHead, socket: Duplex, first: Buffer): void;
  onOutcome(attempt: Attempt, outcome: Outcome): void;
  /** Whether the request may be sent to another upstream, and there is one. */
  canMove(attempt: Attempt): boolean;
}

/** One try to have one upstream answer a request: one body, one deadline, one outcome. */
export class Attempt implements ResponseHandler, BodyWatcher, Timed {
  readonly upstream: Upstream;
  deadlineMs: number;
  slot = -1;
  /** null while it is under way. */
  outcome: Outcome | null = null;
  readonly #context: ProxyContext;
  readonly #owner: AttemptOwner;
  readonly #expiresMs: number;
  #phase: 'connecting' | 'waiting' | 'responding' | 'switched' = 'connecting';
  #call: Call | null = null;
  #stream: StreamedBody | null = null;
  #blocked = false;

  /** `expiresMs`: when the time for the whole exchange is over. */
  constructor(context: ProxyContext, upstream: Upstream, owner: AttemptOwner, expiresMs: number) {
    this.upstream = upstream;
    this.#context = context;
    this.#owner = owner;
    this.#expiresMs = expiresMs;
    this.deadlineMs = Math.min(context.deadlines.nowMs + context.limits.connectTimeoutMs, expiresMs);
  }

  /** The body can be sent with another attempt: it is held whole, or none of it has been read. */
  get bodyReplayable(): boolean {
    return this.#stream === null || !this.#stream.opened;
  }

  send(transport: Transport, request: UpstreamRequest): void {
    const { upstream } = this;
    upstream.inFlight += 1;
    upstream.requests += 1;
    this.#context.deadlines.start(this);
    if (request.body instanceof StreamedBody) {
      this.#stream = request.body;
      this.#stream.watcher = this;
    }
    const call = transport.send(upstream, request, this);
    if (this.outcome === null) this.#call = call;
  }

  resume(): void {
    if (this.#phase === 'switched') return;
    this.#blocked = false;
    this.#extendDeadline(this.#context.limits.idleTimeoutMs);
    this.#call?.resume();
  }

  /** The health checks of its upstream have failed. It may yet answer, so only what can go elsewhere is taken from it. */
  onUpstreamDown(): void {
    const awaitsHead = this.#phase === 'connecting' || this.#phase === 'waiting';
    if (awaitsHead && this.#owner.canMove(this)) this.giveUp('down');
  }

  /** For a reason that the upstream does not know of. */
  giveUp(outcome: Outcome): void {
    this.#call?.abort();
    this.#end(outcome);
  }

  onSent(): void {
    this.#phase = 'waiting';
    this.#extendDeadline(this.#context.limits.firstByteTimeoutMs);
    this.#stream?.open();
  }

  onHead(head: ResponseHead): void {
    this.#phase = 'responding';
    this.#extendDeadline(this.#context.limits.idleTimeoutMs);
    this.#succeed(head);
    this.#owner.onHead(this, head);
  }

  onData(piece: Piece, release?: () => void): boolean {
    this.#extendDeadline(this.#context.limits.idleTimeoutMs);
    this.#blocked = !this.#owner.onData(piece, release);
    return !this.#blocked;
  }

  onEnd(): void {
    this.#end('answered');
  }

  /** Ends when `finish` is called: nobody but the two sides knows what an idle connection of theirs means. */
  onSwitch(head: ResponseHead, socket: Duplex, first: Buffer): void {
    this.#phase = 'switched';
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#succeed(head);
    this.#owner.onSwitch(this, head, socket, first);
  }

  finish(): void {
    this.#end('answered');
  }

  onFailure(failure: Failure): void {
    this.#end(failure);
  }

  onDeadline(): void {
    this.giveUp(this.#lateness());
  }

  onBodyProgress(): void {
    if (this.#phase === 'waiting') this.#extendDeadline(this.#context.limits.firstByteTimeoutMs);
  }

  onBodyTooLarge(): void {
    this.giveUp('body-too-large');
  }

  onClientGone(): void {
    this.giveUp('client-gone');
  }

  /** Whom everybody is waiting for. */
  #lateness(): Outcome {
    if (this.deadlineMs >= this.#expiresMs) return 'expired';
    if (this.#phase === 'connecting') return 'connect-timeout';
    if (this.#blocked) return 'client-slow';
    if (this.#stream?.awaitsClient) return 'client-stalled';
    return this.#phase === 'waiting' ? 'timeout' : 'stalled';
  }

  #succeed({ status }: ResponseHead): void {
    const digit = Math.floor(status / 100);
    this.#context.passive.onSuccess(this.upstream);
    this.upstream.responses[digit] = (this.upstream.responses[digit] ?? 0) + 1;
  }

  #end(outcome: Outcome): void {
    if (this.outcome !== null) return;
    this.outcome = outcome;
    this.#call = null;
    this.#context.deadlines.end(this);
    this.upstream.inFlight -= 1;
    if (OUTCOMES[outcome].blame === 'upstream') {
      this.upstream.failures += 1;
      this.#context.passive.onFailure(this.upstream);
    }
    this.#stream?.destroy();
    this.#owner.onOutcome(this, outcome);
  }

  #extendDeadline(timeoutMs: number): void {
    this.deadlineMs = Math.min(this.#context.deadlines.nowMs + timeoutMs, this.#expiresMs);
  }
}
