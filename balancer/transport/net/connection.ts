import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { headText } from '../../http/head-text.js';
import { MalformedResponse, type ResponseHead } from '../../http/response-head.js';
import type { Upstream } from '../../upstreams/upstream.js';
import type { Call, Failure, ResponseHandler, UpstreamRequest } from '../transport.js';
import { ReadBuffer } from './read-buffer.js';
import { type ParserEvents, ResponseParser } from './response-parser.js';

/** Shorter pieces become strings, which join what else is written: that costs less than another buffer. */
const LENT_BYTES = 8192;
const IDLE_MARGIN_MS = 1500;

export interface ConnectionOwner {
  /** The connection is free for another request. */
  onIdle(connection: Connection): void;
  onClosed(connection: Connection): void;
}

/** One connection to an upstream, carrying one request at a time. */
export class Connection implements Call, ParserEvents {
  /** Set by the owner while the connection is free. */
  idleUntilMs = 0;
  /** For how long it may be free: what the upstream has told, less a margin for the race with its closing; null where it has not. */
  idleLimitMs: number | null = null;
  readonly upstream: Upstream;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  readonly #buffer = new ReadBuffer();
  #handler: ResponseHandler | null = null;
  #phase: 'connecting' | 'idle' | 'sent' | 'responding' | 'closed' = 'connecting';
  #keepAlive = false;
  #keepAliveHint: string | undefined;
  #requestComplete = true;
  #paused = false;
  #queued: UpstreamRequest | null = null;

  constructor(upstream: Upstream, owner: ConnectionOwner, maxHeadBytes: number) {
    this.upstream = upstream;
    this.#owner = owner;
    this.#parser = new ResponseParser(this, maxHeadBytes);
    this.#socket = connect({
      host: upstream.hostname,
      port: upstream.port,
      noDelay: true,
      onread: { buffer: () => this.#buffer.next(), callback: (size) => this.#onRead(size) },
    });
    this.#socket.on('connect', () => this.#onConnected());
    this.#socket.on('end', () => this.#onEnded());
    this.#socket.on('error', () => this.#fail('reset'));
    this.#socket.on('close', () => this.#fail('reset'));
  }

  /** The request leaves at the next `flush`, or once the connection stands. */
  send(request: UpstreamRequest, handler: ResponseHandler): void {
    this.#handler = handler;
    this.#queued = request;
  }

  flush(): void {
    const request = this.#queued;
    if (request === null || this.#phase !== 'idle') return;
    this.#queued = null;
    this.#write(request);
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  abort(): void {
    this.close();
  }

  close(): void {
    this.#handler = null;
    this.#close();
  }

  #onConnected(): void {
    this.upstream.connections += 1;
    this.#phase = 'idle';
    this.flush();
  }

  #write({ method, path, headers, body, contentLength }: UpstreamRequest): void {
    let head = headText(`${method} ${path} HTTP/1.1`, headers);
    this.#phase = 'sent';
    this.#requestComplete = true;
    this.#parser.expect(method);
    if (contentLength !== null) head += `content-length: ${contentLength}\r\n\r\n`;
    else if (body === null) head += '\r\n';
    else head += 'transfer-encoding: chunked\r\n\r\n';
    if (body === null) {
      this.#socket.write(head, 'latin1');
    } else if (Buffer.isBuffer(body)) {
      // One write, as the body is small.
      this.#socket.write(head + body.toString('latin1'), 'latin1');
    } else {
      this.#socket.write(head, 'latin1');
      this.#pump(body, contentLength === null);
    }
    this.#handler?.onSent();
  }

  #pump(body: Readable, chunked: boolean): void {
    this.#requestComplete = false;
    const socket = this.#socket;
    body.on('data', (chunk: Buffer) => {
      socket.cork();
      if (chunked) socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
      socket.write(chunk);
      if (chunked) socket.write('\r\n', 'latin1');
      socket.uncork();
      if (!socket.writableNeedDrain) return;
      body.pause();
      socket.once('drain', () => body.resume());
    });
    body.on('end', () => {
      if (chunked) socket.write('0\r\n\r\n', 'latin1');
      this.#requestComplete = true;
    });
  }

  /** Returns whether reading goes on. */
  #onRead(size: number): boolean {
    try {
      this.#parser.feed(this.#buffer.filled(size));
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      this.#fail('bad-response');
    }
    return !this.#paused;
  }

  #onEnded(): void {
    if (!this.#parser.finish()) this.#fail('reset');
  }

  /** What the failure means follows from how far the exchange had come. */
  #fail(failure: Failure): void {
    const phase = this.#phase;
    const handler = this.#handler;
    this.#handler = null;
    this.#close();
    // Nothing of the request has left: another connection may carry it, whatever its method.
    if (phase === 'connecting' || phase === 'idle') handler?.onFailure('connect');
    else handler?.onFailure(phase === 'responding' ? 'truncated' : failure);
  }

  #close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#socket.destroy();
    this.#owner.onClosed(this);
  }

  onHead(head: ResponseHead, keepAlive: boolean): void {
    this.#phase = 'responding';
    this.#keepAlive = keepAlive;
    if (head.keepAliveHint !== this.#keepAliveHint) this.#readHint(head.keepAliveHint);
    this.#handler?.onHead(head);
  }

  #readHint(hint: string | undefined): void {
    this.#keepAliveHint = hint;
    const seconds = /timeout=(\d{1,6})/.exec(hint ?? '')?.[1];
    this.idleLimitMs = seconds === undefined ? null : Number(seconds) * 1000 - IDLE_MARGIN_MS;
  }

  onData(chunk: Buffer, borrowed: boolean): void {
    const handler = this.#handler;
    const lends = borrowed && chunk.length >= LENT_BYTES;
    const taken = lends
      ? handler?.onData(chunk, this.#buffer.lend())
      : handler?.onData(borrowed ? chunk.toString('latin1') : chunk);
    this.#paused = taken === false;
  }

  onEnd(): void {
    const handler = this.#handler;
    this.#handler = null;
    this.#paused = false;
    // A response that came before the end of its request leaves the rest of it in the way of the next.
    if (this.#keepAlive && this.#requestComplete) {
      this.#phase = 'idle';
      this.#owner.onIdle(this);
    } else {
      this.#close();
    }
    handler?.onEnd();
  }
}
