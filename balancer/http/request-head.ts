import { BadRequest } from '../errors.js';
import { connectionNames, HOP_BY_HOP, lengthsOf, valuesOf, without } from './field-names.js';

const DROPPED = new Set([...HOP_BY_HOP, 'content-length', 'expect']);
const RULED_LENGTHS = lengthsOf([...DROPPED, 'host', 'cookie', 'forwarded', 'x-forwarded-for', 'x-forwarded-host']);

/** What earlier proxies tell about the client, each header's values joined; empty where nothing is told. */
export interface Forwarded {
  forwarded: string;
  'x-forwarded-for': string;
  'x-forwarded-host': string;
  'x-forwarded-proto': string;
}

/**
 * The head of a client's request, read in one pass: what goes on to an instance, and what the balancer itself goes by.
 *
 * Two readers of one message must not disagree about where its body ends: request smuggling (RFC 9112, section 11.2). Whatever
 * could be read in two ways is refused; nothing is repaired. The same goes for Host, which routes elsewhere.
 */
export class RequestHead {
  /** Flat name, value pairs for the next hop: without framing, hop-by-hop and forwarding headers. */
  readonly headers: readonly string[];
  /** Of the body, where `Content-Length` tells; null where it does not. */
  readonly contentLength: number | null = null;
  readonly chunked: boolean = false;
  readonly forwarded: Forwarded = {
    forwarded: '',
    'x-forwarded-for': '',
    'x-forwarded-host': '',
    'x-forwarded-proto': '',
  };
  host: string | undefined;
  cookie: string | undefined;
  upgrade: string | undefined;
  #contentLength: string | undefined;
  #transferEncoding: string | undefined;
  #connection: string | undefined;

  /** `rawHeaders` as Node.js gives them. Throws BadRequest. */
  constructor(rawHeaders: readonly string[], httpVersion: string) {
    // Node.js's parser takes HTTP/0.9 and HTTP/2.0, too, which say something else with the same words.
    if (httpVersion !== '1.1' && httpVersion !== '1.0') throw new BadRequest('a version other than HTTP/1.1 and 1.0');
    const kept: string[] = [];
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] as string;
      const value = rawHeaders[i + 1] as string;
      if (!RULED_LENGTHS[name.length] || this.#keeps(name.toLowerCase(), value)) kept.push(name, value);
    }
    const named = connectionNames(this.#connection);
    this.headers = named === null ? kept : without(kept, named);
    this.#checkFraming(httpVersion);
    this.chunked = this.#transferEncoding !== undefined;
    if (this.#contentLength !== undefined) this.contentLength = Number(this.#contentLength);
  }

  /** Infinity where it is not told beforehand. */
  get bodyBytes(): number {
    return this.chunked ? Number.POSITIVE_INFINITY : (this.contentLength ?? 0);
  }

  /** All values of a header, joined; undefined where there is none. */
  header(lowerCaseName: string): string | undefined {
    const values = valuesOf(this.headers, lowerCaseName);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** Takes note of what a header means here, and returns whether it goes on. */
  #keeps(name: string, value: string): boolean {
    switch (name) {
      case 'host':
        if (this.host !== undefined) throw new BadRequest('more than one Host');
        this.host = value;
        return true;
      case 'cookie':
        this.cookie = this.cookie === undefined ? value : `${this.cookie}; ${value}`;
        return true;
      case 'content-length':
        if (this.#contentLength !== undefined) throw new BadRequest('more than one Content-Length');
        this.#contentLength = value;
        return false;
      case 'transfer-encoding':
        if (this.#transferEncoding !== undefined) throw new BadRequest('more than one Transfer-Encoding');
        this.#transferEncoding = value;
        return false;
      case 'upgrade':
        this.upgrade = this.upgrade === undefined ? value : `${this.upgrade},${value}`;
        return false;
      case 'connection':
        this.#connection = this.#connection === undefined ? value : `${this.#connection},${value}`;
        return false;
      case 'forwarded':
      case 'x-forwarded-for':
      case 'x-forwarded-host':
      case 'x-forwarded-proto':
        this.forwarded[name] = this.forwarded[name] === '' ? value : `${this.forwarded[name]}, ${value}`;
        return false;
      default:
        return !DROPPED.has(name);
    }
  }

  #checkFraming(httpVersion: string): void {
    const length = this.#contentLength;
    const encoding = this.#transferEncoding;
    if (this.host === undefined && httpVersion === '1.1') throw new BadRequest('no Host');
    if (length !== undefined && encoding !== undefined)
      throw new BadRequest('both Content-Length and Transfer-Encoding');
    if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new BadRequest('a Content-Length that is no number');
    if (encoding === undefined) return;
    if (httpVersion !== '1.1') throw new BadRequest('Transfer-Encoding before HTTP/1.1');
    if (encoding.toLowerCase() !== 'chunked') throw new BadRequest('a Transfer-Encoding other than chunked');
  }
}
