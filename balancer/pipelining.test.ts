import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { TRANSPORTS } from './contract.js';
import { sendRaw, TestBalancer } from './testing/test-cluster.js';
import { TestUpstream } from './testing/test-upstream.js';

for (const transport of TRANSPORTS) {
  t.test(`over ${transport}`, async (t) => {
    const good = await new TestUpstream('good').start();
    t.beforeEach(() => {
      good.behave = null;
    });
    t.teardown(() => good.kill());

    async function start(t: Test) {
      const balancer = await TestBalancer.start(transport, [good.spec]);
      t.teardown(() => balancer.close());
      return balancer;
    }

    t.test('what was accepted is answered before the client is told of the nonsense behind it', async (t) => {
      const balancer = await start(t);
      for (const body of ['hello', 'h'.repeat(100_000)]) {
        const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`;
        const reply = await sendRaw(balancer.port, `${head}${body}XX\r\n\r\n`);
        t.match(reply, /^HTTP\/1\.1 200 /);
        t.equal(reply.match(/HTTP\/1\.1 \d/g)?.length, 1);
      }
    });

    t.test('nonsense on a connection that has been used is answered 400', async (t) => {
      const balancer = await start(t);
      const received = await new Promise<string>((resolve) => {
        let text = '';
        const socket = connect(balancer.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
        socket.on('data', (chunk) => {
          if (text === '') socket.write('XX\r\n\r\n');
          text += String(chunk);
        });
        socket.on('close', () => resolve(text));
      });
      t.strictSame(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 400']);
    });

    t.test('a POST and what follows it on one connection run one after another', async (t) => {
      const balancer = await start(t);
      let running = 0;
      const seen: string[] = [];
      good.behave = ({ url = '' }, response) => {
        running += 1;
        seen.push(`${url} ${running}`);
        setImmediate(() => {
          running -= 1;
          response.end(`<${url}>`);
        });
      };
      const one = (method: string, path: string) =>
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
      const bytes = one('POST', '/1') + one('GET', '/2') + one('POST', '/3') + one('GET', '/4');
      const received = await sendRaw(balancer.port, bytes, (text) => text.includes('</4>'));
      t.strictSame(received.match(/<\/\d>/g), ['</1>', '</2>', '</3>', '</4>']);
      t.strictSame(seen, ['/1 1', '/2 1', '/3 1', '/4 1']);
    });

    t.test('a client that leaves inside a request behind another is noticed too', async (t) => {
      const balancer = await start(t);
      const asked = new Promise<void>((resolve) => {
        good.behave = () => resolve();
      });
      for (const framing of ['Content-Length: 10', 'Content-Length: 100000', 'Transfer-Encoding: chunked']) {
        const socket = connect(balancer.port, '127.0.0.1');
        socket.write(`GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n5`);
        await asked;
        await balancer.until(({ inFlight }) => inFlight === 2);
        socket.destroy();
        await balancer.until(({ inFlight }) => inFlight === 0);
      }
    });

    t.test('a client that leaves is noticed for all that it has asked', async (t) => {
      const asked = new Promise<void>((resolve) => {
        good.behave = ({ url }, response) => {
          // Never in the way of the first answer, which never comes.
          if (url === '/2') response.write('some');
          if (url === '/3') resolve();
        };
      });
      const balancer = await start(t);
      const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
      const socket = connect(balancer.port, '127.0.0.1', () => socket.write(one('/1') + one('/2') + one('/3')));
      await asked;
      socket.destroy();
      await balancer.until(({ inFlight, upstreams }) => inFlight === 0 && upstreams[0]?.inFlight === 0);
    });

    t.test('a malformed request behind others is refused in its turn, and goes nowhere', async (t) => {
      good.received.length = 0;
      good.behave = ({ url = '' }, response) => {
        good.received.push({ method: '', url, rawHeaders: [], body: Buffer.alloc(0) });
        setImmediate(() => response.end('good'));
      };
      const balancer = await start(t);
      const post = (path: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab`;
      const bad = 'POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n';
      const received = await sendRaw(balancer.port, post('/1') + post('/2') + bad);
      t.strictSame(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
      t.strictSame(
        good.received.map(({ url }) => url),
        ['/1', '/2'],
      );
    });
  });
}

t.test('a CONNECT is refused in its turn, and may break off', async (t) => {
  const good = await new TestUpstream('good').start();
  const balancer = await TestBalancer.start('net', [good.spec]);
  t.teardown(async () => {
    await balancer.close();
    await good.kill();
  });
  const ask = 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n';
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => {
      const socket = connect(balancer.port, '127.0.0.1', () => socket.write(ask, () => socket.resetAndDestroy()));
      socket.on('close', resolve);
    });
  }
  const post = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab';
  const received = await sendRaw(balancer.port, post + ask);
  t.strictSame(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 405']);
});

t.test('an expectation that nobody knows is answered in its turn, an offer to switch behind it ignored', async (t) => {
  const good = await new TestUpstream('good').start();
  const balancer = await TestBalancer.start('net', [good.spec]);
  t.teardown(async () => {
    await balancer.close();
    await good.kill();
  });
  const first = 'GET /1 HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n\r\n';
  const second = 'GET /2 HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';
  const received = await sendRaw(balancer.port, first + second);
  t.strictSame(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200']);
});

t.test('a client that keeps its side open after nonsense holds nothing for long', async (t) => {
  const balancer = await TestBalancer.start('net', [], { SHUTDOWN_DEADLINE_MS: '86400000' });
  const socket = connect({ port: balancer.port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write('XX'));
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  await new Promise((resolve) => socket.once('data', resolve));
  // Ends only when no connection is left.
  await balancer.close();
});
