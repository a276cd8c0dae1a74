import { pino } from 'pino';
import t from 'tap';
import { type LoginReply, ROUTES, STRATEGIES } from '../../contract.js';
import { DEMO_PASSWORD, instanceEnvironment, setUp } from '../../testing/environment.js';
import { startProcess, startRedis, until } from '../../testing/processes.js';
import { buildApp } from '../app.js';
import { loadConfig } from '../config.js';
import { closeResources, openResources } from '../resources.js';

const log = pino({ enabled: false });
const database = await startProcess('database/embedded.js', {});
const redis = await startRedis();
const secretsDir = t.testdir();
await setUp(secretsDir, database.url);
const environment = instanceEnvironment(secretsDir, database.url, redis?.url ?? 'redis://127.0.0.1:1');
const resources = await openResources(loadConfig({ ...environment, REFRESH_GRACE_SECONDS: '0' }), log);
const { server } = await buildApp(resources, log, () => false);
t.teardown(async () => {
  await server.close();
  await closeResources(resources);
  await database.stop();
  await redis?.stop();
});

const post = (url: string, payload: object, token = '') =>
  server.inject({ method: 'POST', url, payload, headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
const get = (url: string, token: string) => server.inject({ url, headers: { authorization: `Bearer ${token}` } });
const signIn = (strategy: string, changes: object = {}) =>
  post(`/${strategy}${ROUTES.login}`, { username: 'user1', password: DEMO_PASSWORD, ...changes });
const refresh = (refreshToken: string | undefined) => post(`/jwt-refresh${ROUTES.refresh}`, { refreshToken });
const claimsOf = ({ token = '' }: LoginReply) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

for (const [name, { credential, needs }] of Object.entries(STRATEGIES)) {
  const skip = needs.includes('redis') && redis === null && 'no Redis server on PATH';
  if (credential !== 'bearer') {
    t.test(`${name} has no scopes`, { skip }, async (t) => {
      t.equal((await signIn(name, { scope: 'read' })).statusCode, 400);
    });
    continue;
  }
  t.test(`a ${name} token that was issued for reading does no more`, { skip }, async (t) => {
    t.equal((await signIn(name, { scope: 'admin' })).statusCode, 400);
    const login = (await signIn(name, { scope: 'read' })).json<LoginReply>();
    const { token = '' } = login;
    t.match(claimsOf(login), { scope: 'read' });
    t.equal((await get(`/${name}${ROUTES.me}`, token)).statusCode, 200);
    t.equal((await get(`/${name}${ROUTES.posts}`, token)).statusCode, 200);
    const refusal = await post(`/${name}${ROUTES.posts}`, { title: 'Title', body: '' }, token);
    t.equal(refusal.statusCode, 403);
    t.match(refusal.json(), { error: 'insufficient_scope' });
    t.equal(refusal.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="write"');
    t.equal(
      (await post(`/${name}${ROUTES.posts}?then=${ROUTES.logout}`, { title: 'Title', body: '' }, token)).statusCode,
      403,
    );
    t.equal((await post(`/${name}${ROUTES.logout}`, {}, token)).statusCode, 204, 'whoever holds it may end it');
  });
}

t.test('a refresh', { skip: redis === null && 'no Redis server on PATH' }, async (t) => {
  t.test('gives the next tokens, once', async (t) => {
    const first = (await signIn('jwt-refresh')).json<LoginReply>();
    t.match(first, { user: { username: 'user1' }, token: String, expiresInSeconds: 60, refreshToken: String });
    const reply = await refresh(first.refreshToken);
    t.equal(reply.statusCode, 200);
    const second = reply.json<LoginReply>();
    t.same(second.user, first.user);
    t.match(await get(`/jwt-refresh${ROUTES.me}`, second.token ?? ''), { statusCode: 200 });
    t.equal(claimsOf(second).sid, claimsOf(first).sid);
    t.notOk(first.refreshToken?.includes(claimsOf(first).sid), 'services that see the token cannot name the family');

    const again = await refresh(first.refreshToken);
    t.equal(again.statusCode, 401);
    t.match(again.json(), { error: 'invalid_refresh_token' });
    t.equal((await refresh(second.refreshToken)).statusCode, 401, 'used twice, it ends the family');
  });

  t.test('gives no more than the login asked for', async (t) => {
    const login = (await signIn('jwt-refresh', { scope: 'read' })).json<LoginReply>();
    t.equal(claimsOf((await refresh(login.refreshToken)).json()).scope, 'read');
  });

  t.test('shows what has become of the user', async (t) => {
    const login = (await signIn('jwt-refresh', { username: 'user2' })).json<LoginReply>();
    const { query } = resources.backends.database;
    await query("UPDATE users SET role = 'admin' WHERE username = 'user2'");
    const promoted = (await refresh(login.refreshToken)).json<LoginReply>();
    t.equal(promoted.user.role, 'admin');
    t.equal(claimsOf(promoted).role, 'admin');
    await query("DELETE FROM users WHERE username = 'user2'");
    t.equal((await refresh(promoted.refreshToken)).statusCode, 401);
  });

  t.test('is not possible after a logout', async (t) => {
    const { token, refreshToken } = (await signIn('jwt-refresh')).json<LoginReply>();
    t.equal((await post(`/jwt-refresh${ROUTES.logout}`, {}, token)).statusCode, 204);
    t.equal((await refresh(refreshToken)).statusCode, 401);
  });

  t.test('takes a refresh token and nothing else', async (t) => {
    const { token } = (await signIn('jwt-refresh')).json<LoginReply>();
    t.equal((await refresh(token)).statusCode, 400, 'an access token is too long');
    t.equal((await refresh('x')).statusCode, 401);
    t.equal((await refresh(undefined)).statusCode, 400);
  });

  t.test('waits for Redis without using up the token', async (t) => {
    const { token, refreshToken } = (await signIn('jwt-refresh')).json<LoginReply>();
    redis?.child.kill('SIGSTOP');
    t.teardown(() => redis?.child.kill('SIGCONT'));
    t.equal((await refresh(refreshToken)).statusCode, 503);
    t.equal((await signIn('jwt-refresh')).statusCode, 503);
    t.equal((await post(`/jwt-refresh${ROUTES.logout}`, {}, token)).statusCode, 503);
    t.equal((await get(`/jwt-refresh${ROUTES.me}`, token ?? '')).statusCode, 200, 'nothing is asked there');
    redis?.child.kill('SIGCONT');
    await until(async () => (await signIn('jwt-refresh')).statusCode === 200);
    t.equal((await refresh(refreshToken)).statusCode, 200);
  });
});
