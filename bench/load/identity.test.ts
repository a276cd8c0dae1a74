import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { Pool } from 'undici';
import { CookieJar } from './cookie-jar.js';
import { Identity } from './identity.js';

const now = new Date('2026-01-01T00:00:00Z');

t.test('a cookie is sent to its path and below, and nowhere else', async (t) => {
  const jar = new CookieJar();
  jar.store(['sid=a%2Fb==; Path=/redis; HttpOnly', 'upstream=1; Path=/', 'here=x'], '/redis/me', now);
  t.equal(jar.headerFor('/redis/me?x=1'), 'sid=a%2Fb==; here=x; upstream=1');
  t.equal(jar.headerFor('/redis'), 'sid=a%2Fb==; here=x; upstream=1');
  t.equal(jar.headerFor('/redistribution'), 'upstream=1');
  t.equal(jar.headerFor('/memory/me'), 'upstream=1');
});

t.test('a cookie is replaced by its name and path, and removed when it expires', async (t) => {
  const jar = new CookieJar();
  jar.store(['a=1; Path=/', 'a=2; Path=/x'], '/', now);
  jar.store(['a=3; Path=/'], '/', now);
  t.equal(jar.headerFor('/x'), 'a=2; a=3');
  jar.store(['a=; Path=/x; Max-Age=0', 'a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], '/', now);
  t.equal(jar.headerFor('/x'), '');
});

t.test('an identity signs in, keeps its credentials and presents them', async (t) => {
  let underWay = 0;
  let mostUnderWay = 0;
  const server = createServer(async (request, response) => {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    let body = '';
    for await (const chunk of request) body += chunk;
    underWay--;
    const { username } = body === '' ? { username: '' } : JSON.parse(body);
    response.setHeader('x-instance', 'app-1');
    if (username === 'stranger') response.statusCode = 401;
    response.setHeader('set-cookie', username === '' ? [] : [`sid=${username}; Path=/redis`, 'pin=7; Path=/']);
    const seen = { url: request.url, cookie: request.headers.cookie, authorization: request.headers.authorization };
    response.end(JSON.stringify({ token: `token-of-${username}`, benchToken: request.headers['x-bench-token'], seen }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = new Pool(origin, { connections: 3 });
  t.teardown(async () => {
    await pool.close();
    server.close();
  });

  const [cookie, bearer] = (['redis', 'jwt'] as const).map(
    (strategy) => new Identity({ pool, origin, strategy, username: 'user1' }),
  ) as [Identity, Identity];
  t.match(await cookie.login('secret'), { status: 200, instance: 'app-1' });
  t.match(JSON.parse((await cookie.get('/me')).body).seen, { url: '/redis/me', cookie: 'sid=user1; pin=7' });
  t.same(cookie.requestFor('/me'), { path: '/redis/me', headers: { cookie: 'sid=user1; pin=7' } });

  t.match(JSON.parse((await bearer.benchLogin('bench-secret')).body), { benchToken: 'bench-secret' });
  t.match(JSON.parse((await bearer.get('/me')).body).seen, { url: '/jwt/me', authorization: 'Bearer token-of-user1' });

  const stranger = new Identity({ pool, origin, strategy: 'redis', username: 'stranger' });
  await t.rejects(stranger.login('wrong'), { code: 'LOGIN_REFUSED', status: 401, username: 'stranger' });

  const crowd = Array.from(
    { length: 50 },
    (_, i) => new Identity({ pool, origin, strategy: 'redis', username: `u${i}` }),
  );
  await Promise.all(crowd.map((identity) => identity.login('secret')));
  t.ok(mostUnderWay <= 3, "the pool's connections bound the logins under way");
  t.match(crowd[49]?.credentialsFor('/me'), { cookie: 'sid=u49; pin=7' });
});
