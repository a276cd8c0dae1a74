import type { Socket } from 'node:net';
import t, { type Test } from 'tap';
import { AFFINITY_COOKIE, type Decision } from './contract.js';
import { sendRaw, TestBalancer } from './testing/test-cluster.js';
import { startRawUpstream, TestUpstream } from './testing/test-upstream.js';

const ask = (more = '', path = '/') =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n${more}\r\n`;
const AGREED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n';

async function start(t: Test, upstreams: readonly string[], env: Record<string, string> = {}) {
  // Upgrades go their own way under every transport.
  const balancer = await TestBalancer.start('net', upstreams, { EJECT_AFTER_FAILURES: '1000', ...env });
  t.teardown(() => balancer.close());
  return balancer;
}

/** Agrees to every offer and sends back what it gets. */
async function startEcho(t: Test) {
  const heads: string[] = [];
  const echo = await startRawUpstream((socket, text) => {
    if (!text.startsWith('GET')) {
      socket.write(`<${text}>`);
      return;
    }
    heads.push(text);
    socket.write(AGREED);
  });
  t.teardown(() => echo.close());
  return { url: echo.url, heads };
}

async function startRaw(t: Test, answer: (socket: Socket) => void): Promise<string> {
  const server = await startRawUpstream(answer);
  t.teardown(() => server.close());
  return server.url;
}

t.test('an upgrade passes, with what was sent ahead only after the upstream agreed, and is logged', async (t) => {
  const echo = await startEcho(t);
  const balancer = await start(t, [echo.url]);
  const decisions = await balancer.decisions(1);
  const received = await sendRaw(balancer.port, `${ask()}ahead`, (text) => text.includes('<ahead>'));
  t.match(received, /^HTTP\/1\.1 101 /);
  await balancer.until(({ inFlight, upstreams }) => inFlight === 0 && upstreams[0]?.inFlight === 0);
  const [decision] = (await decisions.first) as [Decision];
  t.match(decision, { status: 101, attempts: [{ outcome: '101' }] });
});

t.test('a refused upgrade is an ordinary response, and what was sent ahead goes nowhere', async (t) => {
  const good = await new TestUpstream('good').start();
  t.teardown(() => good.kill());
  const balancer = await start(t, [good.spec]);
  const received = await sendRaw(balancer.port, `${ask()}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`);
  t.match(received, /^HTTP\/1\.1 200 /);
  t.match(received, /connection: close/i);
  t.strictSame(
    good.received.map(({ url }) => url),
    ['/'],
  );
});

t.test('a refused upgrade with much to read is read to its end', async (t) => {
  const good = await new TestUpstream('good').start();
  t.teardown(() => good.kill());
  good.behave = (_, response) => response.end('z'.repeat(3_000_000));
  const balancer = await start(t, [good.spec]);
  const received = await sendRaw(balancer.port, ask());
  t.equal(received.match(/z/g)?.length, 3_000_000);
});

t.test('a refused upgrade that breaks off is cut off, with no second status line', async (t) => {
  const url = await startRaw(t, (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhello', () =>
      setImmediate(() => socket.resetAndDestroy()),
    ),
  );
  const balancer = await start(t, [url]);
  const received = await sendRaw(balancer.port, ask());
  t.ok((received.match(/HTTP\/1\.1/g)?.length ?? 0) <= 1, received);
  await balancer.until(({ inFlight }) => inFlight === 0);
});

t.test('an upstream that agrees in a way that could be read in two: 502', async (t) => {
  const url = await startRaw(t, (socket) =>
    socket.write(AGREED.replace('\r\n\r\n', '\r\nTransfer-Encoding: gzip\r\n\r\n')),
  );
  const balancer = await start(t, [url]);
  t.match(await sendRaw(balancer.port, ask()), /^HTTP\/1\.1 502 /);
  await balancer.until(({ inFlight, upstreams }) => inFlight === 0 && upstreams[0]?.inFlight === 0);
});

t.test('an upgrade is tried elsewhere like any GET, and fails like one', async (t) => {
  const echo = await startEcho(t);
  const url = await startRaw(t, (socket) => socket.resetAndDestroy());
  const balancer = await start(t, [url, echo.url]);
  for (let i = 0; i < 2; i++) {
    t.match(await sendRaw(balancer.port, ask(), (text) => text.endsWith('\r\n\r\n')), /^HTTP\/1\.1 101 /);
  }
  t.equal((await balancer.snapshot()).retries, 1);
  const alone = await start(t, [url]);
  t.match(await sendRaw(alone.port, ask()), /^HTTP\/1\.1 502 /);
});

t.test('an upstream that never answers an upgrade: 504', async (t) => {
  const balancer = await start(t, [await startRaw(t, () => {})], { FIRST_BYTE_TIMEOUT_MS: '60' });
  t.match(await sendRaw(balancer.port, ask()), /^HTTP\/1\.1 504 /);
});

t.test('upgrades are under the limit of requests in flight', async (t) => {
  const echo = await startEcho(t);
  const balancer = await start(t, [echo.url], { MAX_IN_FLIGHT_PER_UPSTREAM: '1', SHUTDOWN_DEADLINE_MS: '50' });
  const limited = await new Promise<string>((resolve) => {
    sendRaw(balancer.port, `${ask()}1`, (text) => {
      if (!text.includes('<1>')) return false;
      sendRaw(balancer.port, ask()).then(resolve);
      return false;
    });
  });
  t.match(limited, /^HTTP\/1\.1 503 /);
});

t.test('affinity holds for upgrades, and its cookie is none of the instance’s business', async (t) => {
  const echo = await startEcho(t);
  const balancer = await start(t, [echo.url]);
  const enough = (text: string) => text.endsWith('\r\n\r\n');
  const first = await sendRaw(balancer.port, ask('', '/sticky/x'), enough);
  const cookie = new RegExp(`set-cookie: (${AFFINITY_COOKIE}=[^;]+)`, 'i').exec(first)?.[1] ?? '';
  t.ok(cookie);
  await sendRaw(balancer.port, ask(`Cookie: a=1; ${cookie}\r\n`, '/sticky/x'), enough);
  t.match(echo.heads[1], /^cookie: a=1\r$/im);
  t.notMatch(echo.heads[1], AFFINITY_COOKIE);
});

t.test('an offer that no instance may take is ignored, and the request is an ordinary one', async (t) => {
  const good = await new TestUpstream('good').start();
  t.teardown(() => good.kill());
  const balancer = await start(t, [good.spec]);
  const offer = (upgrade: string) => `Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${upgrade}\r\n`;
  const cases = [
    `POST / HTTP/1.1\r\n${offer('h2c')}Content-Length: 5\r\n\r\nhello`,
    `POST / HTTP/1.1\r\n${offer('websocket')}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    `GET / HTTP/1.1\r\n${offer('h2c')}HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`,
    `GET / HTTP/1.1\r\n${offer('h2c;x')}\r\n`,
  ];
  for (const bytes of cases) {
    good.received.length = 0;
    const reply = await sendRaw(balancer.port, `${bytes}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`);
    t.match(reply, /^HTTP\/1\.1 200 /);
    t.match(reply, /connection: close/i);
    t.equal(good.received.length, 1);
    t.equal(good.received[0]?.body.toString(), bytes.startsWith('POST') ? 'hello' : '');
    t.notOk(good.received[0]?.rawHeaders.some((text) => /^(?:upgrade|http2-settings)$/i.test(text)));
  }
});

