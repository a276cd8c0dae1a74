import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { BalancerError } from '../errors.js';

/** Hears that the client's connection has ended before its response did. */
export interface ClientWatcher {
  onClientGone(): void;
  onClientDrained(): void;
}

/** Bodies up to this size are held until they are whole, so that head and body leave in one write. */
const WHOLE_BODY_BYTES = 65_536;

const SMALL_BODY_BYTES = 4096;

/** Node.js goes on reading requests behind one that was refused: they are not to be answered. */
const refusedSockets = new WeakSet<Socket>();

export function isRefused(socket: Socket): boolean {
  return refusedSockets.has(socket);
}

/** The client's side of an exchange: relays what an upstream answers, or refuses. */
export class ClientResponse extends ServerResponse<IncomingMessage> {
  watcher: ClientWatcher | null = null;
  #head: { status: number; headers: string[]; contentLength: number } | null = null;

  constructor(...args: ConstructorParameters<typeof ServerResponse<IncomingMessage>>) {
    super(...args);
    this.on('close', onClose);
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

  /** Returns false where the client reads too slowly: go on at `onClientDrained`. */
  relayData(chunk: Buffer): boolean {
    const head = this.#head;
    if (head !== null) {
      this.#head = null;
      this.writeHead(head.status, head.headers);
      if (chunk.length === head.contentLength) {
        // As a string it leaves in one buffer with the head.
        if (chunk.length <= SMALL_BODY_BYTES) this.end(chunk.toString('latin1'), 'latin1');
        else this.end(chunk);
        return true;
      }
    }
    if (this.write(chunk)) return true;
    this.once('drain', onDrain);
    return false;
  }

  relayEnd(): void {
    const head = this.#head;
    if (head !== null) this.writeHead(head.status, head.headers);
    if (!this.writableEnded) this.end();
  }

  /** Ends the connection without ending the message: the client can tell that it has not seen all of it. */
  cut(): void {
    this.destroy();
  }

  /** Answers in the balancer's own name. */
  refuse(error: BalancerError): void {
    if (this.headersSent) {
      this.cut();
      return;
    }
    const body = JSON.stringify({ error: error.code, message: error.message });
    const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))];
    if (error.statusCode === 503) headers.push('retry-after', '1');
    // What follows on this connection could be the rest of what was refused.
    if (error.statusCode < 500) {
      this.shouldKeepAlive = false;
      refusedSockets.add(this.req.socket);
    }
    this.writeHead(error.statusCode, headers);
    this.end(body);
  }
}

function onClose(this: ServerResponse): void {
  if (this instanceof ClientResponse) this.watcher?.onClientGone();
}

function onDrain(this: ServerResponse): void {
  if (this instanceof ClientResponse) this.watcher?.onClientDrained();
}
