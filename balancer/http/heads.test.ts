import { BlockList } from 'node:net';
import t from 'tap';
import { findCookie, withoutCookie } from './cookies.js';
import { pushForwarding, TrustedProxies } from './forwarding.js';
import { RequestHead } from './request-head.js';
import { readTarget } from './request-target.js';
import { ResponseHead } from './response-head.js';
import { upgradeOffer } from './upgrade-offer.js';

const HOP_BY_HOP = ['Connection', 'keep-alive, X-Hop', 'X-Hop', '2', 'TE', 'trailers', 'Keep-Alive', 'timeout=5'];

const request = (...rawHeaders: string[]) => new RequestHead(['Host', 'h', ...rawHeaders], '1.1');

t.test('hop-by-hop and Connection-named headers stay on their hop, in requests and responses', async (t) => {
  t.strictSame(request('X-Keep', '1', ...HOP_BY_HOP).headers, ['Host', 'h', 'X-Keep', '1']);
  const { headers, keepAliveHint } = ResponseHead.from(200, ['X-Keep', '1', ...HOP_BY_HOP]);
  t.strictSame(headers, ['X-Keep', '1']);
  t.equal(keepAliveHint, 'timeout=5');
});

t.test('Connection cannot name Host away, and can come in several lines', async (t) => {
  t.strictSame(request('Connection', 'host').headers, ['Host', 'h']);
  t.strictSame(request('Connection', 'x-a', 'connection', 'X-B', 'X-A', '1', 'X-B', '1').headers, ['Host', 'h']);
});

t.test('what an untrusted peer tells about the client is dropped and rebuilt', async (t) => {
  const head = new RequestHead(
    ['Host', 'h:1', 'X-Forwarded-For', '6.6.6.6', 'Forwarded', 'for=6.6.6.6', 'X-Forwarded-Proto', 'https'],
    '1.1',
  );
  t.strictSame(head.headers, ['Host', 'h:1']);
  const headers: string[] = [];
  pushForwarding(headers, head, { address: '192.0.2.7', trusted: false });
  t.strictSame(headers, [
    'x-forwarded-for',
    '192.0.2.7',
    'x-forwarded-host',
    'h:1',
    'x-forwarded-proto',
    'http',
    'forwarded',
    'for=192.0.2.7;host="h:1";proto=http',
  ]);
});

t.test('what a trusted peer tells is kept and added to; IPv6 is quoted', async (t) => {
  const head = request('X-Forwarded-For', '1.1.1.1', 'x-forwarded-for', '2.2.2.2', 'X-Forwarded-Proto', 'https');
  const headers: string[] = [];
  pushForwarding(headers, head, { address: '2001:db8::1', trusted: true });
  t.equal(headers[headers.indexOf('x-forwarded-for') + 1], '1.1.1.1, 2.2.2.2, 2001:db8::1');
  t.equal(headers[headers.indexOf('x-forwarded-proto') + 1], 'https');
  t.match(headers[headers.indexOf('forwarded') + 1], 'for="[2001:db8::1]"');
});

t.test('the client is the nearest address that is none of our proxies', async (t) => {
  const list = new BlockList();
  list.addSubnet('10.0.0.0', 8);
  const proxies = new TrustedProxies(list);
  const told = request('X-Forwarded-For', '6.6.6.6, 192.0.2.7, 10.0.0.2');
  t.equal(proxies.clientAddress('10.0.0.1', told), '192.0.2.7');
  t.equal(proxies.clientAddress('192.0.2.9', told), '192.0.2.9', 'a stranger invents what it likes');
  t.equal(proxies.clientAddress('10.0.0.1', request()), '10.0.0.1');
  t.equal(proxies.clientAddress('10.0.0.1', request('X-Forwarded-For', 'unknown')), '10.0.0.1');
  t.equal(new TrustedProxies(null).clientAddress('10.0.0.1', told), '10.0.0.1');
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
    ['host', 'h'],
  ];
  for (const raw of refused) t.throws(() => request(...raw), { code: 'BAD_REQUEST' }, raw.join(' '));
  t.throws(() => new RequestHead([], '1.1'), { code: 'BAD_REQUEST' }, 'no Host');
  t.throws(() => new RequestHead(['Transfer-Encoding', 'chunked'], '1.0'), { code: 'BAD_REQUEST' });
  for (const version of ['0.9', '2.0'])
    t.throws(() => new RequestHead(['Host', 'h'], version), { code: 'BAD_REQUEST' });
  t.match(request('Transfer-Encoding', 'Chunked'), { bodyBytes: Number.POSITIVE_INFINITY, contentLength: null });
  t.match(request('Content-Length', '12'), { bodyBytes: 12, contentLength: 12 });
  t.match(request('Content-Length', '0'), { bodyBytes: 0, contentLength: 0 });
  t.match(request(), { bodyBytes: 0, contentLength: null });
});

t.test('a response that two readers could read in two ways is refused', async (t) => {
  const refused = [
    ['Content-Length', '1', 'Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'chunked', 'Content-Length', '1'],
    ['Content-Length', '1', 'Content-Length', '1'],
    ['Content-Length', '-1'],
    ['Transfer-Encoding', 'gzip, chunked'],
  ];
  for (const raw of refused) t.throws(() => ResponseHead.from(200, raw), { code: 'MALFORMED_RESPONSE' }, raw.join(' '));
  for (const status of [0, 99, 600]) t.throws(() => new ResponseHead(status), { code: 'MALFORMED_RESPONSE' });
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
  t.equal(request('Cookie', 'a=1', 'cookie', 'b=2').cookie, 'a=1; b=2');
  t.equal(findCookie('xsid=1; sid=2; sid=3', 'sid'), '2');
  t.equal(findCookie('a=sid=9', 'sid'), undefined);
  t.equal(findCookie(undefined, 'sid'), undefined);
  t.strictSame(withoutCookie(['Cookie', 'a=1; sid=2; b=3', 'x', 'y'], 'sid'), ['Cookie', 'a=1; b=3', 'x', 'y']);
  t.strictSame(withoutCookie(['cookie', 'sid=2'], 'sid'), []);
});

t.test('h2c and what is no protocol are taken out of an offer to switch', async (t) => {
  t.equal(upgradeOffer('websocket'), 'websocket');
  t.equal(upgradeOffer('h2c, websocket, IRC/6.9'), 'websocket, IRC/6.9');
  for (const nothing of [undefined, '', 'h2c', 'H2C', 'h2c;x', 'h2c/1', 'h2', ' , '])
    t.equal(upgradeOffer(nothing), '');
});
