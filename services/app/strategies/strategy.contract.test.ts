import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { BASELINE, HEADERS, ROUTES, STRATEGIES, type StrategyName } from '../../contract.js';
import { BENCH_TOKEN, DEMO_PASSWORD, instanceEnvironment, setUp } from '../../testing/environment.js';
import { startProcess, startRedis } from '../../testing/processes.js';
import { buildApp } from '../app.js';
import { loadConfig } from '../config.js';
import { closeResources, openResources } from '../resources.js';
import { strategies } from './index.js';
import type { Strategy } from './strategy.js';

type Headers = Record<string, string>;

const log = pino({ enabled: false });
const database = await startProcess('database/embedded.js', {});
const redis = await startRedis();
const secretsDir = t.testdir();
await setUp(secretsDir, database.url);
const environment = instanceEnvironment(secretsDir, database.url, redis?.url ?? 'redis://127.0.0.1:1');
const resources = await openResources(loadConfig(environment), log);
const { server, mounted } = await buildApp(resources, log, () => false);
t.teardown(async () => {
  await server.close();
  await closeResources(resources);
  await database.stop();
  await redis?.stop();
});

/** Sends requests to one strategy, with a credential once it has signed in. */
class Client {
  credential: Headers = {};
  readonly prefix: string;
  readonly #server: FastifyInstance;

  constructor(name: string, app: FastifyInstance = server) {
    this.prefix = `/${name}`;
    this.#server = app;
  }

  send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, headers: Headers = {}) {
    const payload = body === undefined ? {} : { payload: body as object };
    const options = { method, url: this.prefix + path, headers: { ...this.credential, ...headers }, ...payload };
    return this.#server.inject(options) as Promise<LightMyRequestResponse>;
  }

  async signIn(username: string, headers: Headers = {}): Promise<LightMyRequestResponse> {
    const reply = await this.send('POST', ROUTES.login, { username, password: DEMO_PASSWORD }, headers);
    const { token } = reply.json<{ token?: string }>();
    const [cookie] = reply.cookies;
    this.credential =
      token === undefined ? { cookie: `${cookie?.name}=${cookie?.value}` } : { authorization: `Bearer ${token}` };
    return reply;
  }
}

const signedIn = async (name: string, username: string) => {
  const client = new Client(name);
  await client.signIn(username);
  return client;
};

const tripsOf = (name: string) => (mounted.get(name) as Strategy).usage().storeTrips;

function refused(t: Test, reply: LightMyRequestResponse, statusCode: number, error: string): void {
  t.equal(reply.statusCode, statusCode);
  t.match(reply.json(), { error, message: String });
}

