import { Agent } from 'node:http';
import { connect, type Server } from 'node:net';
import t, { type Test } from 'tap';
import { type Decision, TRANSPORTS } from './contract.js';
import { sendRaw, TestBalancer } from './testing/test-cluster.js';
import { startRawUpstream, TestUpstream } from './testing/test-upstream.js';

for (const transport of TRANSPORTS) {
  t.test(`over ${transport}`, async (t) => {
    const good = await new TestUpstream('good').start();
    t.beforeEach(() => {
      good.received.length = 0;
      good.behave = null;
      good.healthy = true;
    });
    t.teardown(() => good.kill());

    /** A balancer over these upstreams that never notices by itself that one is bad. */
    async function start(t: Test, upstreams: readonly string[], env: Record<string, string> = {}) {
      const balancer = await TestBalancer.start(transport, upstreams, { EJECT_AFTER_FAILURES: '1000', ...env });
      t.teardown(() => balancer.close());
      return balancer;
    }

    async function startResetting(t: Test): Promise<Server & { url: string; seen: string[] }> {
      const seen: string[] = [];
      const server = await startRawUpstream((socket, head) => {
        seen.push(head.split(' ', 1)[0] ?? '');
        socket.resetAndDestroy();
      });
      t.teardown(() => server.close());
      return Object.assign(server, { seen });
    }

    t.test('a GET that was reset is sent elsewhere, a POST is not', async (t) => {
      const bad = await startResetting(t);
      const balancer = await start(t, [good.spec, bad.url]);
      for (let i = 0; i < 4; i++) t.equal((await balancer.send('/')).body, 'good');
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await balancer.send('/', { method: 'POST' }, 'body')).status);
      t.strictSame(statuses.sort(), [200, 200, 502, 502]);
      t.equal(bad.seen.filter((method) => method === 'POST').length, 2);
      const { retries } = await balancer.snapshot();
      t.equal(retries, bad.seen.filter((method) => method === 'GET').length);
    });

    t.test('a POST that found no connection is sent elsewhere, its body whole', async (t) => {
      const dead = await new TestUpstream('dead').start();
      const balancer = await start(t, [good.spec, dead.spec], { HEALTH_INTERVAL_MS: '60000' });
      await dead.kill();
      for (const body of ['small', 'L'.repeat(200_000)]) {
        for (let i = 0; i < 2; i++) t.equal((await balancer.send('/', { method: 'POST' }, body)).status, 200);
      }
      t.strictSame(
        good.received.map(({ body }) => body.length),
        [5, 5, 200_000, 200_000],
      );
    });

    t.test('when all fail each is tried once, at most three, and the status is the failure', async (t) => {
      const bad = await Promise.all(Array.from({ length: 4 }, () => startResetting(t)));
      const balancer = await start(
        t,
        bad.map(({ url }) => url),
      );
      t.equal((await balancer.send('/')).status, 502);
      t.strictSame(bad.map(({ seen }) => seen.length).sort(), [0, 1, 1, 1]);
      t.equal((await balancer.snapshot()).retries, 2);
      const alone = await start(t, [(bad[0] as { url: string }).url]);
      t.equal((await alone.send('/')).status, 502);
      t.equal((await alone.snapshot()).retries, 0, 'what finds nobody else is no retry');
    });

    t.test(
      'an upstream that dies inside its response: the client is cut off, with no end that looks whole',
      async (t) => {
        for (const head of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
          const bad = await startRawUpstream((socket) => {
            socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n5\r\nhello\r\n`, () =>
              setImmediate(() => socket.destroy()),
            );
          });
          t.teardown(() => bad.close());
          const balancer = await start(t, [bad.url]);
          const received = await sendRaw(balancer.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
          t.match(received, 'hello');
          t.notMatch(received, /0\r\n\r\n$/);
          await t.rejects(balancer.send('/'));
        }
      },
    );

    t.test('an upstream in time for nothing: 504', async (t) => {
      good.behave = () => {};
      const balancer = await start(t, [good.spec], { FIRST_BYTE_TIMEOUT_MS: '60' });
      t.equal((await balancer.send('/')).status, 504);
      await balancer.until(({ inFlight }) => inFlight === 0);
    });

    t.test('an upstream that stops inside its response: the client is cut off', async (t) => {
      good.behave = (_, response) => response.writeHead(200).write('some');
      const balancer = await start(t, [good.spec], { IDLE_TIMEOUT_MS: '60' });
      await t.rejects(balancer.send('/'));
      await balancer.until(({ inFlight }) => inFlight === 0);
    });

    t.test('failures in a row put an upstream out, but never more than the share', async (t) => {
      const bad = await startResetting(t);
      const balancer = await start(t, [good.spec, bad.url], { EJECT_AFTER_FAILURES: '2', EJECTION_MS: '60000' });
      await balancer.tally(4);
      await balancer.until(({ upstreams }) => upstreams[1]?.state === 'ejected');
      const sent = bad.seen.length;
      t.strictSame(await balancer.tally(6), { good: 6 });
      t.equal(bad.seen.length, sent);
      const alone = await start(t, [bad.url], { EJECT_AFTER_FAILURES: '1' });
      t.equal((await alone.send('/')).status, 502);
      t.equal((await alone.snapshot()).upstreams[0]?.state, 'up');
    });

    t.test('an upstream waits for its first good check, falls out when checks fail, and returns', async (t) => {
      good.healthy = false;
      const starting = TestBalancer.start(transport, [good.spec]);
      await new Promise((resolve) => good.server.once('request', resolve));
      good.healthy = true;
      const balancer = await starting;
      t.teardown(() => balancer.close());
      good.healthy = false;
      await balancer.until(({ upstreams }) => upstreams[0]?.state === 'down');
      t.equal((await balancer.send('/')).status, 503);
      good.healthy = true;
      await balancer.until(({ upstreams }) => upstreams[0]?.state === 'up');
      t.equal((await balancer.send('/')).status, 200);
    });

    t.test('beyond the limit of requests in flight: 503 and when to come back', async (t) => {
      const waiting: (() => void)[] = [];
      good.behave = (_, response) => {
        waiting.push(() => response.end('late'));
      };
      const balancer = await start(t, [good.spec], { MAX_IN_FLIGHT_PER_UPSTREAM: '2' });
      const pending = [balancer.send('/'), balancer.send('/')];
      await balancer.until(() => waiting.length === 2);
      const refused = await balancer.send('/');
      t.equal(refused.status, 503);
      t.ok(refused.headers['retry-after']);
      for (const answer of waiting) answer();
      t.strictSame(
        (await Promise.all(pending)).map(({ status }) => status),
        [200, 200],
      );
    });

    t.test('the decision stream tells each attempt', async (t) => {
      const bad = await startResetting(t);
      const balancer = await start(t, [bad.url, good.spec]);
      const decisions = await balancer.decisions(1);
      await balancer.send('/x?y');
      const [decision] = (await decisions.first) as [Decision];
      t.match(decision, { method: 'GET', path: '/x?y', status: 200, affinity: 'none → none' });
      t.strictSame(
        decision.attempts.map(({ outcome }) => outcome),
        ['reset', '200'],
      );
    });

    t.test('closing the balancer finishes what is in flight and says that the connection ends', async (t) => {
      let answer = () => {};
      const asked = new Promise<void>((resolve) => {
        good.behave = (_, response) => {
          answer = () => response.end('late');
          resolve();
        };
      });
      const balancer = await TestBalancer.start(transport, [good.spec]);
      const agent = new Agent({ keepAlive: true });
      t.teardown(() => agent.destroy());
      const pending = balancer.send('/', { agent });
      await asked;
      const closed = balancer.close();
      answer();
      const reply = await pending;
      t.equal(reply.body, 'late');
      t.equal(reply.headers.connection, 'close');
      await closed;
      await t.rejects(new Promise((_, reject) => connect(balancer.port, '127.0.0.1').on('error', reject)));
    });
  });
}
