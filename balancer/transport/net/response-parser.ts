import { MalformedResponse, type ResponseHead } from '../../http/response-head.js';
import { ChunkedDecoder } from './chunked-decoder.js';
import { type ParsedHead, parseHead } from './response-head.js';

export interface ParserEvents {
  onHead(head: ResponseHead, keepAlive: boolean): void;
  /** Unless it is `borrowed`, of the bytes that were fed, the chunk is the receiver's to keep. */
  onData(chunk: Buffer, borrowed: boolean): void;
  onEnd(): void;
}

const EMPTY = Buffer.alloc(0);
const HEAD_END = '\r\n\r\n';
const MAX_INTERIM_RESPONSES = 32;

/** Reads one response out of bytes that may be cut anywhere. Touches no socket. Throws MalformedResponse. */
export class ResponseParser {
  readonly #events: ParserEvents;
  readonly #maxHeadBytes: number;
  #state: 'idle' | 'head' | 'length' | 'chunked' | 'close' = 'idle';
  #method = 'GET';
  #partialHead = EMPTY;
  #remainingBytes = 0;
  #interims = 0;
  #chunked: ChunkedDecoder | null = null;

  constructor(events: ParserEvents, maxHeadBytes: number) {
    this.#events = events;
    this.#maxHeadBytes = maxHeadBytes;
  }

  /** A request with this method has been sent: a response is due. */
  expect(method: string): void {
    this.#interims = 0;
    this.#state = 'head';
    this.#method = method;
  }

  /** `bytes` may be overwritten by the caller afterwards. */
  feed(bytes: Buffer): void {
    if (this.#state === 'head') this.#feedHead(bytes);
    else if (bytes.length > 0) this.#feedBody(bytes);
  }

  /** The upstream has closed the connection. Returns whether that ended a response as it should. */
  finish(): boolean {
    if (this.#state !== 'close') return false;
    this.#end();
    return true;
  }

  #feedHead(bytes: Buffer): void {
    let rest = this.#partialHead.length === 0 ? bytes : Buffer.concat([this.#partialHead, bytes]);
    this.#partialHead = EMPTY;
    for (;;) {
      const end = rest.indexOf(HEAD_END);
      if ((end === -1 ? rest.length : end) > this.#maxHeadBytes) throw new MalformedResponse('headers too large');
      if (end === -1) {
        this.#partialHead = Buffer.from(rest);
        return;
      }
      const parsed = parseHead(rest.toString('latin1', 0, end), this.#method);
      const { status } = parsed.head;
      rest = rest.subarray(end + HEAD_END.length);
      if (status === 101) throw new MalformedResponse('a switch of protocols that nobody asked for');
      if (status >= 200) {
        this.#startBody(parsed, rest);
        return;
      }
      // Interim responses are not passed on; the real one follows.
      this.#interims += 1;
      if (this.#interims > MAX_INTERIM_RESPONSES) throw new MalformedResponse('no end of interim responses');
    }
  }

  #startBody({ head, framing, keepAlive }: ParsedHead, rest: Buffer): void {
    if (framing === 'none') {
      this.#state = 'idle';
      this.#events.onHead(head, keepAlive);
      this.#end();
      this.feed(rest);
      return;
    }
    this.#state = framing;
    this.#remainingBytes = head.contentLength ?? 0;
    if (framing === 'chunked') this.#chunked = new ChunkedDecoder((chunk) => this.#events.onData(chunk, false));
    this.#events.onHead(head, keepAlive);
    this.feed(rest);
  }

  #feedBody(bytes: Buffer): void {
    if (this.#state === 'idle') throw new MalformedResponse('bytes beyond the response');
    if (this.#state === 'close') {
      this.#events.onData(bytes, true);
    } else if (this.#state === 'length') {
      const taken = Math.min(this.#remainingBytes, bytes.length);
      this.#remainingBytes -= taken;
      this.#events.onData(taken === bytes.length ? bytes : bytes.subarray(0, taken), true);
      if (this.#remainingBytes === 0) this.#end();
      if (taken < bytes.length) throw new MalformedResponse('bytes beyond the response');
    } else {
      const taken = this.#chunked?.feed(bytes) ?? 0;
      if (this.#chunked?.done) this.#end();
      if (taken < bytes.length) throw new MalformedResponse('bytes beyond the response');
    }
  }

  #end(): void {
    this.#state = 'idle';
    this.#chunked = null;
    this.#events.onEnd();
  }
}