for (const name of Object.keys(strategies) as StrategyName[]) {
  const traits = STRATEGIES[name];
  const skip = traits.state === 'redis' && redis === null && 'no Redis server on PATH';

  t.test(`the ${name} strategy`, { skip }, async (t) => {
    t.test('signs in, knows who it is, and signs out', async (t) => {
      const client = new Client(name);
      const login = await client.signIn('user1');
      t.equal(login.statusCode, 200);
      t.match(login.json(), { user: { id: Number, username: 'user1', role: 'user' } });
      t.equal('token' in login.json(), traits.credential === 'bearer');

      const me = await client.send('GET', ROUTES.me);
      t.equal(me.statusCode, 200);
      t.same(me.json(), { user: login.json().user });

      t.equal((await client.send('POST', ROUTES.logout)).statusCode, 204);
      const after = await client.send('GET', ROUTES.me);
      if (traits.state === 'client') t.equal(after.statusCode, 200, 'nothing is kept that could be taken back');
      else refused(t, after, 401, 'not_signed_in');
    });

    t.test('refuses whoever has not signed in', async (t) => {
      const client = new Client(name);
      refused(t, await client.send('GET', ROUTES.me), 401, 'not_signed_in');
      refused(t, await client.send('POST', ROUTES.logout), 401, 'not_signed_in');
      refused(t, await client.send('GET', ROUTES.posts), 401, 'not_signed_in');
      refused(t, await client.send('POST', ROUTES.posts, 'no JSON'), 401, 'not_signed_in');
      refused(t, await client.send('GET', ROUTES.adminUsers), 401, 'not_signed_in');
    });

    t.test('refuses credentials that it did not issue', async (t) => {
      const { credential } = await signedIn(name, 'user1');
      for (const forged of forgeries(credential)) {
        const client = new Client(name);
        client.credential = forged;
        refused(t, await client.send('GET', ROUTES.me), 401, 'not_signed_in');
      }
    });

    t.test('refuses the credentials of other strategies', async (t) => {
      for (const other of Object.keys(strategies).filter((other) => other !== name)) {
        if (other === 'redis' && redis === null) continue;
        const { credential } = await signedIn(other, 'user1');
        const client = new Client(name);
        const renamed = credential.cookie?.replace(`authscale_${other}=`, `authscale_${name}=`);
        client.credential = renamed === undefined ? credential : { cookie: renamed };
        refused(t, await client.send('GET', ROUTES.me), 401, 'not_signed_in');
      }
    });

    t.test('tells nothing about which users exist', async (t) => {
      const client = new Client(name);
      const wrong = await client.send('POST', ROUTES.login, { username: 'user1', password: 'wrong' });
      const unknown = await client.send('POST', ROUTES.login, { username: 'nobody', password: 'wrong' });
      refused(t, wrong, 401, 'wrong_credentials');
      t.equal(unknown.statusCode, 401);
      t.equal(unknown.body, wrong.body);
      t.same(wrong.cookies, []);
    });

    t.test('refuses login bodies that are none', async (t) => {
      const client = new Client(name);
      const login = (body: unknown, type = 'application/json') =>
        client.send('POST', ROUTES.login, body, { 'content-type': type });
      const good = { username: 'user1', password: DEMO_PASSWORD };
      refused(t, await client.send('POST', ROUTES.login), 400, 'bad_request');
      refused(t, await login(''), 400, 'bad_request');
      refused(t, await login('{"username":'), 400, 'bad_request');
      refused(t, await login(JSON.stringify(good), 'text/plain'), 400, 'bad_request');
      refused(t, await login('username=user1', 'application/x-www-form-urlencoded'), 400, 'bad_request');
      refused(t, await login({ username: 'user1' }), 400, 'bad_request');
      refused(t, await login({ ...good, username: 1 }), 400, 'bad_request');
      refused(t, await login({ ...good, role: 'admin' }), 400, 'bad_request');
      refused(t, await login('{"username":"user1","password":"x","__proto__":{"role":"admin"}}'), 400, 'bad_request');
      refused(t, await login({ ...good, password: 'x'.repeat(20_000) }), 413, 'body_too_large');
    });

    t.test('lets only the author and an admin change a post', async (t) => {
      const [author, other, admin] = [
        await signedIn(name, 'user1'),
        await signedIn(name, 'user2'),
        await signedIn(name, 'admin'),
      ];
      const text = { title: 'Title', body: 'Body' };
      for (const [remover, refusedOnes] of [
        [author, [other]],
        [admin, [other]],
      ] as const) {
        const created = await author.send('POST', ROUTES.posts, text);
        t.equal(created.statusCode, 201);
        const path = `${ROUTES.posts}/${created.json().id}`;
        for (const reader of [author, other, admin]) {
          t.match((await reader.send('GET', path)).json(), text);
          t.match((await reader.send('GET', ROUTES.posts)).json(), { posts: [text] });
        }
        for (const stranger of refusedOnes) {
          refused(t, await stranger.send('PUT', path, text), 403, 'forbidden');
          refused(t, await stranger.send('DELETE', path), 403, 'forbidden');
        }
        const changed = { title: 'Changed', body: '' };
        t.match((await remover.send('PUT', path, changed)).json(), { ...changed, authorId: created.json().authorId });
        t.equal((await remover.send('DELETE', path)).statusCode, 204);
        for (const [method, body] of [['GET'], ['PUT', text], ['DELETE']] as const) {
          refused(t, await remover.send(method, path, body), 404, 'not_found');
        }
      }
      refused(t, await author.send('GET', `${ROUTES.posts}/first`), 400, 'bad_request');
      refused(t, await author.send('POST', ROUTES.posts, { ...text, authorId: 1 }), 400, 'bad_request');
    });

    t.test('shows the users to admins only', async (t) => {
      const admin = await signedIn(name, 'admin');
      const reply = await admin.send('GET', ROUTES.adminUsers);
      t.equal(reply.statusCode, 200);
      t.match(reply.json().users[0], { id: Number, username: String, role: 'user' });
      t.notOk(reply.body.includes('argon2'), 'no hash leaves the instance');
      refused(t, await (await signedIn(name, 'user1')).send('GET', ROUTES.adminUsers), 403, 'forbidden');
    });

    t.test('makes sessions without a password for those who know the bench token', async (t) => {
      const client = new Client(name);
      const begin = (token?: string, username = 'user3') =>
        client.send(
          'POST',
          ROUTES.benchLogin,
          { username },
          token === undefined ? {} : { [HEADERS.benchToken]: token },
        );
      refused(t, await begin(), 403, 'forbidden');
      refused(t, await begin('wrong'), 403, 'forbidden');
      refused(t, await begin(BENCH_TOKEN, 'nobody'), 404, 'not_found');
      t.match((await begin(BENCH_TOKEN)).json(), { user: { username: 'user3' } });
    });

    t.test('asks its store once per read and never for strangers', async (t) => {
      const client = await signedIn(name, 'user1');
      const before = tripsOf(name);
      for (let i = 0; i < 5; i++) await client.send('GET', ROUTES.me);
      t.equal(tripsOf(name) - before, traits.state === 'redis' ? 5 : 0);

      const [trips, databaseTrips] = [tripsOf(name), resources.backends.database.trips()];
      await new Client(name).send('GET', ROUTES.me);
      const [forged] = forgeries(client.credential);
      const stranger = new Client(name);
      stranger.credential = forged ?? {};
      await stranger.send('GET', ROUTES.me);
      await client.send('GET', ROUTES.me);
      t.equal(tripsOf(name) - trips, traits.state === 'redis' ? 1 : 0);
      t.equal(resources.backends.database.trips(), databaseTrips, 'the database is not asked who someone is');
    });

    t.test('stamps every reply', async (t) => {
      const client = await signedIn(name, 'user1');
      const replies = [
        await client.send('GET', ROUTES.me),
        await new Client(name).send('GET', ROUTES.me),
        await client.send('GET', '/x'),
      ];
      for (const reply of replies) {
        t.equal(reply.headers[HEADERS.instance], resources.config.instanceId);
        t.match(reply.headers[HEADERS.serverTiming], /^store;dur=[\d.]+, verify;dur=[\d.]+$/);
      }
    });

    if (traits.credential === 'cookie') testCookies(t, name);
  });
}

