import t from 'tap';
import { HEADERS, ROUTES, STRATEGIES, type StrategyName } from '../../contract.js';
import { BENCH, Client, refused, signedIn } from '../../testing/clients.js';
import { BENCH_TOKEN, DEMO_PASSWORD } from '../../testing/environment.js';
import { FORGERIES } from '../../testing/forgeries.js';
import { startBacking } from '../../testing/instances.js';
import { strategies } from './index.js';
import type { Strategy } from './strategy.js';

/** Who someone is. Every strategy is held to its traits; `ends.contract.test.ts` and others beside this go on with that. */
const backing = await startBacking(t);
const { server, mounted, resources } = await backing.build();
const elsewhere = await backing.build();
const names = Object.keys(strategies) as StrategyName[];

const tripsOf = (name: string) => (mounted.get(name) as Strategy).usage().storeTrips;
const databaseTrips = () => resources.backends.database.trips();

for (const name of names) {
  const traits = STRATEGIES[name];

  t.test(`the ${name} strategy`, { skip: backing.skip(name) }, async (t) => {
    t.test('signs in, and knows who it is', async (t) => {
      const client = new Client(server, name);
      const login = await client.signIn('user1');
      t.equal(login.statusCode, 200);
      t.match(login.json(), { user: { id: Number, username: 'user1', role: 'user' } });
      t.equal('token' in login.json(), traits.credential === 'bearer');
      t.equal(login.cookies.length > 0, traits.credential === 'cookie');
      const me = await client.send('GET', ROUTES.me);
      t.equal(me.statusCode, 200);
      t.same(me.json(), { user: login.json().user });
      t.equal((await client.send('POST', ROUTES.logout)).statusCode, 204);
    });

    t.test('is known to other instances where it says so', async (t) => {
      const client = new Client(elsewhere.server, name);
      client.credential = (await signedIn(server, name, 'user1')).credential;
      t.equal(await client.me(), traits.survivesInstance ? 'user1' : null);
    });

    t.test('refuses whoever has not signed in', async (t) => {
      const client = new Client(server, name);
      refused(t, await client.send('GET', ROUTES.me), 401, 'not_signed_in');
      refused(t, await client.send('POST', ROUTES.logout), 401, 'not_signed_in');
      refused(t, await client.send('GET', ROUTES.posts), 401, 'not_signed_in');
      refused(t, await client.send('POST', ROUTES.posts, 'no JSON'), 401, 'not_signed_in');
      refused(t, await client.send('GET', ROUTES.cart), 401, 'not_signed_in');
      refused(t, await client.send('POST', ROUTES.password, 'no JSON'), 401, 'not_signed_in');
      refused(t, await client.send('GET', ROUTES.adminUsers), 401, 'not_signed_in');
      refused(t, await client.send('POST', ROUTES.revokeUser), 401, 'not_signed_in');
      refused(t, await client.send('PUT', ROUTES.userRole), 401, 'not_signed_in');
    });

    t.test('refuses credentials that it did not issue', async (t) => {
      const { credential } = await signedIn(server, name, 'user1');
      for (const forged of FORGERIES[traits.credential](credential)) {
        const client = new Client(server, name);
        client.credential = forged;
        refused(t, await client.send('GET', ROUTES.me), 401, 'not_signed_in');
      }
    });

    t.test('refuses the credentials of other strategies', async (t) => {
      for (const other of names.filter((other) => other !== name && !backing.skip(other))) {
        const { credential } = await signedIn(server, other, 'user1');
        const client = new Client(server, name);
        const renamed = credential.cookie?.replace(`authscale_${other}=`, `authscale_${name}=`);
        client.credential = renamed === undefined ? credential : { cookie: renamed };
        refused(t, await client.send('GET', ROUTES.me), 401, 'not_signed_in');
      }
    });

    t.test('tells nothing about which users exist', async (t) => {
      const client = new Client(server, name);
      const wrong = await client.send('POST', ROUTES.login, { username: 'user1', password: 'wrong' });
      const unknown = await client.send('POST', ROUTES.login, { username: 'nobody', password: 'wrong' });
      refused(t, wrong, 401, 'wrong_credentials');
      t.equal(unknown.statusCode, 401);
      t.equal(unknown.body, wrong.body);
      t.same(wrong.cookies, []);
    });

    t.test('refuses login bodies that are none', async (t) => {
      const client = new Client(server, name);
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

    t.test('makes as many trips per read as it says, and none for strangers', async (t) => {
      const client = await signedIn(server, name, 'user1');
      const [store, database] = [tripsOf(name), databaseTrips()];
      for (let i = 0; i < 5; i++) t.equal(await client.me(), 'user1');
      t.equal(tripsOf(name) - store, 5 * traits.storeTripsPerRead);
      t.equal(databaseTrips() - database, 5 * traits.databaseTripsPerRead);

      const [before, databaseBefore] = [tripsOf(name), databaseTrips()];
      const stranger = new Client(server, name);
      t.equal(await stranger.me(), null);
      // That a password is wrong only its check can tell.
      if (traits.credential !== 'password') {
        const [forged] = FORGERIES[traits.credential](client.credential);
        stranger.credential = forged ?? {};
        t.equal(await stranger.me(), null);
      }
      t.equal(tripsOf(name) - before, 0);
      t.equal(databaseTrips() - databaseBefore, 0);
    });

    t.test('makes sessions without a password for those who know the bench token', async (t) => {
      const client = new Client(server, name);
      const begin = (headers = {}, username = 'user3') => client.send('POST', ROUTES.benchLogin, { username }, headers);
      refused(t, await begin(), 403, 'forbidden');
      refused(t, await begin({ [HEADERS.benchToken]: `${BENCH_TOKEN}x` }), 403, 'forbidden');
      if (traits.credential === 'password') return refused(t, await begin(BENCH), 501, 'cannot_mint');
      refused(t, await begin(BENCH, 'nobody'), 404, 'not_found');
      t.match((await begin(BENCH)).json(), { user: { username: 'user3' } });
    });

    t.test('stamps every reply', async (t) => {
      const client = await signedIn(server, name, 'user1');
      const replies = [
        await client.send('GET', ROUTES.me),
        await new Client(server, name).send('GET', ROUTES.me),
        await client.send('GET', '/x'),
      ];
      for (const reply of replies) {
        t.equal(reply.headers[HEADERS.instance], resources.config.instanceId);
        t.match(reply.headers[HEADERS.serverTiming], /^store;dur=[\d.]+, verify;dur=[\d.]+$/);
      }
    });
  });
}

t.test('an instance that is started again knows its users where it says so', async (t) => {
  const settings = { SESSION_DIR: t.testdir() };
  const before = await backing.build(settings);
  const asked = names.filter((name) => !backing.skip(name));
  const clients = await Promise.all(asked.map((name) => signedIn(before.server, name, 'user1')));
  await before.server.close();
  const after = await backing.build(settings);
  for (const [at, name] of asked.entries()) {
    const client = new Client(after.server, name);
    client.credential = clients[at]?.credential ?? {};
    t.equal(await client.me(), STRATEGIES[name].survivesRestart ? 'user1' : null, name);
  }
});
