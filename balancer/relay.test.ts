import { Agent, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import t from 'tap';
import { TRANSPORTS } from './contract.js';
import { TestBalancer } from './testing/test-cluster.js';
import { TestUpstream } from './testing/test-upstream.js';

for (const transport of TRANSPORTS) {
  t.test(`over ${transport}`, async (t) => {
    const good = await new TestUpstream('good').start();
    t.beforeEach(() => {
      good.behave = null;
      good.received.length = 0;
    });
    t.teardown(() => good.kill());

    t.test('server-sent events arrive as they are sent', async (t) => {
      let send = (_: string) => {};
      good.behave = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        send = (text) => (text === '' ? response.end() : response.write(text));
      };
      const balancer = await TestBalancer.start(transport, [good.spec]);
      t.teardown(() => balancer.close());
      const seen: string[] = [];
      await new Promise<void>((resolve) => {
        request(`${balancer.url}/`, (incoming) => {
          seen.push('headers');
          send('data: 1\n\n');
          incoming.on('data', (chunk) => {
            seen.push(String(chunk));
            send(seen.length < 3 ? 'data: 2\n\n' : '');
          });
          incoming.on('end', resolve);
        }).end();
      });
      t.strictSame(seen, ['headers', 'data: 1\n\n', 'data: 2\n\n']);
    });

    t.test('a slow reader holds the upstream back, and gets everything', async (t) => {
      const chunk = Buffer.alloc(1_000_000, 'z');
      const totalBytes = 64 * chunk.length;
      let sentBytes = 0;
      good.behave = ({ url }, response) => {
        if (url === '/ping') {
          response.end();
          return;
        }
        const pump = () => {
          while (sentBytes < totalBytes) {
            sentBytes += chunk.length;
            if (!response.write(chunk)) return;
          }
          response.end();
        };
        response.on('drain', pump);
        pump();
      };
      const balancer = await TestBalancer.start(transport, [good.spec]);
      t.teardown(() => balancer.close());
      let receivedBytes = 0;
      await new Promise<void>((resolve) => {
        request(`${balancer.url}/`, async (incoming) => {
          // Whatever the balancer would read ahead it can read while these are answered.
          for (let i = 0; i < 100; i++) await balancer.send('/ping');
          t.ok(sentBytes < totalBytes / 2, `${sentBytes} of ${totalBytes} bytes sent while nothing was read`);
          incoming.on('data', ({ length }: Buffer) => {
            receivedBytes += length;
          });
          incoming.on('end', resolve);
        }).end();
      });
      t.equal(receivedBytes, totalBytes);
    });

    t.test('a HEAD, a 204 and a 304 have no body; connections stay in use', async (t) => {
      good.behave = ({ url }, response) => {
        response.statusCode = Number(url?.slice(1));
        response.end(response.statusCode === 200 ? 'body' : undefined);
      };
      const balancer = await TestBalancer.start(transport, [good.spec]);
      t.teardown(() => balancer.close());
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      t.teardown(() => agent.destroy());
      for (const status of [204, 304, 200]) {
        const reply = await balancer.send(`/${status}`, { agent, method: status === 200 ? 'HEAD' : 'GET' });
        t.match(reply, { status, body: '' });
      }
      t.equal((await balancer.send('/200', { agent })).body, 'body');
    });

    t.test('large replies arrive byte for byte, though their clients begin late to read', async (t) => {
      const balancer = await TestBalancer.start(transport, [good.spec]);
      t.teardown(() => balancer.close());
      const bodyOf = (url: string) => Buffer.alloc(12_000_000, `${url} is what this one was asked for; `);
      good.behave = ({ url = '' }, response) => response.end(bodyOf(url));
      const replies = await Promise.all(
        ['/1', '/2', '/3', '/4'].map(
          (url) => new Promise<IncomingMessage>((resolve) => request(`${balancer.url}${url}`, resolve).end()),
        ),
      );
      const bodies = await Promise.all(replies.map((reply) => buffer(reply)));
      t.strictSame(
        bodies.map((body, i) => body.equals(bodyOf(`/${i + 1}`))),
        [true, true, true, true],
      );
    });

    t.test('a POST arrives whole, buffered or streamed, with a length or in chunks', async (t) => {
      const balancer = await TestBalancer.start(transport, [good.spec]);
      t.teardown(() => balancer.close());
      const small = 'x'.repeat(1000);
      const large = 'y'.repeat(300_000);
      await balancer.send('/', { method: 'POST', headers: { 'content-length': '1000' } }, small);
      await balancer.send('/', { method: 'POST', headers: { 'content-length': '300000' } }, large);
      await balancer.send('/', { method: 'POST', headers: { 'transfer-encoding': 'chunked' } }, large);
      t.strictSame(
        good.received.map(({ body }) => body.toString()),
        [small, large, large],
      );
    });
  });
}
