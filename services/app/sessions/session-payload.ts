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

/** What a session is stored as. The cookie's attributes stay out: they are the same for all and would cost 145 bytes each. */
export function serializeSession({ user }: Session): string {
  return JSON.stringify({ user });
}

/** Null for text that is no session: whoever presents it has to sign in again. */
export function parseSession(text: string): Session | null {
  try {
    const session = JSON.parse(text) as Session;
    session.isStored = true;
    return session;
  } catch {
    return null;
  }
}
