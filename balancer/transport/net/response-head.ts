import { MalformedResponse, ResponseHead } from '../../http/response-head.js';

/** Where a response's body ends (RFC 9112, section 6.3). */
export type BodyFraming = 'none' | 'length' | 'chunked' | 'close';

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t -~\x80-\xff]*)?$/;
/** Control characters have no place in a value; a lone CR or LF would be another line to some reader. */
const FIELDS = /^(?:\r\n[\w!#$%&'*+.^`|~-]+:[\t -~\x80-\xff]*)*$/;

export interface ParsedHead {
  readonly head: ResponseHead;
  readonly framing: BodyFraming;
  /** The connection can carry another request after this response. */
  readonly keepAlive: boolean;
}

/** `text` is everything before the empty line. Strict: no folded lines, no space before the colon, no ambiguous framing. */
export function parseHead(text: string, method: string): ParsedHead {
  let at = text.indexOf('\r\n');
  if (at === -1) at = text.length;
  const match = STATUS_LINE.exec(text.slice(0, at));
  if (match === null) throw new MalformedResponse('no status line');
  if (!FIELDS.test(text.slice(at))) throw new MalformedResponse('a malformed header line');
  const head = new ResponseHead(Number(match[2]));
  while (at < text.length) {
    const colon = text.indexOf(':', at);
    const next = text.indexOf('\r\n', colon);
    const end = next === -1 ? text.length : next;
    head.take(text.slice(at + 2, colon), text.slice(colon + 1, end).trim());
    at = end;
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
