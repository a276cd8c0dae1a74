import { MalformedResponse } from '../../http/response-head.js';

/** Chunk extensions and trailers are read and dropped, up to this size. */
const MAX_LINE_BYTES = 4096;
const CR = 13;
const LF = 10;

/** Takes the chunked coding off a body (RFC 9112, section 7.1) that may be cut anywhere. Throws MalformedResponse. */
export class ChunkedDecoder {
  readonly #onData: (chunk: Buffer) => void;
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  #line = '';
  #remainingBytes = 0;

  constructor(onData: (chunk: Buffer) => void) {
    this.#onData = onData;
  }

  get done(): boolean {
    return this.#state === 'done';
  }

  /** Returns how many bytes belonged to the body. */
  feed(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'done') {
      at = this.#state === 'data' ? this.#feedData(bytes, at) : this.#feedLine(bytes, at);
    }
    return at;
  }

  #feedData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#remainingBytes);
    this.#remainingBytes -= end - at;
    if (this.#remainingBytes === 0) this.#state = 'data-end';
    this.#onData(Buffer.from(bytes.subarray(at, end)));
    return end;
  }

  #feedLine(bytes: Buffer, at: number): number {
    const lf = bytes.indexOf(LF, at);
    const end = lf === -1 ? bytes.length : lf + 1;
    this.#line += bytes.toString('latin1', at, end);
    if (this.#line.length > MAX_LINE_BYTES) throw new MalformedResponse('a chunk line too long');
    if (lf !== -1) {
      const line = this.#line;
      this.#line = '';
      if (line.charCodeAt(line.length - 2) !== CR) throw new MalformedResponse('a chunk line without CR');
      this.#takeLine(line.slice(0, -2));
    }
    return end;
  }

  #takeLine(line: string): void {
    if (this.#state === 'data-end') {
      if (line !== '') throw new MalformedResponse('a chunk longer than its size');
      this.#state = 'size';
    } else if (this.#state === 'size') {
      const size = /^([\da-f]{1,12})[\t ]*(?:;[^\r]*)?$/i.exec(line)?.[1];
      if (size === undefined) throw new MalformedResponse('a chunk size that is no number');
      this.#remainingBytes = Number.parseInt(size, 16);
      this.#state = this.#remainingBytes === 0 ? 'trailer' : 'data';
    } else if (line === '') {
      this.#state = 'done';
    }
  }
}
