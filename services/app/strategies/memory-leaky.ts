import fastifySession from '@fastify/session';
import type { Session } from 'fastify';
import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import type { StrategyFactory } from './strategy.js';

/** The session library's default store: nothing expires, and each session keeps its last request alive. Only to show that. */
export const memoryLeaky: StrategyFactory = (scope, resources) => {
  const sessions = new Map<string, Session>();
  return mountCookieSessions(scope, resources, {
    name: 'memory-leaky',
    store: new fastifySession.MemoryStore(sessions),
    usage: () => ({ sessions: sessions.size, storeTrips: 0 }),
  });
};
