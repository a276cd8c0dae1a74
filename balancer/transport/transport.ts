import type { Readable } from 'node:stream';
import type { FailureKind } from '../exchange/retry.js';
import type { Upstream } from '../upstreams/upstream.js';

/** A request as it goes upstream. `headers` are flat name, value pairs without any framing header: the transport frames. */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
  /** Of a streamed body, where the client has told it. */
  readonly contentLength: number | null;
}

/**
 * Hears about one attempt, in this order: `onSent`, `onHead`, `onData` any number of times, `onEnd`; or at any point
 * `onFailure`, after which nothing more comes.
 */
export interface ResponseHandler {
  /** The connection stands; the request is being written. */
  onSent(): void;
  /** Headers as flat name, value pairs, as received. Interim (1xx) responses are not reported, nor is the reason phrase (RFC 9112, section 4). */
  onHead(status: number, headers: string[]): void;
  /** Returns false where no more can be taken until `resume`. */
  onData(chunk: Buffer): boolean;
  onEnd(): void;
  onFailure(kind: FailureKind, cause: Error): void;
}

export interface Attempt {
  resume(): void;
  /** Ends the connection; the handler hears nothing more. */
  abort(): void;
}

export interface Transport {
  send(upstream: Upstream, request: UpstreamRequest, handler: ResponseHandler): Attempt;
  /** The upstream is gone: its idle connections are closed. */
  forget(upstream: Upstream): void;
  close(): void;
}

export interface TransportOptions {
  /**
   * How long a connection may be idle where the upstream does not tell by a Keep-Alive header: below its own limit, so that a
   * connection is not used in the moment it is closed.
   */
  readonly keepAliveTimeoutMs: number;
  readonly maxHeaderBytes: number;
}