function testCookies(t: Test, name: StrategyName): void {
  const traits = STRATEGIES[name];
  t.test('keeps its cookie from scripts, from other sites and from other strategies', async (t) => {
    const [cookie] = (await new Client(name).signIn('user1')).cookies;
    t.match(cookie, { name: `authscale_${name}`, path: `/${name}`, httpOnly: true, sameSite: 'Lax' });
    t.notOk(cookie?.secure);
    t.notOk(cookie?.expires);
  });

  t.test('begins a session under a new id whatever id came along', async (t) => {
    const first = await signedIn(name, 'user1');
    const second = new Client(name);
    await second.signIn('user2', first.credential);
    t.not(second.credential.cookie, first.credential.cookie);
    t.match((await second.send('GET', ROUTES.me)).json(), { user: { username: 'user2' } });
    refused(t, await first.send('GET', ROUTES.me), 401, 'not_signed_in');
  });

  t.test('leaves a cookie alone that another instance may know', async (t) => {
    const client = await signedIn(name, 'user1');
    const elsewhere = await buildApp(resources, log, () => false);
    const reply = await new Client(name, elsewhere.server).send('GET', ROUTES.me, undefined, client.credential);
    t.equal(reply.statusCode, traits.state === 'instance' ? 401 : 200);
    t.same(reply.cookies, []);
  });

  t.test('has one address, as its cookie is bound to a path', async (t) => {
    const { credential } = await signedIn(name, 'user1');
    const encoded = new Client(`%${name.charCodeAt(0).toString(16)}${name.slice(1)}`);
    refused(
      t,
      await encoded.send('POST', ROUTES.login, { username: 'user1', password: DEMO_PASSWORD }),
      404,
      'not_found',
    );
    refused(t, await encoded.send('GET', ROUTES.me, undefined, credential), 404, 'not_found');
  });

  t.test('clears the cookie when it ends the session', async (t) => {
    const client = await signedIn(name, 'user1');
    const [cookie] = (await client.send('POST', ROUTES.logout)).cookies;
    t.match(cookie, { name: `authscale_${name}`, value: '', path: `/${name}`, maxAge: 0 });
  });

  t.test('sends a Secure cookie over https only, and says so', async (t) => {
    const secureConfig = loadConfig({ ...environment, COOKIE_SECURE: 'true' });
    const { server: secure } = await buildApp({ ...resources, config: secureConfig }, log, () => false);
    const client = new Client(name, secure);
    const overHttps = await client.signIn('user1', { 'x-forwarded-proto': 'https' });
    t.match(overHttps.cookies[0], { secure: true, httpOnly: true });
    t.equal((await client.send('GET', ROUTES.me)).statusCode, 200);
    refused(t, await client.signIn('user1'), 400, 'insecure_transport');
  });
}

