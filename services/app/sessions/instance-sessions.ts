import type { StrategyName } from '../../contract.js';
import type { StrategyFactory } from '../strategies/strategy.js';
import { mountCookieSessions } from './cookie-sessions.js';
import { MemoryStore } from './memory-store.js';

/** Cookie sessions in the memory of the instance that began them. */
export const createInstanceSessions =
  (name: StrategyName): StrategyFactory =>
  (scope, resources) => {
    const store = new MemoryStore(resources.config.sessions, resources.now);
    const usage = () => ({ sessions: store.size, storeTrips: 0 });
    return mountCookieSessions(scope, resources, { name, store, usage });
  };
