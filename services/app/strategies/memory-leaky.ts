import fastifySession from '@fastify/session';
import type { Session } from 'fastify';
import { CannotMint } from '../errors.js';
import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import type { StrategyFactory } from './strategy.js';

/** The session library's default store: nothing expires, and each session keeps its last request alive. Only to show that. */
export const memoryLeaky: StrategyFactory = async (scope, resources) => {
  const sessions = new Map<string, Session>();
  const revoke = async (userId: number) => {
    for (const [id, { user }] of sessions) if (user?.id === userId) sessions.delete(id);
  };
  const strategy = await mountCookieSessions(scope, resources, {
    name: 'memory-leaky',
    store: Object.assign(new fastifySession.MemoryStore(sessions), { revoke }),
    usage: () => ({ sessions: sessions.size, storeTrips: 0 }),
  });
  const mint = async () => {
    throw new CannotMint('memory-leaky', 'its sessions hold the request that began them');
  };
  return { ...strategy, mint };
};
