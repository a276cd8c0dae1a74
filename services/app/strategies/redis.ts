import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { RedisStore } from '../sessions/redis-store.js';
import type { StrategyFactory } from './strategy.js';

/** Sessions in Redis, where every instance finds them. */
export const redis: StrategyFactory = (scope, resources) => {
  if (resources.redis === null) throw new TypeError('the redis strategy needs a Redis client');
  const store = new RedisStore(resources.redis, resources.config.sessions, resources.now);
  return mountCookieSessions(scope, resources, {
    name: 'redis',
    store,
    usage: () => ({ sessions: null, storeTrips: store.trips }),
  });
};
