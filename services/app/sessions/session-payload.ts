import type { Session } from 'fastify';
import type { UserView } from '../../contract.js';

declare module 'fastify' {
  interface Session {
    /** Who signed in. A session without a user is never stored. */
    user?: UserView;
    /** Set on sessions that came from the store: only those may have been ended since by someone else. */
    isStored?: true;
  }
}

/** A session as it was read, with the time of its last renewal where the store notes that. */
export interface StoredSession {
  readonly session: Session;
  readonly renewedAtMs?: number;
}

/** What a session is stored as. The cookie's attributes stay out: they are the same for all and would cost 145 bytes each. */
export function serializeSession({ user, cart }: Pick<Session, 'user' | 'cart'>, renewedAtMs?: number): string {
  const { id, username, role } = user ?? {};
  return JSON.stringify({ user: { id, username, role }, renewedAtMs, cart });
}

/** What the text of each of a user's sessions begins with. */
export const startOfSessionsOf = (userId: number): string => `{"user":{"id":${userId},`;

/** Null for text that is no session: whoever presents it has to sign in again. */
export function parseSession(text: string): StoredSession | null {
  try {
    const { user, renewedAtMs, cart } = JSON.parse(text);
    const session = { user, isStored: true } as Session;
    if (cart !== undefined) session.cart = cart;
    return { session, renewedAtMs };
  } catch {
    return null;
  }
}
