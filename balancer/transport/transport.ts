import type { Duplex, Readable } from 'node:stream';
import type { ResponseHead } from '../http/response-head.js';
import type { Upstream } from '../upstreams/upstream.js';

/** A request as it goes upstream. `headers` are flat name, value pairs without any framing header: the transport frames. */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Buffer | Readable | null;
  /** Of a body, where the client has told it. */
  readonly contentLength: number | null;
}

/** Of a body: bytes, or the same as a latin1 string where they are few. Both have their size as `length`. */
export type Piece = Buffer | string;

/** How an upstream has failed to answer. */
export type Failure =
  /** No connection: nothing of the request was sent. */
  | 'connect'
  /** The connection ended before the head of a response. */
  | 'reset'
  /** What came is no response that everybody would read alike. */
  | 'bad-response'
  /** The connection ended after the head of a response. */
  | 'truncated';

/**
 * Hears about one call, in this order: `onSent`, `onHead`, `onData` any number of times, `onEnd`; or at any point
 * `onFailure`, after which nothing more comes.
 */
export interface ResponseHandler {
  /** The connection stands; the request is being written. */
  onSent(): void;
  /** Interim (1xx) responses are not reported, nor is the reason phrase (RFC 9112, section 4). */
  onHead(head: ResponseHead): void;
  /**
   * Returns false where no more can be taken until `resume`. With `release` the memory is lent: to be called when the piece has
   * been used, once at most.
   */
  onData(piece: Piece, release?: () => void): boolean;
  onEnd(): void;
  /** Instead of `onHead`, of an upgrade: from here on the bytes on `socket` are another protocol's, `first` are those read already. */
  onSwitch(head: ResponseHead, socket: Duplex, first: Buffer): void;
  onFailure(failure: Failure): void;
}

/** A request on its way. */
export interface Call {
  resume(): void;
  /** Ends the connection; the handler hears nothing more. */
  abort(): void;
}

export interface Transport {
  send(upstream: Upstream, request: UpstreamRequest, handler: ResponseHandler): Call;
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
