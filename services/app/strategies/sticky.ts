import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { MemoryStore } from '../sessions/memory-store.js';
import type { StrategyFactory } from './strategy.js';

/** Sessions in the instance's memory, for a balancer that sends each client back to the instance that knows it. */
export const sticky: StrategyFactory = (scope, resources) => {
  const store = new MemoryStore(resources.config.sessions, resources.now);
  return mountCookieSessions(scope, resources, {
    name: 'sticky',
    store,
    usage: () => ({ sessions: store.size, storeTrips: 0 }),
  });
};