t.test('h2c is taken out of an offer with others', async (t) => {
  const echo = await startEcho(t);
  const balancer = await start(t, [echo.url]);
  const bytes = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c, echo\r\n\r\n';
  t.match(await sendRaw(balancer.port, bytes, (text) => text.endsWith('\r\n\r\n')), /^HTTP\/1\.1 101 /);
  t.match(echo.heads[0], /^upgrade: echo\r$/im);
});

t.test('an offer behind a request that is not answered yet is ignored', async (t) => {
  const good = await new TestUpstream('good').start();
  t.teardown(() => good.kill());
  const balancer = await start(t, [good.spec]);
  const received = await sendRaw(balancer.port, `GET /1 HTTP/1.1\r\nHost: x\r\n\r\n${ask()}`);
  t.strictSame(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200']);
});

t.test('closing the balancer ends what has left HTTP, and what was about to', async (t) => {
  const echo = await startEcho(t);
  const silent = await startRaw(t, () => {});
  const balancer = await TestBalancer.start('net', [echo.url, silent], { SHUTDOWN_DEADLINE_MS: '50' });
  const ends = [1, 2].map(() => sendRaw(balancer.port, ask()));
  await balancer.until(({ upstreams }) => upstreams.every(({ inFlight }) => inFlight === 1));
  await balancer.close();
  await Promise.all(ends);
});
