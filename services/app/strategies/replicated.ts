import { needBackend } from '../backends/index.js';
import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { ReplicatedStore } from '../sessions/replicated-store.js';
import { sweepRegularly } from '../sessions/sweep.js';
import type { StrategyFactory } from './strategy.js';

/** Sessions that each instance tells all others of, so that any of them knows every user. */
export const replicated: StrategyFactory = (scope, resources) => {
  const peers = needBackend(resources.backends, 'peers');
  sweepRegularly(scope, () => peers.replica.sweep());
  return mountCookieSessions(scope, resources, {
    name: 'replicated',
    store: new ReplicatedStore(peers, resources.config.sessions),
    usage: () => ({ sessions: peers.replica.size, storeTrips: 0, sent: peers.sent() }),
  });
};
