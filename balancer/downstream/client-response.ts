import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Refusal } from '../errors.js';
import { valuesOf } from '../http/field-names.js';
import { headText } from '../http/head-text.js';
import type { Piece } from '../transport/transport.js';
import { joinStreams } from './tunnel.js';

/** What a client's connection may end an exchange with. */
export type ClientFault = 'client-gone' | 'client-stalled' | 'bad-request';

/** Hears what happens on the client's connection before the response is through. */
export interface ClientWatcher {
  onClientGone(): void;
  onClientDrained(): void;
  /** What the client has sent of this request is not to be answered as it was meant. */
  onClientFault(fault: ClientFault): void;
}

/** What is under way on the response's connection. */
export interface ResponseOwner {
  /** It is sent, or its connection has ended. */
  onResponseOver(response: ClientResponse): void;
  /** What follows on the connection is not to be read as requests. */
  onLastResponse(response: ClientResponse): void;
}

/** Bodies up to this size are held until they are whole, so that head and body leave in one write. */
const WHOLE_BODY_BYTES = 65_536;

const SMALL_BODY_BYTES = 4096;

interface RelayedHead {
  readonly status: number;
  readonly headers: string[];
  readonly contentLength: number;
}

/** The client's side of an exchange: relays what an upstream answers, or refuses. */
export class ClientResponse extends ServerResponse<IncomingMessage> {
  // Node.js's own: what a client is told about idle connections, the head and that it is out, and that the connection ends.
  declare _keepAliveTimeout: number;
  declare _header: string | null;
  declare _headerSent: boolean;
  declare _last: boolean;
  watcher: ClientWatcher | null = null;
  owner: ResponseOwner | null = null;
  #head: RelayedHead | null = null;
  /** What the client sent behind its offer to switch, for whoever answers it. */
  #ahead: Buffer | null = null;
  #hasSwitched = false;

  constructor(...args: ConstructorParameters<typeof ServerResponse<IncomingMessage>>) {
    super(...args);
    this.on('close', onClose);
    this.on('drain', onDrain);
  }

  /** For a request that offers another protocol: Node.js leaves its connection to us. */
  takeOver(socket: Socket, ahead: Buffer): void {
    this.#ahead = ahead;
    this.shouldKeepAlive = false;
    this.assignSocket(socket);
    socket.on('drain', () => this.emit('drain'));
  }

  get offersSwitch(): boolean {
    return this.#ahead !== null;
  }

  relayHead(status: number, headers: string[], contentLength: number | null): void {
    if (contentLength !== null && contentLength > 0 && contentLength <= WHOLE_BODY_BYTES) {
      this.#head = { status, headers, contentLength };
      return;
    }
    this.writeHead(status, headers);
    // The client must not wait for the first event of a stream to see that it stands.
    if (contentLength === null) this.flushHeaders();
  }

  /** Returns false where the client reads too slowly: go on at `onClientDrained`. `release` is called when the piece is written. */
  relayData(piece: Piece, release?: () => void): boolean {
    const head = this.#head;
    this.#head = null;
    if (head !== null && piece.length === head.contentLength) {
      if (piece.length <= SMALL_BODY_BYTES && this.#mayWrite) {
        this.#writeWhole(head, typeof piece === 'string' ? piece : piece.toString('latin1'));
        release?.();
      } else {
        this.writeHead(head.status, head.headers);
        this.end(piece, 'latin1', release);
      }
      return true;
    }
    if (head !== null) this.writeHead(head.status, head.headers);
    // What is out already is nothing to wait for.
    return this.write(piece, 'latin1', release) || this.writableLength === 0;
  }

  /** The connection is this response's now, and nothing is in the way. */
  get #mayWrite(): boolean {
    return this.socket?.writable === true && this.socket.writableLength === 0;
  }

  /** One string past the queue of ServerResponse, which would check once more what was checked, and write in two pieces. */
  #writeWhole({ status, headers }: RelayedHead, body: string): void {
    if (valuesOf(headers, 'date').length === 0) headers.push('Date', new Date().toUTCString());
    if (this.shouldKeepAlive) {
      headers.push('Connection', 'keep-alive', 'Keep-Alive', `timeout=${Math.floor(this._keepAliveTimeout / 1000)}`);
    } else {
      headers.push('Connection', 'close');
      this._last = true;
    }
    this._header = headText(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}`, headers);
    this._headerSent = true;
    this.socket?.write(`${this._header}\r\n${body}`, 'latin1');
    this.end();
  }

  relayEnd(): void {
    const head = this.#head;
    if (head !== null) this.writeHead(head.status, head.headers);
    if (!this.writableEnded && !this.#hasSwitched) this.end();
  }

  /** The upstream has agreed to what the client offered: from here on their bytes go past HTTP. */
  relaySwitch(headers: readonly string[], upstream: Duplex, first: Buffer, done: () => void): void {
    const socket = this.socket as Socket;
    this.watcher = null;
    this.#hasSwitched = true;
    this.detachSocket(socket);
    socket.write(`${headText('HTTP/1.1 101 Switching Protocols', headers)}\r\n`, 'latin1');
    // Nothing that the client sent ahead goes on before this: it could be a second request in disguise.
    if (this.#ahead !== null) upstream.write(this.#ahead);
    socket.write(first);
    joinStreams(socket, upstream, done);
  }

  /** Ends the connection without ending the message: the client can tell that it has not seen all of it. */
  cut(): void {
    this.destroy();
  }

  /** Answers in the balancer's own name. */
  refuse({ statusCode, code, message, location }: Refusal): void {
    if (this.headersSent) {
      this.cut();
      return;
    }
    this.#head = null;
    const body = JSON.stringify({ error: code, message });
    const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))];
    if (location !== undefined) headers.push('location', location, 'vary', 'accept', 'cache-control', 'no-store');
    if (statusCode === 503) headers.push('retry-after', '1');
    // What follows on this connection could be the rest of what was refused.
    if (statusCode < 500) this.endConnection();
    this.writeHead(statusCode, headers);
    this.end(body);
  }

  /** Has the connection end with this response. */
  endConnection(): void {
    const { socket } = this.req;
    this.shouldKeepAlive = false;
    this.owner?.onLastResponse(this);
    // Where the head has left before, it has told the client that the connection stays.
    this.once('finish', () => socket.destroySoon());
  }
}

function onClose(this: ServerResponse): void {
  if (!(this instanceof ClientResponse)) return;
  this.watcher?.onClientGone();
  this.owner?.onResponseOver(this);
}

function onDrain(this: ServerResponse): void {
  if (this instanceof ClientResponse) this.watcher?.onClientDrained();
}
