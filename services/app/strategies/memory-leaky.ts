import fastifySession from '@fastify/session';
import type { Session } from 'fastify';
import { CannotMint } from '../errors.js';
import { mountCookieSessions } from '../sessions/cookie-sessions.js';
import { withItem } from '../sessions/session-cart.js';
import type { StrategyFactory } from './strategy.js';

/** The session library's default store: nothing expires, and each session keeps its last request alive. Only to show that. */
export const memoryLeaky: StrategyFactory = async (scope, resources) => {
  const sessions = new Map<string, Session>();
  const revoke = async (userId: number) => {
    for (const [id, { user }] of sessions) if (user?.id === userId) sessions.delete(id);
  };
  const append = async (id: string, item: string) => {
    const session = sessions.get(id);
    if (session === undefined) return null;
    session.cart = withItem(session.cart ?? [], item);
    return session.cart;
  };
  const strategy = await mountCookieSessions(scope, resources, {
    name: 'memory-leaky',
    store: Object.assign(new fastifySession.MemoryStore(sessions), { revoke, append }),
    usage: () => ({ sessions: sessions.size, storeTrips: 0 }),
  });
  const mint = async () => {
    throw new CannotMint('its sessions hold the request that began them');
  };
  return { ...strategy, mint };
};
