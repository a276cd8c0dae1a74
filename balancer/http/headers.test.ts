import t from 'tap';
import {
  findCookie,
  forwardRequestHeaders,
  forwardResponseHeaders,
  readFraming,
  readTarget,
  withoutCookie,
} from './headers.js';

const PEER = { address: '192.0.2.7', trusted: false };

t.test('hop-by-hop and Connection-named headers stay on their hop, in requests and responses', async (t) => {
  const raw = [
    'X-Keep',
    '1',
    'Connection',
    'keep-alive, X-Hop',
    'X-Hop',
    '2',
    'TE',
    'trailers',
    'Keep-Alive',
    'timeout=5',
  ];
  const request = forwardRequestHeaders(raw, 'h', 'keep-alive, X-Hop', PEER);
  t.strictSame(request.slice(0, 2), ['X-Keep', '1']);
  t.notOk(request.some((text) => /hop|^te$|^connection$|^keep-alive$/i.test(text)));
  t.strictSame(forwardResponseHeaders(raw).headers, ['X-Keep', '1']);
});

t.test('Connection cannot name Host away', async (t) => {
  t.ok(forwardRequestHeaders(['Host', 'h', 'Connection', 'host'], 'h', 'host', PEER).includes('Host'));
});

t.test('what an untrusted peer tells about the client is dropped and rebuilt', async (t) => {
  const raw = ['X-Forwarded-For', '6.6.6.6', 'Forwarded', 'for=6.6.6.6', 'X-Forwarded-Proto', 'https'];
  const headers = forwardRequestHeaders(raw, 'h:1', undefined, PEER);
  t.notOk(headers.some((text) => text.includes('6.6.6.6')));
  t.equal(headers[headers.indexOf('x-forwarded-for') + 1], '192.0.2.7');
  t.equal(headers[headers.indexOf('forwarded') + 1], 'for=192.0.2.7;host="h:1";proto=http');
});

t.test('what a trusted peer tells is kept and added to; IPv6 is quoted', async (t) => {
  const raw = ['X-Forwarded-For', '1.1.1.1', 'X-Forwarded-Proto', 'https'];
  const headers = forwardRequestHeaders(raw, 'h', undefined, { address: '2001:db8::1', trusted: true });
  t.equal(headers[headers.indexOf('x-forwarded-for') + 1], '1.1.1.1, 2001:db8::1');
  t.equal(headers[headers.indexOf('x-forwarded-proto') + 1], 'https');
  t.match(headers[headers.indexOf('forwarded') + 1], 'for="[2001:db8::1]"');
});

t.test('framing that two readers could read in two ways is refused', async (t) => {
  const refused = [
    ['Content-Length', '1', 'Transfer-Encoding', 'chunked'],
    ['Content-Length', '1', 'Content-Length', '1'],
    ['Content-Length', '1, 1'],
    ['Content-Length', '+1'],
    ['Content-Length', ''],
    ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'gzip, chunked'],
    ['Transfer-Encoding', 'xchunked'],
    ['Transfer-Encoding', 'identity'],
  ];
  for (const raw of refused)
    t.throws(() => readFraming(['Host', 'h', ...raw], '1.1'), { code: 'BAD_REQUEST' }, raw.join(' '));
  t.throws(() => readFraming([], '1.1'), { code: 'BAD_REQUEST' }, 'no Host');
  t.throws(() => readFraming(['Host', 'h', 'host', 'h'], '1.1'), { code: 'BAD_REQUEST' }, 'two Hosts');
  t.throws(() => readFraming(['Transfer-Encoding', 'chunked'], '1.0'), { code: 'BAD_REQUEST' });
  t.strictSame(readFraming(['Host', 'h', 'Transfer-Encoding', 'Chunked'], '1.1'), { kind: 'chunked' });
  t.strictSame(readFraming(['Content-Length', '12'], '1.0'), { kind: 'length', bytes: 12 });
});

t.test('the target is a path, or an absolute URL that agrees with Host', async (t) => {
  t.equal(readTarget('/a//b?c=%20"', 'h'), '/a//b?c=%20"');
  t.equal(readTarget('http://H:80/a?b', 'h'), '/a?b');
  t.equal(readTarget('http://h?b', 'h'), '/?b');
  for (const [url, host] of [
    ['http://other/', 'h'],
    ['*', 'h'],
    ['h:1', 'h'],
    ['/a#b', 'h'],
    ['/ü', 'h'],
    ['/', 'h/x'],
    ['/', 'a b'],
    ['/', 'h'.repeat(300)],
  ]) {
    t.throws(() => readTarget(url as string, host), { code: 'BAD_REQUEST' }, `${url} at ${host}`);
  }
});

t.test('a cookie is found by its whole name, and can be taken out', async (t) => {
  t.equal(findCookie('xsid=1; sid=2; sid=3', 'sid'), '2');
  t.equal(findCookie('a=sid=9', 'sid'), undefined);
  t.equal(findCookie(undefined, 'sid'), undefined);
  t.strictSame(withoutCookie(['Cookie', 'a=1; sid=2; b=3', 'x', 'y'], 'sid'), ['Cookie', 'a=1; b=3', 'x', 'y']);
  t.strictSame(withoutCookie(['cookie', 'sid=2'], 'sid'), []);
});
