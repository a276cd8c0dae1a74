import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { PostgresStore } from '../sessions/postgres-store.js';
import { sweepRegularly } from '../sessions/sweep.js';
import type { StrategyFactory } from './strategy.js';

/** Sessions in a table of the database that there is anyway. */
export const postgres: StrategyFactory = (scope, resources) => {
  const store = new PostgresStore(resources.backends.database, resources.config.sessions, resources.now);
  sweepRegularly(scope, () => store.sweep());
  return mountCookieSessions(scope, resources, {
    name: 'postgres',
    store,
    // Its trips are among those to the database.
    usage: () => ({ sessions: null, storeTrips: 0 }),
  });
};
