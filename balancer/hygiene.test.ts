import type { Server } from 'node:net';
import t from 'tap';
import { TRANSPORTS } from './contract.js';
import { sendRaw, TestBalancer } from './testing/test-cluster.js';
import { type ReceivedRequest, startRawUpstream, TestUpstream } from './testing/test-upstream.js';

const HOST = 'Host: balancer\r\n';

/** Each must be answered with the status on a connection that is then closed, and reach no instance. */
const REFUSED: Record<string, { bytes: string; status: number }> = {
  'length and chunks': {
    bytes: `POST / HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
  },
  'two lengths': { bytes: `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, status: 400 },
  'a length that is none': { bytes: `POST / HTTP/1.1\r\n${HOST}Content-Length: 1e1\r\n\r\na`, status: 400 },
  'a disguised coding': {
    bytes: `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    status: 400,
  },
  'a coding before chunked': {
    bytes: `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
  },
  'chunks in HTTP/1.0': { bytes: `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, status: 400 },
  'a space before the colon': { bytes: `POST / HTTP/1.1\r\n${HOST}Content-Length : 1\r\n\r\na`, status: 400 },
  'a lone CR': { bytes: `GET / HTTP/1.1\r\n${HOST}A: b\rTransfer-Encoding: chunked\r\n\r\n`, status: 400 },
  'a folded line': { bytes: `GET / HTTP/1.1\r\n${HOST}A: b\r\n Transfer-Encoding: chunked\r\n\r\n`, status: 400 },
  'a NUL': { bytes: `GET / HTTP/1.1\r\n${HOST}A: b\0c\r\n\r\n`, status: 400 },
  'no Host': { bytes: 'GET / HTTP/1.1\r\n\r\n', status: 400 },
  'two Hosts': { bytes: `GET / HTTP/1.1\r\n${HOST}Host: other\r\n\r\n`, status: 400 },
  'a Host with a path': { bytes: 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', status: 400 },
  'a target at odds with Host': { bytes: `GET http://other/ HTTP/1.1\r\n${HOST}\r\n`, status: 400 },
  'a target that is no path': { bytes: `GET *x HTTP/1.1\r\n${HOST}\r\n`, status: 400 },
  'no HTTP at all': { bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', status: 400 },
  'an unknown version': { bytes: `GET / HTTP/3.7\r\n${HOST}\r\n`, status: 400 },
  'a CONNECT': { bytes: `CONNECT other:443 HTTP/1.1\r\n${HOST}\r\n`, status: 405 },
  'a version of 0.9': { bytes: `GET / HTTP/0.9\r\n${HOST}\r\n`, status: 400 },
  'a version of 2.0': { bytes: `GET / HTTP/2.0\r\n${HOST}\r\n`, status: 400 },
  'too many headers': { bytes: `GET / HTTP/1.1\r\n${HOST}A: ${'b'.repeat(20_000)}\r\n\r\n`, status: 431 },
  'a body too large': { bytes: `POST / HTTP/1.1\r\n${HOST}Content-Length: 200001\r\n\r\n`, status: 413 },
  'a body too large in chunks': {
    bytes: `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n30d41\r\n${'x'.repeat(200_001)}\r\n0\r\n\r\n`,
    status: 413,
  },
};

/** What an upstream may not answer. */
const BAD_RESPONSES: Record<string, string> = {
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
  'different lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!',
  'length and chunks': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a coding before chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  'a status that is none': 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n',
  'a switch nobody asked for': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  'no HTTP': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'headers too large': `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(20_000)}\r\nContent-Length: 0\r\n\r\n`,
};

for (const transport of TRANSPORTS) {
  t.test(`over ${transport}`, async (t) => {
    const upstream = await new TestUpstream('a').start();
    const balancer = await TestBalancer.start(transport, [upstream.spec], { MAX_BODY_BYTES: '200000' });
    t.beforeEach(() => {
      upstream.received.length = 0;
      upstream.behave = null;
    });
    t.teardown(async () => {
      await balancer.close();
      await upstream.kill();
    });

    for (const [title, { bytes, status }] of Object.entries(REFUSED)) {
      t.test(`${title}: ${status}, and no instance sees it or what follows`, async (t) => {
        const received = await sendRaw(balancer.port, `${bytes}GET /smuggled HTTP/1.1\r\n${HOST}\r\n`);
        t.match(received, new RegExp(`^HTTP/1.1 ${status} `));
        t.match(received, /connection: close/i);
        t.equal(received.match(/HTTP\/1\.1 \d/g)?.length, 1);
        t.strictSame(upstream.received, []);
        t.equal((await balancer.send('/')).status, 200);
      });
    }

    t.test('a chunked DELETE arrives as one request with its body', async (t) => {
      const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
      const bytes = `DELETE /a HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
      await sendRaw(balancer.port, bytes, (received) => received.endsWith('0\r\n\r\n') || received.endsWith('\r\na'));
      t.strictSame(
        upstream.received.map(({ method, url }) => `${method} ${url}`),
        ['DELETE /a'],
      );
      t.equal(upstream.received[0]?.body.toString(), smuggled);
    });

    t.test('the target arrives as it was sent', async (t) => {
      for (const path of ['//a///b?c=//d', '/%2e%2e/%00', '/a?b?c', '/;x="y"|z']) await balancer.send('/', { path });
      t.strictSame(
        upstream.received.map(({ url }) => url),
        ['//a///b?c=//d', '/%2e%2e/%00', '/a?b?c', '/;x="y"|z'],
      );
    });

    t.test(
      'an instance sees neither hop-by-hop headers nor a spoofed origin, and Host as the client sent it',
      async (t) => {
        await balancer.send('/', {
          headers: {
            host: 'site.example',
            connection: 'keep-alive, x-hop',
            'x-hop': '1',
            te: 'trailers',
            'x-forwarded-for': '6.6.6.6',
            cookie: ['a=1', 'b=2'],
          },
        });
        const names =
          upstream.received[0]?.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()) ?? [];
        const headerOf = (name: string) => upstream.received[0]?.rawHeaders[names.indexOf(name) * 2 + 1];
        t.notOk(names.includes('x-hop'));
        t.notOk(names.includes('te'));
        t.equal(headerOf('host'), 'site.example');
        t.equal(headerOf('x-forwarded-for'), '127.0.0.1');
        t.equal(headerOf('x-forwarded-host'), 'site.example');
      },
    );

    t.test('a client sees no hop-by-hop headers, and every cookie', async (t) => {
      upstream.behave = (_, response) => {
        response
          .writeHead(200, { connection: 'x-hop', 'x-hop': '1', 'set-cookie': ['a=1', 'b=2'], 'x-real': '1' })
          .end('ok');
      };
      const { headers } = await balancer.send('/');
      t.strictSame(headers['set-cookie'], ['a=1', 'b=2']);
      t.equal(headers['x-real'], '1');
      t.equal(headers['x-hop'], undefined);
    });

    t.test('a request of HTTP/1.0 without Host is given that of its upstream', async (t) => {
      await sendRaw(balancer.port, 'GET / HTTP/1.0\r\n\r\n');
      const [{ rawHeaders }] = upstream.received as [ReceivedRequest];
      const at = rawHeaders.findIndex((name) => name.toLowerCase() === 'host');
      t.equal(rawHeaders[at + 1], new URL(upstream.url).host);
    });

    t.test('pipelined requests are answered in order', async (t) => {
      const request = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;
      upstream.behave = (incoming, response) => {
        const answer = () => response.end(`<${incoming.url}>`);
        if (incoming.url === '/1') setImmediate(() => setImmediate(answer));
        else answer();
      };
      const received = await sendRaw(balancer.port, request('/1') + request('/2'), (text) => text.includes('</2>'));
      t.ok(received.indexOf('</1>') !== -1 && received.indexOf('</1>') < received.indexOf('</2>'));
    });

    for (const [title, bytes] of Object.entries(BAD_RESPONSES)) {
      t.test(`an upstream's response with ${title} is answered 502`, async (t) => {
        const bad = await startRawUpstream((socket) => socket.write(bytes));
        const proxied = await TestBalancer.start(transport, [bad.url]);
        t.teardown(() => closeAll(proxied, bad));
        t.equal((await proxied.send('/')).status, 502);
      });
    }

    t.test('bytes beyond a response are not taken for the next', async (t) => {
      const extra = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong';
      const bad = await startRawUpstream((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright${extra}`),
      );
      const proxied = await TestBalancer.start(transport, [bad.url]);
      t.teardown(() => closeAll(proxied, bad));
      for (let i = 0; i < 3; i++) t.equal((await proxied.send('/')).body, 'right');
    });
  });
}

async function closeAll(balancer: TestBalancer, upstream: Server): Promise<void> {
  await balancer.close();
  upstream.close();
}
