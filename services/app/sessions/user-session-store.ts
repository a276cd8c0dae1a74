import type { SessionStore } from '@fastify/session';

/** A session store that knows whose sessions it keeps, and changes one without handing it out. */
export interface UserSessionStore extends SessionStore {
  /** Ends every session of a user. */
  revoke(userId: number): Promise<void>;
  /**
   * Adds an item to the session's cart at once, whoever else does. Its lifetime stays as it is.
   * @returns all items; null where there is no such session
   * @throws CartFull
   */
  append(id: string, item: string): Promise<string[] | null>;
}
