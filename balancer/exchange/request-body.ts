import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Reads a body that is known to be small; null where the client has left inside it. Told once at most. */
export function collectBody(request: IncomingMessage, sizeBytes: number, done: (body: Buffer | null) => void): void {
  const chunks: Buffer[] = [];
  let receivedBytes = 0;
  request.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    receivedBytes += chunk.length;
    if (receivedBytes === sizeBytes) done(Buffer.concat(chunks, sizeBytes));
  });
  // The response tells nothing of a client that has left while an earlier one still has the connection.
  request.on('close', () => {
    if (receivedBytes < sizeBytes) done(null);
  });
}

export interface BodyWatcher {
  onBodyProgress(): void;
  onBodyTooLarge(): void;
  onClientGone(): void;
}

/**
 * A body on its way through. Nothing is read from the client before `open`, so that a request which found no connection
 * can be sent elsewhere whole. Destroying it (as a transport does on failure) leaves the client's connection alone.
 */
export class StreamedBody extends Readable {
  watcher: BodyWatcher | null = null;
  readonly #request: IncomingMessage;
  readonly #maxBytes: number;
  #opened = false;
  #wanted = false;
  #receivedBytes = 0;

  constructor(request: IncomingMessage, maxBytes: number) {
    super();
    this.#request = request;
    this.#maxBytes = maxBytes;
  }

  get opened(): boolean {
    return this.#opened;
  }

  /** The upstream would take more, and it is the client that owes it. */
  get awaitsClient(): boolean {
    return this.#opened && this.#wanted && !this.#request.complete;
  }

  open(): void {
    this.#opened = true;
    this.#request.on('data', this.#onData);
    this.#request.on('end', this.#onEnd);
    this.#request.on('close', this.#onClose);
    if (!this.#wanted) this.#request.pause();
  }

  override _read(): void {
    this.#wanted = true;
    if (this.#opened) this.#request.resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#request.off('data', this.#onData);
    this.#request.off('end', this.#onEnd);
    this.#request.off('close', this.#onClose);
    // What is left of the body is read and dropped, within the time a client has for its request.
    if (this.#opened) this.#request.resume();
    callback(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) {
      this.watcher?.onBodyTooLarge();
      return;
    }
    this.watcher?.onBodyProgress();
    if (!this.push(chunk)) {
      this.#wanted = false;
      this.#request.pause();
    }
  };

  readonly #onClose = (): void => {
    if (!this.#request.complete) this.watcher?.onClientGone();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };
}
