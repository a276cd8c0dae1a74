import type { FastifyRequest } from 'fastify';
import { CART } from '../../contract.js';
import { CartFull, NotSignedIn } from '../errors.js';
import type { Cart } from '../strategies/strategy.js';
import type { UserSessionStore } from './user-session-store.js';

declare module 'fastify' {
  interface Session {
    /** What its user has put aside. Only there once he has. */
    cart?: string[];
  }
}

/** @throws CartFull */
export function withItem(items: string[], item: string): string[] {
  if (items.length >= CART.itemLimit) throw new CartFull();
  return [...items, item];
}

/** A cart inside a session. */
export function createSessionCart(store: UserSessionStore, save: (request: FastifyRequest) => Promise<void>): Cart {
  const read = (request: FastifyRequest) => request.session.cart ?? [];
  return {
    read,
    async add(request, item) {
      const items = withItem(read(request), item);
      request.session.cart = items;
      await save(request);
      return items;
    },
    async addAtomically(request, item) {
      const startedAtMs = performance.now();
      const items = await store.append(request.session.sessionId, item);
      request.storeMs += performance.now() - startedAtMs;
      // It has ended since this request came.
      if (items === null) throw new NotSignedIn();
      return items;
    },
  };
}
