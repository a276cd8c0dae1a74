import t from 'tap';
import { ROUTES, STRATEGIES, type StrategyName } from '../../contract.js';
import { Client, refused, signedIn } from '../../testing/clients.js';
import { DEMO_PASSWORD } from '../../testing/environment.js';
import { startBacking } from '../../testing/instances.js';
import { strategies } from './index.js';

/** What a browser has to keep, of every strategy whose credential is a cookie. */
const backing = await startBacking(t);
const { server } = await backing.build();
const elsewhere = await backing.build();
const secure = await backing.build({ COOKIE_SECURE: 'true' });
const names = Object.keys(strategies) as StrategyName[];

for (const name of names.filter((name) => STRATEGIES[name].credential === 'cookie')) {
  t.test(`the ${name} strategy`, { skip: backing.skip(name) }, async (t) => {
    t.test('keeps its cookie from scripts, from other sites and from other strategies', async (t) => {
      const [cookie] = (await new Client(server, name).signIn('user1')).cookies;
      t.match(cookie, { name: `authscale_${name}`, path: `/${name}`, httpOnly: true, sameSite: 'Lax' });
      t.notOk(cookie?.secure);
      t.notOk(cookie?.expires);
    });

    t.test('begins a session under a new id whatever id came along', async (t) => {
      const first = await signedIn(server, name, 'user1');
      const second = new Client(server, name);
      await second.signIn('user2', first.credential);
      t.not(second.credential.cookie, first.credential.cookie);
      t.equal(await second.me(), 'user2');
      // Only who keeps nothing of a session cannot end it.
      t.equal(STRATEGIES[name].ends.replacement === 'at expiry', STRATEGIES[name].state === 'client');
      if (STRATEGIES[name].state === 'client') t.equal(await first.me(), 'user1');
      else refused(t, await first.send('GET', ROUTES.me), 401, 'not_signed_in');
    });

    t.test('leaves a cookie alone that another instance may know', async (t) => {
      const client = new Client(elsewhere.server, name);
      client.credential = (await signedIn(server, name, 'user1')).credential;
      const reply = await client.send('GET', ROUTES.me);
      t.equal(reply.statusCode, STRATEGIES[name].survivesInstance ? 200 : 401);
      t.same(reply.cookies, []);
    });

    t.test('has one address, as its cookie is bound to a path', async (t) => {
      const { credential } = await signedIn(server, name, 'user1');
      const encoded = new Client(server, `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`);
      const login = await encoded.send('POST', ROUTES.login, { username: 'user1', password: DEMO_PASSWORD });
      refused(t, login, 404, 'not_found');
      refused(t, await encoded.send('GET', ROUTES.me, undefined, credential), 404, 'not_found');
    });

    t.test('clears the cookie when it ends the session', async (t) => {
      const client = await signedIn(server, name, 'user1');
      const [cookie] = (await client.send('POST', ROUTES.logout)).cookies;
      t.match(cookie, { name: `authscale_${name}`, value: '', path: `/${name}`, maxAge: 0 });
    });

    t.test('sends a Secure cookie over https only, and says so', async (t) => {
      const client = new Client(secure.server, name);
      const overHttps = await client.signIn('user1', { 'x-forwarded-proto': 'https' });
      t.match(overHttps.cookies[0], { secure: true, httpOnly: true });
      t.equal(await client.me(), 'user1');
      refused(t, await client.signIn('user1'), 400, 'insecure_transport');
    });
  });
}
