import { connectionNames, HOP_BY_HOP, lengthsOf, without } from './field-names.js';

const DROPPED = new Set(HOP_BY_HOP);
const RULED_LENGTHS = lengthsOf([...DROPPED, 'content-length']);

/** What an upstream sent is not a response that everybody would read alike. It is not passed on. */
export class MalformedResponse extends Error {
  readonly code = 'MALFORMED_RESPONSE';
}

/** The head of an upstream's response, read in one pass: what goes on to the client, and how the body is framed. */
export class ResponseHead {
  readonly status: number;
  /** Where `Content-Length` tells; null where it does not. */
  contentLength: number | null = null;
  chunked = false;
  /** In lower case. */
  connection: string | undefined;
  /** What the upstream tells about how long it keeps the connection, such as `timeout=72`. */
  keepAliveHint: string | undefined;
  upgrade: string | undefined;
  readonly #kept: string[] = [];

  /** Throws MalformedResponse where the status is none. */
  constructor(status: number) {
    if (!(status >= 100 && status <= 599)) throw new MalformedResponse('a status that is none');
    this.status = status;
  }

  /** The same from flat name, value pairs, of a client that has taken the framing off already. Throws MalformedResponse. */
  static from(status: number, rawHeaders: readonly string[]): ResponseHead {
    const head = new ResponseHead(status);
    for (let i = 0; i < rawHeaders.length; i += 2) head.take(rawHeaders[i] as string, rawHeaders[i + 1] as string);
    return head;
  }

  /** Flat name, value pairs for the client, without framing other than Content-Length and without hop-by-hop headers. */
  get headers(): string[] {
    const named = connectionNames(this.connection);
    return named === null ? this.#kept : without(this.#kept, named);
  }

  /** Throws MalformedResponse where the framing could be read in two ways. */
  take(name: string, value: string): void {
    if (RULED_LENGTHS[name.length] && !this.#keeps(name.toLowerCase(), value)) return;
    this.#kept.push(name, value);
  }

  #keeps(name: string, value: string): boolean {
    switch (name) {
      case 'content-length':
        if (this.contentLength !== null || this.chunked) throw new MalformedResponse('a framing header twice');
        if (!/^\d{1,15}$/.test(value)) throw new MalformedResponse('a Content-Length that is no number');
        this.contentLength = Number(value);
        return true;
      case 'transfer-encoding':
        if (this.contentLength !== null || this.chunked) throw new MalformedResponse('ambiguous framing');
        if (value.toLowerCase() !== 'chunked') throw new MalformedResponse('a Transfer-Encoding other than chunked');
        this.chunked = true;
        return false;
      case 'connection':
        this.connection =
          this.connection === undefined ? value.toLowerCase() : `${this.connection},${value}`.toLowerCase();
        return false;
      case 'keep-alive':
        this.keepAliveHint = value;
        return false;
      case 'upgrade':
        this.upgrade = value;
        return false;
      default:
        return !DROPPED.has(name);
    }
  }
}
