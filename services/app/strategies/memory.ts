import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { MemoryStore } from '../sessions/memory-store.js';
import type { StrategyFactory } from './strategy.js';

/** Sessions in the memory of the instance that began them. Behind round robin every other instance refuses them. */
export const memory: StrategyFactory = (scope, resources) => {
  const store = new MemoryStore(resources.config.sessions, resources.now);
  return mountCookieSessions(scope, resources, {
    name: 'memory',
    store,
    usage: () => ({ sessions: store.size, storeTrips: 0 }),
  });
};
