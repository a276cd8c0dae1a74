import { needBackend } from '../backends/index.js';
import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { RedisStore } from '../sessions/redis-store.js';
import type { StrategyFactory } from './strategy.js';

/** Sessions in Redis, where every instance finds them. */
export const redis: StrategyFactory = (scope, resources) => {
  const { client } = needBackend(resources.backends, 'redis');
  const store = new RedisStore(client, resources.config.sessions, resources.now);
  return mountCookieSessions(scope, resources, {
    name: 'redis',
    store,
    usage: () => ({ sessions: null, storeTrips: store.trips }),
  });
};
