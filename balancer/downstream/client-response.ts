import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Refusal } from '../errors.js';
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

/** The client's side of an exchange: relays what an upstream answers, or refuses. */
export class ClientResponse extends ServerResponse<IncomingMessage> {
  /** Node.js's own, as are the next ones: what the client is told about idle connections. */
  declare _keepAliveTimeout: number;
  watcher: ClientWatcher | null = null;
  owner: ResponseOwner | null = null;
  #head: { status: number; headers: string[]; contentLength: number } | null = null;
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

  /** Returns false where the client reads too slowly: go on at `onClientDrained`. `release` is called when the chunk is written. */
  relayData(chunk: Buffer, release?: () => void): boolean {
    const head = this.#head;
    if (head !== null) {
      this.#head = null;
      this.writeHead(head.status, head.headers);
      if (chunk.length === head.contentLength) {
        // As a string it leaves in one buffer with the head.
        if (chunk.length <= SMALL_BODY_BYTES) this.end(chunk.toString('latin1'), 'latin1', release);
        else this.end(chunk, release);
        return true;
      }
    }
    // What is out already is nothing to wait for.
    return this.write(chunk, release) || this.writableLength === 0;
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
    let head = 'HTTP/1.1 101 Switching Protocols\r\n';
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
    socket.write(`${head}\r\n`, 'latin1');
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
  refuse({ statusCode, code, message }: Refusal): void {
    if (this.headersSent) {
      this.cut();
      return;
    }
    this.#head = null;
    const body = JSON.stringify({ error: code, message });
    const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))];
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
