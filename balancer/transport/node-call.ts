import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MalformedResponse, ResponseHead } from '../http/response-head.js';
import type { Upstream } from '../upstreams/upstream.js';
import type { Call, Failure, ResponseHandler } from './transport.js';

/** A request on its way over Node.js's own client, whoever has made it: no transport by itself. */
export class NodeCall implements Call {
  readonly #upstream: Upstream;
  readonly #handler: ResponseHandler;
  #request: ClientRequest | null = null;
  #response: IncomingMessage | null = null;
  #sent = false;
  #over = false;

  constructor(upstream: Upstream, handler: ResponseHandler) {
    this.#upstream = upstream;
    this.#handler = handler;
  }

  resume(): void {
    this.#response?.resume();
  }

  abort(): void {
    this.#over = true;
    this.#request?.destroy();
  }

  /** It has its socket. */
  onSocket(request: ClientRequest): void {
    this.#request = request;
    if (this.#over) {
      request.destroy();
      return;
    }
    // Node.js ends a switch of protocols that nobody listens for without a word.
    request.on('close', () => {
      if (this.#response === null) this.fail(new Error('the upstream ended the connection'));
    });
    const { socket } = request;
    if (socket?.connecting) {
      this.#upstream.connections += 1;
      socket.once('connect', () => this.#onConnected());
    } else {
      this.#onConnected();
    }
  }

  #onConnected(): void {
    if (this.#over) return;
    this.#sent = true;
    this.#handler.onSent();
  }

  onResponse(response: IncomingMessage): void {
    if (this.#over) return;
    this.#response = response;
    const head = this.#readHead(response);
    if (head === null) return;
    this.#handler.onHead(head);
    response.on('data', (chunk: Buffer) => {
      if (!this.#over && !this.#handler.onData(chunk)) response.pause();
    });
    response.on('end', () => {
      if (this.#over) return;
      this.#over = true;
      // The rest of a request that was answered early would have its connection wait for ever.
      if (this.#request?.writableFinished === false) this.#request.destroy();
      this.#handler.onEnd();
    });
    response.on('close', () => this.fail(new Error('the upstream closed the connection inside its response')));
  }

  onSwitch(response: IncomingMessage, socket: Duplex, first: Buffer): void {
    if (this.#over) {
      socket.destroy();
      return;
    }
    const head = this.#readHead(response);
    if (head === null) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    this.#over = true;
    this.#handler.onSwitch(head, socket, first);
  }

  /** null where it is malformed, and the call has failed. */
  #readHead({ statusCode = 0, rawHeaders }: IncomingMessage): ResponseHead | null {
    try {
      return ResponseHead.from(statusCode, rawHeaders);
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      this.abort();
      this.#handler.onFailure('bad-response');
      return null;
    }
  }

  fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#handler.onFailure(this.#failure(error));
  }

  #failure(error: NodeJS.ErrnoException): Failure {
    if (!this.#sent) return 'connect';
    if (this.#response !== null) return 'truncated';
    return error.code?.startsWith('HPE_') ? 'bad-response' : 'reset';
  }
}
