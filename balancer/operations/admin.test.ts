import type { ClientRequestArgs } from 'node:http';
import t from 'tap';
import { ADMIN } from '../contract.js';
import { ADMIN_TOKEN, send, sendRaw, TestBalancer } from '../testing/test-cluster.js';

const balancer = await TestBalancer.start('net', [], { ADMIN_HOSTS: 'admin.example, Balancer:9' });
t.teardown(() => balancer.close());
const { port } = new URL(balancer.adminUrl);
const authorization = `Bearer ${ADMIN_TOKEN}`;
const type = { 'content-type': 'application/json' };
const spec = JSON.stringify({ url: 'http://127.0.0.1:9' });

function ask(path: string, headers: ClientRequestArgs['headers'], method = 'GET', body?: string) {
  return send(`${balancer.adminUrl}${path}`, { method, headers }, body);
}

t.test('without its token the admin listener tells nothing but its health, on loopback too', async (t) => {
  const wrong = ['', 'Bearer', `Bearer ${ADMIN_TOKEN}x`, `Basic ${ADMIN_TOKEN}`, ADMIN_TOKEN];
  for (const path of [ADMIN.snapshot, ADMIN.metrics, ADMIN.decisions, '/nothing']) {
    t.equal((await ask(path, {})).status, 401, path);
    for (const authorization of wrong) t.equal((await ask(path, { authorization })).status, 401, authorization);
  }
  t.equal((await ask(ADMIN.upstreams, type, 'POST', spec)).status, 401);
  t.equal((await ask(ADMIN.health, {})).status, 200);
  t.equal((await ask(ADMIN.snapshot, { authorization: `bearer ${ADMIN_TOKEN}` })).status, 200);
});

t.test('a foreign Host gets nothing, not even with the token', async (t) => {
  const foreign = [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1:1',
    '127.0.0.1',
    `127.0.0.1.evil.example:${port}`,
  ];
  for (const host of [
    ...foreign,
    `localhost:${port}@evil.example`,
    'admin.example:1',
    `[::2]:${port}`,
    `10.0.0.1:${port}`,
  ]) {
    for (const path of [ADMIN.snapshot, ADMIN.health]) {
      t.match(await ask(path, { host, authorization }), { status: 403, body: /"FORBIDDEN"/ }, host);
    }
  }
  const withoutHost = `GET ${ADMIN.snapshot} HTTP/1.0\r\nAuthorization: ${authorization}\r\n\r\n`;
  t.match(await sendRaw(Number(port), withoutHost), /^HTTP\/1\.1 403 /);
});

t.test('it goes by the names of loopback with its port, and by those that ADMIN_HOSTS lists', async (t) => {
  const own = [`localhost:${port}`, `LocalHost:${port}`, `127.0.0.1:${port}`, `127.1.2.3:${port}`, `[::1]:${port}`];
  for (const host of [...own, 'admin.example', 'balancer:9']) {
    t.equal((await ask(ADMIN.snapshot, { host, authorization })).status, 200, host);
  }
});

t.test('pages of another origin are refused, its own are not', async (t) => {
  const foreign = ['http://evil.example', 'null', `http://127.0.0.1:${port}.evil.example`, 'http://127.0.0.1:1', ''];
  for (const origin of foreign) t.equal((await ask(ADMIN.snapshot, { origin, authorization })).status, 403, origin);
  t.equal((await ask(ADMIN.snapshot, { origin: balancer.adminUrl, authorization })).status, 200);
});

t.test('a page of another origin adds no upstream with what it can send unasked', async (t) => {
  const page = { origin: 'http://evil.example', 'content-type': 'text/plain' };
  for (const headers of [page, { ...page, authorization }, { ...page, host: 'evil.example' }]) {
    t.ok((await ask(ADMIN.upstreams, headers, 'POST', spec)).status >= 400);
  }
  t.same((await balancer.snapshot()).upstreams, []);
});

t.test('writes are taken as JSON alone', async (t) => {
  for (const given of ['text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json', '']) {
    const reply = await ask(ADMIN.upstreams, { authorization, 'content-type': given }, 'POST', spec);
    t.match(reply, { status: 415, body: /"UNSUPPORTED_MEDIA_TYPE"/ }, given);
  }
  t.equal((await ask(ADMIN.upstreams, { authorization }, 'POST', spec)).status, 415);
  t.equal((await ask(`${ADMIN.upstreams}/x/drain`, { authorization }, 'POST')).status, 415);
  t.equal((await ask(`${ADMIN.upstreams}/x`, { authorization }, 'DELETE')).status, 404, 'nothing is sent with it');
  t.same((await balancer.snapshot()).upstreams, []);
  const json = { authorization, 'content-type': 'Application/JSON; charset=utf-8' };
  const { body, status } = await ask(ADMIN.upstreams, json, 'POST', spec);
  t.equal(status, 201);
  t.equal((await ask(`${ADMIN.upstreams}/${JSON.parse(body).id}`, { authorization }, 'DELETE')).status, 204);
});
