import t from 'tap';
import { ADMIN, AFFINITY_COOKIE, TRANSPORTS } from './contract.js';
import { TestBalancer } from './testing/test-cluster.js';
import { TestUpstream } from './testing/test-upstream.js';

for (const transport of TRANSPORTS) {
  t.test(`over ${transport}`, async (t) => {
    const upstreams = await Promise.all(['a', 'b', 'c', 'd'].map((name) => new TestUpstream(name).start()));
    const [a, b] = upstreams as [TestUpstream, TestUpstream];
    const specs = upstreams.map(({ spec }) => spec);
    t.afterEach(() => {
      for (const upstream of upstreams) {
        upstream.behave = null;
        upstream.received.length = 0;
      }
    });
    t.teardown(() => Promise.all(upstreams.map((upstream) => upstream.kill())));

    t.test('requests go round in turn and every upstream gets its equal share', async (t) => {
      const balancer = await TestBalancer.start(transport, specs);
      t.teardown(() => balancer.close());
      const first = [];
      for (let i = 0; i < 5; i++) first.push((await balancer.send('/')).body);
      t.equal(new Set(first.slice(0, 4)).size, 4);
      t.equal(first[4], first[0]);
      t.strictSame(await balancer.tally(400), { a: 100, b: 100, c: 100, d: 100 });
    });

    t.test('when one of four is killed no GET fails and the rest get equal thirds', async (t) => {
      const victim = await new TestUpstream('victim').start();
      t.teardown(() => victim.kill());
      const balancer = await TestBalancer.start(transport, [...specs.slice(0, 3), victim.spec]);
      t.teardown(() => balancer.close());
      await balancer.tally(4);
      await victim.kill();
      t.notOk(Object.hasOwn(await balancer.tally(8), 'victim'));
      await balancer.until((snapshot) => snapshot.upstreams.some(({ state }) => state === 'down'));
      t.strictSame(await balancer.tally(300), { a: 100, b: 100, c: 100 });
      await victim.start();
      await balancer.until((snapshot) => snapshot.upstreams.every(({ state }) => state === 'up'));
      t.strictSame(await balancer.tally(40), { a: 10, b: 10, c: 10, victim: 10 });
    });

    t.test('without an upstream the answer is 503 and says when to come back', async (t) => {
      const balancer = await TestBalancer.start(transport, []);
      t.teardown(() => balancer.close());
      const { status, headers } = await balancer.send('/');
      t.equal(status, 503);
      t.equal(headers['retry-after'], '1');
    });

    t.test('upstreams can be added, and one that is removed finishes what it has begun', async (t) => {
      const balancer = await TestBalancer.start(transport, [a.spec]);
      t.teardown(() => balancer.close());
      const added = await balancer.admin('POST', ADMIN.upstreams, { url: b.url });
      t.equal(added.status, 201);
      await balancer.until((snapshot) => snapshot.upstreams.every(({ state }) => state === 'up'));
      t.strictSame(await balancer.tally(4), { a: 2, b: 2 });
      let finish = () => {};
      b.behave = (_, response) => {
        finish = () => response.end('late');
      };
      const pending = [balancer.send('/'), balancer.send('/')];
      await balancer.until((snapshot) =>
        snapshot.upstreams.some(({ url, inFlight }) => url === b.url && inFlight === 1),
      );
      t.equal((await balancer.admin('DELETE', `${ADMIN.upstreams}/${JSON.parse(added.body).id}`)).status, 204);
      t.strictSame(await balancer.tally(4), { a: 4 });
      finish();
      t.strictSame((await Promise.all(pending)).map(({ body }) => body).sort(), ['a', 'late']);
      await balancer.until((snapshot) => snapshot.upstreams.length === 1);
    });

    t.test('a client without a cookie is given one under /sticky, and stays where it points', async (t) => {
      const balancer = await TestBalancer.start(transport, specs);
      t.teardown(() => balancer.close());
      t.equal((await balancer.send('/other')).headers['set-cookie'], undefined);
      const { headers, body } = await balancer.send('/sticky/me');
      const [cookie = ''] = headers['set-cookie'] ?? [];
      t.match(cookie, new RegExp(`^${AFFINITY_COOKIE}=[^;]+; Path=/sticky; HttpOnly; SameSite=Lax$`));
      const options = { headers: { cookie: cookie.split(';')[0] } };
      t.strictSame(await balancer.tally(8, '/sticky/me', options), { [body]: 8 });
      t.equal((await balancer.send('/sticky/me', options)).headers['set-cookie'], undefined);
    });

    t.test('a retry sets one cookie, that of the upstream that answered, and the instance sees none', async (t) => {
      const victim = await new TestUpstream('victim').start();
      t.teardown(() => victim.kill());
      const balancer = await TestBalancer.start(transport, [victim.spec, a.spec], { HEALTH_INTERVAL_MS: '60000' });
      t.teardown(() => balancer.close());
      const pinned = await cookieOf(balancer, 'victim');
      await victim.kill();
      const { status, headers, body } = await balancer.send('/sticky', { headers: { cookie: `x=1; ${pinned}` } });
      t.match({ status, body }, { status: 200, body: 'a' });
      t.equal(headers['set-cookie']?.length, 1);
      t.not(headers['set-cookie']?.[0]?.split(';')[0], pinned);
      t.equal(a.received.at(-1)?.rawHeaders.join().includes(AFFINITY_COOKIE), false);
      t.match((await balancer.admin('GET', ADMIN.metrics)).body, /^balancer_redispatches_total 1$/m);
    });

    t.test(
      'a drained upstream keeps its clients until the deadline and takes no new ones; resuming undoes it',
      async (t) => {
        const balancer = await TestBalancer.start(transport, [a.spec, b.spec], { DRAIN_DEADLINE_MS: '300' });
        t.teardown(() => balancer.close());
        const options = { headers: { cookie: await cookieOf(balancer, 'b') } };
        const id = (await balancer.snapshot()).upstreams.find(({ url }) => url === b.url)?.id;
        t.match(JSON.parse((await balancer.admin('POST', `${ADMIN.upstreams}/${id}/drain`)).body), {
          state: 'draining',
        });
        t.strictSame(await balancer.tally(6, '/sticky'), { a: 6 });
        t.equal((await balancer.send('/sticky', options)).body, 'b');
        while ((await balancer.send('/sticky', options)).body === 'b');
        t.ok(
          (await balancer.send('/sticky', options)).headers['set-cookie'],
          'past the deadline the client is bound anew',
        );
        t.match(JSON.parse((await balancer.admin('POST', `${ADMIN.upstreams}/${id}/resume`)).body), { state: 'up' });
        t.strictSame(await balancer.tally(6), { a: 3, b: 3 });
      },
    );

    t.test('two balancers agree about a cookie', async (t) => {
      const one = await TestBalancer.start(transport, specs);
      const other = await TestBalancer.start(transport, [...specs].reverse());
      t.teardown(() => Promise.all([one.close(), other.close()]));
      t.strictSame(await other.tally(4, '/sticky', { headers: { cookie: await cookieOf(one, 'c') } }), { c: 4 });
    });

    t.test('weights set over the admin listener count, and wrong calls are told what is right', async (t) => {
      const balancer = await TestBalancer.start(transport, [a.spec, b.spec], { POLICY: '/=weighted-round-robin' });
      t.teardown(() => balancer.close());
      const [first] = (await balancer.snapshot()).upstreams;
      const path = `${ADMIN.upstreams}/${first?.id}/weight`;
      t.equal((await balancer.admin('POST', path, { weight: 3 })).status, 200);
      t.strictSame(await balancer.tally(8), { a: 6, b: 2 });
      t.equal((await balancer.admin('POST', path, { weight: 0 })).status, 400);
      t.equal((await balancer.admin('POST', `${ADMIN.upstreams}/none/drain`)).status, 404);
      t.equal((await balancer.admin('POST', ADMIN.upstreams, { url: 'ftp://x' })).status, 400);
      t.match(await balancer.admin('GET', '/nothing'), { status: 404, body: /there are/ });
    });
  });
}

/** A cookie that pins to the upstream with this name. */
async function cookieOf(balancer: TestBalancer, name: string): Promise<string> {
  for (;;) {
    const { body, headers } = await balancer.send('/sticky');
    if (body === name) return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }
}

t.test('the access log has one line a request', async (t) => {
  const upstream = await new TestUpstream('a').start();
  const lines: string[] = [];
  const accessLog = { write: (line: string) => lines.push(line) };
  const balancer = await TestBalancer.start('net', [upstream.spec], { ACCESS_LOG: 'true' }, { accessLog });
  t.teardown(() => Promise.all([balancer.close(), upstream.kill()]));
  await balancer.send('/a?b');
  t.equal(lines.length, 1);
  t.match(JSON.parse(lines[0] ?? ''), { method: 'GET', path: '/a?b', status: 200, attempts: [{ outcome: '200' }] });
});
