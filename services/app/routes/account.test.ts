import t from 'tap';
import { ROUTES } from '../../contract.js';
import { basicCredential, Client, refused, signedIn } from '../../testing/clients.js';
import { DEMO_PASSWORD } from '../../testing/environment.js';
import { NO_REDIS_URL, startBacking } from '../../testing/instances.js';

const backing = await startBacking(t);
const { server, resources } = await backing.build({ STRATEGIES: 'memory,sticky,basic', FAILED_SIGN_INS_LIMIT: '3' });
const change = (client: Client, current: unknown, next: unknown) =>
  client.send('POST', ROUTES.password, { current, next });
const revoke = (client: Client, id: unknown) => client.send('POST', ROUTES.revokeUser.replace(':id', String(id)));
const setRole = (client: Client, id: unknown, role: unknown) =>
  client.send('PUT', ROUTES.userRole.replace(':id', String(id)), { role });
const idOf = async (username: string) => (await resources.directory.find(username))?.id ?? 0;

t.test('a new password ends the sessions of every strategy', async (t) => {
  const [own, other] = [await signedIn(server, 'memory', 'user1'), await signedIn(server, 'sticky', 'user1')];
  t.equal((await change(own, DEMO_PASSWORD, 'new')).statusCode, 204);
  t.same([await own.me(), await other.me()], [null, null]);
  const again = new Client(server, 'memory');
  t.equal((await again.signIn('user1', {}, 'new')).statusCode, 200);
  t.equal((await change(again, 'new', 'new')).statusCode, 204, 'it may be the old one');
  t.equal(await again.me(), null);
});

t.test('a new password takes the old one, with the limits of a login', async (t) => {
  const client = await signedIn(server, 'memory', 'user2');
  for (let i = 0; i < 3; i++) refused(t, await change(client, 'wrong', 'new'), 401, 'wrong_credentials');
  refused(t, await change(client, DEMO_PASSWORD, 'new'), 429, 'too_many_failures');
  t.equal(await client.me(), 'user2', 'what is refused ends nothing');
  refused(t, await new Client(server, 'memory').signIn('user2'), 429, 'too_many_failures');
});

t.test('of two changes at once, one is told that the password is no longer what it was', async (t) => {
  const client = await signedIn(server, 'memory', 'user3');
  const replies = await Promise.all(['one', 'two'].map((next) => change(client, DEMO_PASSWORD, next)));
  t.same(replies.map(({ statusCode }) => statusCode).sort(), [204, 401]);
});

t.test('passwords and roles that are none are refused', async (t) => {
  const admin = await signedIn(server, 'memory', 'admin');
  for (const next of ['', 'x'.repeat(1001), 1, undefined])
    refused(t, await change(admin, DEMO_PASSWORD, next), 400, 'bad_request');
  for (const role of ['root', '', null]) refused(t, await setRole(admin, 1, role), 400, 'bad_request');
  for (const id of ['0', '-1', '1.5', 'user1']) refused(t, await revoke(admin, id), 400, 'bad_request');
});

t.test('only an admin revokes and changes roles, and only of users that exist', async (t) => {
  const user = await signedIn(server, 'memory', 'user4');
  refused(t, await revoke(user, 1), 403, 'forbidden');
  refused(t, await setRole(user, await idOf('user4'), 'admin'), 403, 'forbidden');
  const admin = await signedIn(server, 'memory', 'admin');
  for (const id of [999_999, 2_147_483_648]) {
    refused(t, await revoke(admin, id), 404, 'not_found');
    refused(t, await setRole(admin, id, 'admin'), 404, 'not_found');
  }
  const id = await idOf('user4');
  t.same((await setRole(admin, id, 'admin')).json(), { id, username: 'user4', role: 'admin' });
  refused(t, await user.send('GET', ROUTES.me), 401, 'not_signed_in');
  t.equal((await (await signedIn(server, 'memory', 'user4')).send('GET', ROUTES.adminUsers)).statusCode, 200);
});

