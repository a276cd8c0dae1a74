import t from 'tap';
import { ADMIN, AFFINITY_COOKIE, TRANSPORTS } from './contract.js';
import { TestBalancer, TestUpstream } from './testing/test-cluster.js';

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
      t.strictSame(await balancer.tally(40), { a: 10, b: 10, c: 10, d: 10 });
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
      t.strictSame(await balancer.tally(30), { a: 10, b: 10, c: 10 });
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

    t.test('a POST arrives whole, buffered or streamed, with a length or in chunks', async (t) => {
      const balancer = await TestBalancer.start(transport, [a.spec]);
      t.teardown(() => balancer.close());
      const small = 'x'.repeat(1000);
      const large = 'y'.repeat(300_000);
      await balancer.send('/', { method: 'POST', headers: { 'content-length': '1000' } }, small);
      await balancer.send('/', { method: 'POST', headers: { 'content-length': '300000' } }, large);
      await balancer.send('/', { method: 'POST', headers: { 'transfer-encoding': 'chunked' } }, large);
      t.strictSame(
        a.received.map(({ body }) => body.toString()),
        [small, large, large],
      );
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
  });
}
