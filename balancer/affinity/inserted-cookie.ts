import { createHmac, timingSafeEqual } from 'node:crypto';
import { AFFINITY_COOKIE } from '../contract.js';
import { findCookie } from '../http/cookies.js';
import { acceptsPinned } from '../upstreams/upstream.js';
import { type Affinity, type AffinityOptions, type Lookup, NO_LOOKUP } from './affinity.js';

/**
 * A cookie that names the upstream: `<id>.<HMAC of id>`. The id follows from the upstream's address and the key is shared, so
 * any number of balancers agree and a restart changes nothing; the HMAC keeps a client from choosing an instance.
 */
export function createInsertedCookie({ find, prefix, secret, secureCookie }: AffinityOptions): Affinity {
  const attributes = `Path=${prefix}; HttpOnly; SameSite=Lax${secureCookie ? '; Secure' : ''}`;
  const sign = (id: string) => `${id}.${createHmac('sha256', secret).update(`upstream:${id}`).digest('base64url')}`;
  // An upstream's value never changes: signing it once spares every request an HMAC. Filled by `commit` only, so a client
  // cannot make it grow.
  const issued = new Map<string, string>();

  function isGenuine(id: string, value: string): boolean {
    if (issued.get(id) === value) return true;
    const expected = Buffer.from(sign(id));
    const given = Buffer.from(value);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  return {
    hiddenCookie: AFFINITY_COOKIE,
    lookup({ cookie }): Lookup {
      const value = findCookie(cookie, AFFINITY_COOKIE);
      if (value === undefined) return NO_LOOKUP;
      const id = value.slice(0, Math.max(0, value.indexOf('.')));
      if (!isGenuine(id, value)) return { state: 'invalid', upstream: null };
      const upstream = find(id);
      const live = upstream !== undefined && acceptsPinned(upstream);
      return live ? { state: 'valid', upstream } : { state: 'down', upstream: null };
    },
    commit(lookup, chosen, responseHeaders) {
      if (lookup.upstream === chosen) return 'none';
      const value = issued.get(chosen.id) ?? sign(chosen.id);
      issued.set(chosen.id, value);
      responseHeaders.push('set-cookie', `${AFFINITY_COOKIE}=${value}; ${attributes}`);
      return lookup.state === 'none' ? 'inserted' : 'updated';
    },
  };
}
