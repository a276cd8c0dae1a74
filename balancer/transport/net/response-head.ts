import { MalformedResponse, ResponseHead } from '../../http/response-head.js';

/** Where a response's body ends (RFC 9112, section 6.3). */
export type BodyFraming = 'none' | 'length' | 'chunked' | 'close';

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t -~\x80-\xff]*)?$/;
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** Control characters have no place in a value; a lone CR or LF would be another line to some reader. */
const FIELD_VALUE = /^[\t -~\x80-\xff]*$/;

export interface ParsedHead {
  readonly head: ResponseHead;
  readonly framing: BodyFraming;
  /** The connection can carry another request after this response. */
  readonly keepAlive: boolean;
}

/** `text` is everything before the empty line. Strict: no folded lines, no space before the colon, no ambiguous framing. */
export function parseHead(text: string, method: string): ParsedHead {
  const lines = text.split('\r\n');
  const match = STATUS_LINE.exec(lines[0] as string);
  if (match === null) throw new MalformedResponse('no status line');
  const head = new ResponseHead(Number(match[2]));
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon === -1 ? 0 : colon);
    const value = line.slice(colon + 1).trim();
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(value)) throw new MalformedResponse('a malformed header line');
    head.take(name, value);
  }
  const framing = frame(head, method);
  const { connection } = head;
  const persistent = match[1] === '1' ? connection !== 'close' : connection === 'keep-alive';
  const keepAlive = persistent && framing !== 'close' && (connection === undefined || !/\bclose\b/.test(connection));
  return { head, framing, keepAlive };
}

function frame({ status, chunked, contentLength }: ResponseHead, method: string): BodyFraming {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none';
  if (chunked) return 'chunked';
  if (contentLength === null) return 'close';
  return contentLength === 0 ? 'none' : 'length';
}
