import { request } from 'node:http';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { ADMIN, type Decision, TRANSPORTS } from './contract.js';
import { sendRaw, TestBalancer } from './testing/test-cluster.js';
import { TestUpstream } from './testing/test-upstream.js';

const CHUNKED = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';

for (const transport of TRANSPORTS) {
  t.test(`over ${transport}`, async (t) => {
    const good = await new TestUpstream('good').start();
    const bad = await new TestUpstream('bad').start();
    t.beforeEach(() => {
      good.received.length = 0;
      for (const upstream of [good, bad]) Object.assign(upstream, { behave: null, healthy: true });
    });
    t.teardown(() => Promise.all([good.kill(), bad.kill()]));

    /** Over one upstream, unless more are named, that a single failure would eject. */
    async function start(t: Test, env: Record<string, string>, specs = [good.spec, bad.spec]) {
      const balancer = await TestBalancer.start(transport, specs, { EJECT_AFTER_FAILURES: '1', ...env });
      t.teardown(() => balancer.close());
      return balancer;
    }

    async function unharmed(t: Test, balancer: TestBalancer) {
      await balancer.until(({ inFlight }) => inFlight === 0);
      for (const { state, failures } of (await balancer.snapshot()).upstreams)
        t.match({ state, failures }, { state: 'up', failures: 0 });
    }

    t.test('clients that stop inside their bodies get 408, and no upstream is blamed', async (t) => {
      const balancer = await start(t, { FIRST_BYTE_TIMEOUT_MS: '60' });
      const replies = await Promise.all(Array.from({ length: 10 }, () => sendRaw(balancer.port, CHUNKED)));
      for (const reply of replies) t.match(reply, /^HTTP\/1\.1 408 /);
      await unharmed(t, balancer);
    });

    t.test('a client that stops inside a body that is read beforehand gets 408', async (t) => {
      const balancer = await start(t, { REQUEST_TIMEOUT_MS: '60' });
      const reply = await sendRaw(balancer.port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
      t.match(reply, /^HTTP\/1\.1 408 /);
      await unharmed(t, balancer);
    });

    t.test('a body that is not well-formed is answered 400, and no upstream is blamed', async (t) => {
      const balancer = await start(t, {});
      t.match(await sendRaw(balancer.port, `${CHUNKED}nonsense\r\n`), /^HTTP\/1\.1 400 /);
      await unharmed(t, balancer);
    });

    t.test('a client that reads nothing is cut off, and no upstream is blamed', async (t) => {
      good.behave = (_, response) => response.end(Buffer.alloc(50_000_000));
      const balancer = await start(t, { IDLE_TIMEOUT_MS: '80' }, [good.spec]);
      const socket = connect(balancer.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
      socket.pause();
      socket.on('error', () => {});
      await balancer.until(({ inFlight }) => inFlight === 1);
      await unharmed(t, balancer);
      socket.destroy();
    });

    t.test('a healthy stream that reaches the limit for the whole exchange is nobody’s fault', async (t) => {
      good.behave = (_, response) => {
        const timer = setInterval(() => response.write('data'), 5);
        response.on('close', () => clearInterval(timer));
      };
      const balancer = await start(t, { REQUEST_TIMEOUT_MS: '150' }, [good.spec]);
      const decisions = await balancer.decisions(1);
      await t.rejects(balancer.send('/'));
      const [decision] = (await decisions.first) as [Decision];
      t.equal(decision.attempts[0]?.outcome, 'expired');
      await unharmed(t, balancer);
    });

    t.test('what waits on an upstream found down moves at once if it may, and only then', async (t) => {
      const balancer = await start(t, { EJECT_AFTER_FAILURES: '1000' });
      const asked = new Promise<void>((resolve) => {
        let waiting = 0;
        bad.behave = () => {
          waiting += 1;
          if (waiting === 2) resolve();
        };
      });
      const decisions = await balancer.decisions(4);
      const gets = [1, 2].map(() => balancer.send('/get'));
      const posts = [1, 2].map(() => balancer.send('/post', { method: 'POST' }));
      await asked;
      bad.healthy = false;
      for (const { body } of await Promise.all(gets)) t.equal(body, 'good');
      t.equal((await balancer.snapshot()).inFlight, 1, 'the POST waits on');
      await bad.kill();
      t.strictSame((await Promise.all(posts)).map(({ status }) => status).sort(), [200, 502]);
      const outcomes = (await decisions.first).map(({ path, attempts }) =>
        [path, ...attempts.map(({ outcome }) => outcome)].join(' '),
      );
      t.strictSame(outcomes.sort(), ['/get 200', '/get down 200', '/post 200', '/post reset']);
      await bad.start();
    });

    t.test('however many wait on an upstream found down, all of them move', async (t) => {
      const balancer = await start(t, { EJECT_AFTER_FAILURES: '100000' });
      const count = 500;
      const asked = new Promise<void>((resolve) => {
        let waiting = 0;
        bad.behave = () => {
          waiting += 1;
          if (waiting === count / 2) resolve();
        };
      });
      const replies = Array.from({ length: count }, () => balancer.send('/'));
      await asked;
      bad.healthy = false;
      const bodies = (await Promise.all(replies)).map(({ body }) => body);
      t.strictSame(new Set(bodies), new Set(['good']));
    });

    t.test('a client that is slow to ask is cut off', async (t) => {
      const balancer = await start(t, { CLIENT_HEADER_TIMEOUT_MS: '50', CLIENT_REQUEST_TIMEOUT_MS: '80' }, [good.spec]);
      t.match(await sendRaw(balancer.port, 'GET / HTTP/1.1\r\nHo'), /^HTTP\/1\.1 408 /);
      const slowBody = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc';
      t.match(await sendRaw(balancer.port, slowBody), /^HTTP\/1\.1 408 /);
      t.equal(good.received.length, 0);
      await balancer.until(({ inFlight }) => inFlight === 0);
    });

    t.test('a client that leaves is told to the upstream and is no failure of it', async (t) => {
      const aborted = new Promise((resolve) => {
        good.behave = (_, response) => {
          response.on('close', resolve);
          leaving.destroy();
        };
      });
      const balancer = await start(t, {}, [good.spec]);
      const leaving = request(`${balancer.url}/`, { agent: false });
      leaving.on('error', () => {});
      leaving.end();
      await aborted;
      await balancer.until(({ inFlight }) => inFlight === 0);
      t.equal((await balancer.snapshot()).upstreams[0]?.failures, 0);
      t.match((await balancer.admin('GET', ADMIN.metrics)).body, /^balancer_clients_gone_total 1$/m);
    });

    t.test('no connection stays open for a request whose client has left after an early answer', async (t) => {
      good.behave = (_, response) => response.writeHead(401).end('no');
      const balancer = await start(t, {}, [good.spec]);
      await Promise.all(
        Array.from({ length: 10 }, () => sendRaw(balancer.port, CHUNKED, (text) => text.includes('\nno'))),
      );
      const openConnections = () =>
        new Promise<number>((resolve) => good.server.getConnections((_, count) => resolve(count)));
      // Those of the health checks come and go.
      while ((await openConnections()) > 1) await new Promise(setImmediate);
    });

    t.test('behind a trusted proxy the client is whom it names', async (t) => {
      // A busy machine answers checks late: that must not take an upstream away between two of these.
      const env = { TRUSTED_PROXIES: '127.0.0.0/8', AFFINITY: '/=source-hash:consistent', HEALTH_FALL: '100' };
      const balancer = await start(t, env);
      const by = async (client: string) => (await balancer.send('/', { headers: { 'x-forwarded-for': client } })).body;
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => by(`192.0.2.${i}`)));
      t.strictSame([...new Set(answers)].sort(), ['bad', 'good']);
      t.equal(await by('192.0.2.1'), answers[1]);
      const alone = await start(t, { AFFINITY: '/=source-hash:consistent', HEALTH_FALL: '100' });
      const untrusted = await Promise.all(
        Array.from({ length: 20 }, (_, i) => alone.send('/', { headers: { 'x-forwarded-for': `192.0.2.${i}` } })),
      );
      t.equal(new Set(untrusted.map(({ body }) => body)).size, 1);
    });
  });
}