/** The credential with something wrong in it, the well-formed ones first. */
function forgeries(credential: Headers): Headers[] {
  const [[header, value] = ['', '']] = Object.entries(credential);
  const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  const dot = value.lastIndexOf('.');
  return [
    flip(value, dot - 5),
    flip(value, dot + 5),
    value.slice(0, dot),
    value.slice(0, dot + 1),
    value.slice(0, 10),
    '',
  ].map((forged) => ({ [header]: forged }));
}

t.test('the baseline gives the reply of /me to everyone', async (t) => {
  const client = new Client(BASELINE);
  const reply = await client.send('GET', ROUTES.me);
  const real = await (await signedIn('memory', 'user1')).send('GET', ROUTES.me);
  t.equal(reply.body, real.body);
  t.same(Object.keys(reply.headers), Object.keys(real.headers));
});

t.test('without a bench token there are neither bench logins nor a baseline', async (t) => {
  const { BENCH_TOKEN: _, ...without } = environment;
  const app = await buildApp({ ...resources, config: loadConfig(without) }, log, () => false);
  refused(t, await new Client(BASELINE, app.server).send('GET', ROUTES.me), 404, 'not_found');
  refused(
    t,
    await new Client('memory', app.server).send('POST', ROUTES.benchLogin, { username: 'user1' }),
    404,
    'not_found',
  );
});

t.test('the public key is published for algorithms that have one', async (t) => {
  const path = '/.well-known/jwks.json';
  t.equal((await server.inject(path)).statusCode, 404);
  for (const algorithm of ['ES256', 'EdDSA', 'RS256']) {
    const config = loadConfig({ ...environment, JWT_ALGORITHM: algorithm, STRATEGIES: 'jwt' });
    const other = await openResources(config, log);
    t.teardown(() => closeResources(other));
    const app = await buildApp(other, log, () => false);
    t.match((await app.server.inject(path)).json(), {
      keys: [{ alg: algorithm, kid: String, use: 'sig', d: undefined }],
    });
    const client = new Client('jwt', app.server);
    await client.signIn('user1');
    t.equal((await client.send('GET', ROUTES.me)).statusCode, 200);
  }
});
