import Fastify, { type Session } from 'fastify';
import t from 'tap';
import { loadConfig } from '../config.js';
import { mountCookieSessions } from './cookie-sessions.js';
import type { UserSessionStore } from './user-session-store.js';

const USER = { id: 1, username: 'user1', role: 'user' } as const;

t.test('a session that is only read is serialised once by the plugin, and never stored again', async (t) => {
  const count = { serialised: 0, stored: 0 };
  const user = {
    ...USER,
    toJSON: () => {
      count.serialised++;
      return USER;
    },
  };
  const store: UserSessionStore = {
    get: (_id, callback) => callback(null, { user, isStored: true } as unknown as Session),
    set: (_id, _session, callback) => {
      count.stored++;
      callback();
    },
    destroy: (_id, callback) => callback(),
    revoke: async () => {},
    append: async () => null,
  };
  const app = Fastify();
  t.teardown(() => app.close());
  app.decorateRequest('storeMs', 0);
  app.decorateRequest('verifyMs', 0);
  const config = loadConfig({ SECRETS_DIR: '/secrets', DATABASE_URL: 'postgres://me@host/db' });
  await app.register(
    async (scope) => {
      const usage = () => ({ sessions: null, storeTrips: 0 });
      const resources = { config, sessionSecret: 'a secret for tests only, and long enough' };
      const strategy = await mountCookieSessions(scope, resources, { name: 'memory', store, usage });
      scope.get('/me', async (request) => (await strategy.identify(request))?.username ?? 'no one');
      scope.post('/login', async (request, reply) => strategy.signIn(USER, request, reply));
    },
    { prefix: '/memory' },
  );

  const login = await app.inject({ method: 'POST', url: '/memory/login' });
  const [cookie] = login.cookies;
  const cookies = { [cookie?.name ?? '']: cookie?.value ?? '' };
  Object.assign(count, { serialised: 0, stored: 0 });
  for (let i = 0; i < 3; i++) {
    const reply = await app.inject({ url: '/memory/me', cookies });
    t.equal(reply.body, 'user1');
    t.same(reply.cookies, []);
  }
  t.same(count, { serialised: 3, stored: 0 });
});