t.test('who was demoted does not take the role back with a token that still tells it', async (t) => {
  const tokens = await backing.build({ STRATEGIES: 'jwt' });
  const admin = await signedIn(tokens.server, 'jwt', 'admin');
  const id = await idOf('user10');
  t.equal((await setRole(admin, id, 'admin')).statusCode, 200);
  const stale = await signedIn(tokens.server, 'jwt', 'user10');
  t.equal((await setRole(admin, id, 'user')).statusCode, 200);
  refused(t, await setRole(stale, id, 'admin'), 403, 'forbidden');
  refused(t, await revoke(stale, 1), 403, 'forbidden');
  t.match(await resources.directory.get(id), { role: 'user' });
});

t.test('the last admin stays one', async (t) => {
  const { database } = resources.backends;
  await database.query("UPDATE users SET role = 'user' WHERE username <> 'admin'");
  t.teardown(() => database.query("UPDATE users SET role = 'admin' WHERE username = 'admin'"));
  const id = await idOf('admin');
  const admin = await signedIn(server, 'memory', 'admin');
  refused(t, await setRole(admin, id, 'user'), 409, 'last_admin');
  t.equal((await setRole(admin, await idOf('user10'), 'admin')).statusCode, 200);
  t.equal((await setRole(admin, id, 'user')).statusCode, 200, 'there is another one');
});

t.test('wrong passwords with each request are limited, too, and the refusal asks for one in UTF-8', async (t) => {
  const client = new Client(server, 'basic');
  client.credential = basicCredential('user5', 'wr\u00f6ng');
  for (let i = 0; i < 3; i++) {
    const reply = await client.send('GET', ROUTES.me);
    refused(t, reply, 401, 'not_signed_in');
    t.equal(reply.headers['www-authenticate'], 'Basic realm="authscale", charset="UTF-8"');
  }
  refused(t, await client.send('GET', ROUTES.me), 429, 'too_many_failures');
  client.credential = basicCredential('user6', DEMO_PASSWORD);
  t.equal((await change(client, DEMO_PASSWORD, 'p\u00e4ss:w\u00f6rd')).statusCode, 204);
  t.equal(await client.me(), null);
  client.credential = basicCredential('user6', 'p\u00e4ss:w\u00f6rd');
  t.equal(await client.me(), 'user6', 'the name ends at the first colon');
});

t.test('a deleted user is signed out where each request asks for the user', async (t) => {
  if (backing.redis === null) return t.comment('skipped: no Redis server on PATH');
  const shared = await backing.build({ STRATEGIES: 'redis-id' });
  const client = await signedIn(shared.server, 'redis-id', 'user7');
  await resources.backends.database.query('DELETE FROM users WHERE username = $1', ['user7']);
  refused(t, await client.send('GET', ROUTES.me), 401, 'not_signed_in');
});

t.test('without Redis a password stays as it is, and a role changes though sessions go on', async (t) => {
  const cut = await backing.build({ STRATEGIES: 'jwt,redis', REDIS_URL: NO_REDIS_URL });
  const user = await signedIn(cut.server, 'jwt', 'user8');
  refused(t, await change(user, DEMO_PASSWORD, 'new'), 503, 'unavailable');
  t.equal((await user.signIn('user8')).statusCode, 200, 'with the old password');
  const admin = await signedIn(cut.server, 'jwt', 'admin');
  const id = await idOf('user8');
  refused(t, await revoke(admin, id), 503, 'unavailable');
  refused(t, await setRole(admin, id, 'admin'), 503, 'unavailable');
  t.match(await resources.directory.get(id), { role: 'admin' });
});

t.test('a frozen Redis is not waited for', async (t) => {
  if (backing.redis === null) return t.comment('skipped: no Redis server on PATH');
  const shared = await backing.build({ STRATEGIES: 'jwt,redis' });
  const user = await signedIn(shared.server, 'jwt', 'user9');
  backing.redis.child.kill('SIGSTOP');
  t.teardown(() => backing.redis?.child.kill('SIGCONT'));
  refused(t, await change(user, DEMO_PASSWORD, 'new'), 503, 'unavailable');
  t.equal((await user.signIn('user9')).statusCode, 200, 'with the old password');
});
