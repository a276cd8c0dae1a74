import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { FileStore } from '../sessions/file-store.js';
import { openSessionFolder } from '../sessions/session-folder.js';
import { sweepRegularly } from '../sessions/sweep.js';
import type { StrategyFactory } from './strategy.js';

/** Sessions on the disk of the instance that began them: they outlive its process, and no other instance knows them. */
export const file: StrategyFactory = async (scope, resources) => {
  const { sessions } = resources.config;
  const folder = await openSessionFolder(scope, sessions.folder);
  const store = new FileStore({ ...sessions, folder }, resources.now, resources.log);
  await store.sweep();
  sweepRegularly(scope, () => store.sweep());
  return mountCookieSessions(scope, resources, {
    name: 'file',
    store,
    usage: () => ({ sessions: store.size, storeTrips: 0 }),
  });
};
