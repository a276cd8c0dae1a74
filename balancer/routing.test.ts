/** What can be changed of the routes, what is told of requests, and where people are sent. */
import t from 'tap';
import { ADMIN, AFFINITY_COOKIE, type RoutingSnapshot } from './contract.js';
import { TestBalancer } from './testing/test-cluster.js';
import { TestUpstream } from './testing/test-upstream.js';

const CONSOLE_URL = 'http://127.0.0.1:8090/';
const upstreams = [await new TestUpstream('a').start(), await new TestUpstream('b').start()];
const balancer = await TestBalancer.start(
  'net',
  upstreams.map(({ spec }) => spec),
  { CONSOLE_URL },
);
t.teardown(async () => {
  await balancer.close();
  for (const upstream of upstreams) await upstream.kill();
});

const change = async (method: string, body?: unknown) => {
  const reply = await balancer.admin(method, ADMIN.routes, body);
  return { status: reply.status, ...(JSON.parse(reply.body) as RoutingSnapshot & { message?: string }) };
};
const CONFIGURED = [
  { prefix: '/', policy: 'round-robin', affinity: 'none' },
  { prefix: '/sticky', policy: 'round-robin', affinity: 'inserted-cookie' },
];

t.test('a route is changed or added while it serves, and goes back to what was configured', async (t) => {
  t.match(await change('GET'), { status: 200, routes: CONFIGURED });
  const pinned = { prefix: '/memory', policy: 'round-robin', affinity: 'source-hash:modulo' };
  t.match(await change('PUT', pinned), { status: 200, routes: [...CONFIGURED, pinned] });
  t.equal(Object.keys(await balancer.tally(6, '/memory/me')).length, 1, 'all from here are at one instance');
  t.equal(Object.keys(await balancer.tally(6, '/other')).length, 2);
  t.match(await change('PUT', { ...pinned, affinity: 'inserted-cookie' }), { status: 200 });
  t.match((await balancer.send('/memory/me')).headers['set-cookie'], [
    new RegExp(`^${AFFINITY_COOKIE}=.*Path=/memory;`),
  ]);
  t.same((await change('DELETE')).routes, CONFIGURED);
  t.equal(Object.keys(await balancer.tally(6, '/memory/me')).length, 2);
});

t.test('what no configuration could have is refused, and changes nothing', async (t) => {
  const good = { prefix: '/memory', policy: 'round-robin', affinity: 'none' };
  const wrong = [
    { prefix: 'memory' },
    { prefix: '/a b' },
    { policy: 'fastest' },
    { policy: 'toString' },
    { affinity: 'source-hash' },
    { affinity: 'none:x' },
    { affinity: 'header-hash:' },
    { more: 1 },
  ];
  for (const part of wrong) {
    const { status, message } = await change('PUT', { ...good, ...part });
    t.equal(status, 400, JSON.stringify(part));
    t.match(message, 'source-hash:consistent');
  }
  t.equal((await change('PUT')).status, 400, 'nothing is no JSON');
  t.same((await change('GET')).routes, CONFIGURED);
});

t.test('without a key there are no cookies to sign', async (t) => {
  const keyless = await TestBalancer.start('net', [], { AFFINITY: '/=none', AFFINITY_SECRET: '' });
  t.teardown(() => keyless.close());
  const body = { prefix: '/', policy: 'round-robin', affinity: 'inserted-cookie' };
  t.match(await keyless.admin('PUT', ADMIN.routes, body), { status: 400, body: /needs a key/ });
});

t.test('a decision bears what the client calls its request, and its time below a millisecond', async (t) => {
  const decisions = await balancer.decisions(2);
  await balancer.send('/memory/me', { headers: { 'x-request-id': 'mine' } });
  await balancer.send('/memory/me', { headers: { 'x-request-id': 'x'.repeat(1000) } });
  const [first, second] = await decisions.first;
  t.match(first, { requestId: 'mine', skipped: 0 });
  t.equal(second?.requestId?.length, 64);
  for (const { durationMs } of [first, second].flatMap((told) => told ?? [])) t.ok(durationMs > 0, `${durationMs} ms`);
});

t.test('a browser that asks for / is sent to the console, and nothing else is', async (t) => {
  const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
  const sent = await balancer.send('/', { headers: { accept } });
  t.match(sent, { status: 302, headers: { location: CONSOLE_URL, vary: 'accept', 'cache-control': 'no-store' } });
  const others = [
    ['/', { headers: { accept: '*/*' } }],
    ['/', {}],
    ['/', { method: 'POST', headers: { accept } }],
    ['/memory/me', { headers: { accept } }],
  ] as const;
  for (const [path, options] of others) t.equal((await balancer.send(path, options)).status, 200, path);
  const unset = await TestBalancer.start('net', [upstreams[0]?.spec ?? '']);
  t.teardown(() => unset.close());
  t.equal((await unset.send('/', { headers: { accept } })).status, 200);
});
