import t from 'tap';
import type { ResponseHead } from '../../http/response-head.js';
import { ResponseParser } from './response-parser.js';

interface Parsed {
  head: ResponseHead | null;
  keepAlive: boolean;
  body: string;
  ended: boolean;
}

/** Feeds the text in pieces of `step` bytes. */
function parse(text: string, { method = 'GET', step = text.length, closed = false } = {}): Parsed {
  const parsed: Parsed = { head: null, keepAlive: false, body: '', ended: false };
  const events = {
    onHead: (head: ResponseHead, keepAlive: boolean) => {
      parsed.head = head;
      parsed.keepAlive = keepAlive;
    },
    onData: (chunk: Buffer) => {
      parsed.body += chunk.toString('latin1');
    },
    onEnd: () => {
      parsed.ended = true;
    },
  };
  const parser = new ResponseParser(events, 1024);
  parser.expect(method);
  for (let at = 0; at < text.length; at += step) parser.feed(Buffer.from(text.slice(at, at + step), 'latin1'));
  if (closed) parser.finish();
  return parsed;
}

const RESPONSES: Record<string, { text: string; body: string; closed?: boolean; method?: string; keepAlive: boolean }> =
  {
    'a length': { text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', body: 'hello', keepAlive: true },
    chunks: {
      text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n002\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n',
      body: 'hello',
      keepAlive: true,
    },
    'the end of the connection': {
      text: 'HTTP/1.1 200 OK\r\n\r\nhello',
      body: 'hello',
      closed: true,
      keepAlive: false,
    },
    'an interim response first': {
      text: 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      body: 'ok',
      keepAlive: true,
    },
    'a HEAD reply': { text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', body: '', method: 'HEAD', keepAlive: true },
    'no content': { text: 'HTTP/1.1 204\r\nConnection: close\r\n\r\n', body: '', keepAlive: false },
    'HTTP/1.0': { text: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', body: 'ok', keepAlive: false },
  };

for (const [title, { text, body, keepAlive, closed = false, method = 'GET' }] of Object.entries(RESPONSES)) {
  t.test(`a response with ${title} is read wherever it is cut`, async (t) => {
    for (let step = 1; step <= text.length; step++) {
      const parsed = parse(text, { method, step, closed });
      if (parsed.body !== body || !parsed.ended || parsed.keepAlive !== keepAlive) t.fail(`in pieces of ${step}`);
    }
    t.ok(parse(text, { method, closed }).ended);
  });
}

const MALFORMED: Record<string, string> = {
  'no status line': 'hello\r\n\r\n',
  'another version': 'HTTP/2.0 200 OK\r\n\r\n',
  'a status of four digits': 'HTTP/1.1 2000 OK\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
  'a length twice': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n',
  'a negative length': 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'length and chunks': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'an unknown coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
  'a folded line': 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n',
  'a space before the colon': 'HTTP/1.1 200 OK\r\nA : b\r\n\r\n',
  'a lone LF': 'HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n',
  'a NUL': 'HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n',
  'a switch of protocols': 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n',
  'no end of interim responses': 'HTTP/1.1 100\r\n\r\n'.repeat(6000),
  'too much of a head': `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(2000)}\r\n\r\n`,
  'bytes beyond the body': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab',
  'a chunk size that is none': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\n',
  'a chunk longer than its size': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n',
  'a chunk line without CR': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n',
};

for (const [title, text] of Object.entries(MALFORMED)) {
  t.test(`a response with ${title} is refused wherever it is cut`, async (t) => {
    for (const step of [1, 7, text.length]) t.throws(() => parse(text, { step }), { code: 'MALFORMED_RESPONSE' });
  });
}

t.test('a response cut short has not ended', async (t) => {
  t.notOk(parse('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel', { closed: true }).ended);
  t.notOk(parse('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n', { closed: true }).ended);
});
