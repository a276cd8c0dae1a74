import type { UserView } from '../../contract.js';
import { needBackend } from '../backends/index.js';
import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { RedisStore } from '../sessions/redis-store.js';
import type { StrategyFactory } from './strategy.js';

/** Sessions in Redis that hold the user's id alone: each request asks the database who that is now. */
export const redisId: StrategyFactory = async (scope, resources) => {
  const { client } = needBackend(resources.backends, 'redis');
  const store = new RedisStore(client, { ...resources.config.sessions, prefix: 'id:' }, resources.now);
  const sessions = await mountCookieSessions(scope, resources, {
    name: 'redis-id',
    store,
    usage: () => ({ sessions: null, storeTrips: store.trips }),
  });
  return {
    ...sessions,
    signIn: (user, request, reply) => sessions.signIn(idOf(user), request, reply),
    mint: (user) => sessions.mint(idOf(user)),
    async identify(request) {
      const stored = await sessions.identify(request);
      return stored && resources.directory.get(stored.id);
    },
    async revoke(userId, because) {
      // The next request sees the new role anyway.
      if (because !== 'role') await sessions.revoke(userId, because);
    },
  };
};

/** All that is stored of a user. Nothing else of him is read from a session. */
const idOf = ({ id }: UserView): UserView => ({ id }) as UserView;
