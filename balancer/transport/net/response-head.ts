/** Where a response's body ends (RFC 9112, section 6.3). */
export type BodyFraming = 'none' | 'length' | 'chunked' | 'close';

export interface ResponseHead {
  readonly status: number;
  /** Flat name, value pairs as received. */
  readonly headers: string[];
  readonly framing: BodyFraming;
  /** With framing `length`. */
  readonly contentLength: number;
  /** What the upstream tells about how long it keeps the connection, such as `timeout=72`. */
  readonly keepAliveHint: string | undefined;
  /** The connection can carry another request after this response. */
  readonly keepAlive: boolean;
}

/** What an upstream sent is not a response that everybody would read alike. It is not passed on. */
export class MalformedResponse extends Error {
  readonly code = 'MALFORMED_RESPONSE';
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t -~\x80-\xff]*)?$/;
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** Control characters have no place in a value; a lone CR or LF would be another line to some reader. */
const FIELD_VALUE = /^[\t -~\x80-\xff]*$/;

/** `text` is everything before the empty line. Strict: no folded lines, no space before the colon, no ambiguous framing. */
export function parseHead(text: string, method: string): ResponseHead {
  const lines = text.split('\r\n');
  const match = STATUS_LINE.exec(lines[0] as string);
  if (match === null) throw new MalformedResponse('no status line');
  const headers: string[] = [];
  let length: string | undefined;
  let encoding: string | undefined;
  let connection: string | undefined;
  let keepAliveHint: string | undefined;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon === -1 ? 0 : colon);
    const value = line.slice(colon + 1).trim();
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(value)) throw new MalformedResponse('a malformed header line');
    headers.push(name, value);
    // Few names matter here, and their lengths tell most others apart.
    if (name.length === 14 && name.toLowerCase() === 'content-length') length = once(length, value);
    else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') encoding = once(encoding, value);
    else if (name.length === 10 && name.toLowerCase() === 'connection') connection = value.toLowerCase();
    else if (name.length === 10 && name.toLowerCase() === 'keep-alive') keepAliveHint = value;
  }
  const status = Number(match[2]);
  const framing = frame(status, method, length, encoding);
  const persistent = match[1] === '1' ? connection !== 'close' : connection === 'keep-alive';
  const keepAlive = persistent && framing !== 'close' && (connection === undefined || !/\bclose\b/.test(connection));
  return { status, headers, framing, contentLength: Number(length ?? 0), keepAliveHint, keepAlive };
}

function once(earlier: string | undefined, value: string): string {
  if (earlier !== undefined) throw new MalformedResponse('a framing header twice');
  return value;
}

function frame(status: number, method: string, length: string | undefined, encoding: string | undefined): BodyFraming {
  if (encoding !== undefined && (length !== undefined || encoding.toLowerCase() !== 'chunked')) {
    throw new MalformedResponse('ambiguous framing');
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length))
    throw new MalformedResponse('a Content-Length that is no number');
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none';
  if (encoding !== undefined) return 'chunked';
  if (length === undefined) return 'close';
  return length === '0' ? 'none' : 'length';
}
