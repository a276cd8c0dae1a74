import { findCookie } from '../http/cookies.js';
import { valuesOf } from '../http/field-names.js';
import { acceptsPinned } from '../upstreams/upstream.js';
import { type Affinity, type AffinityOptions, type Lookup, NO_LOOKUP } from './affinity.js';

/** A session not seen for this long is forgotten, as is the one not seen longest when there are too many. */
const EXPIRY_MS = 30 * 60_000;
const MAX_SESSIONS = 100_000;

interface Learned {
  readonly upstreamId: string;
  readonly seenAtMs: number;
}

/**
 * Remembers which upstream set the application's own cookie. What one balancer has learned another does not know: with
 * several side by side, use `inserted-cookie`.
 */
export function createLearnedCookie({ find, argument: name, now }: AffinityOptions): Affinity {
  // In order of last use, so that the first is the one to forget.
  const sessions = new Map<string, Learned>();

  function remember(session: string, upstreamId: string): void {
    sessions.delete(session);
    sessions.set(session, { upstreamId, seenAtMs: now() });
    for (const [oldest, { seenAtMs }] of sessions) {
      if (sessions.size <= MAX_SESSIONS && now() - seenAtMs < EXPIRY_MS) break;
      sessions.delete(oldest);
    }
  }

  return {
    lookup({ cookie }): Lookup {
      const session = findCookie(cookie, name);
      if (session === undefined) return NO_LOOKUP;
      const learned = sessions.get(session);
      if (learned === undefined || now() - learned.seenAtMs >= EXPIRY_MS) return { state: 'invalid', upstream: null };
      remember(session, learned.upstreamId);
      const upstream = find(learned.upstreamId);
      const live = upstream !== undefined && acceptsPinned(upstream);
      return live ? { state: 'valid', upstream } : { state: 'down', upstream: null };
    },
    commit({ state }, chosen, responseHeaders) {
      for (const given of valuesOf(responseHeaders, 'set-cookie')) {
        const value = findCookie(given.split(';', 1)[0], name);
        if (!value) continue;
        remember(value, chosen.id);
        return state === 'none' ? 'inserted' : 'updated';
      }
      return 'none';
    },
  };
}
