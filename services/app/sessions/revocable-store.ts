import type { SessionStore } from '@fastify/session';

/** A session store that knows whose sessions it keeps. */
export interface RevocableStore extends SessionStore {
  /** Ends every session of a user. */
  revoke(userId: number): Promise<void>;
}
