import { createHmac, timingSafeEqual } from 'node:crypto';
import { AFFINITY_COOKIE } from '../contract.js';
import { findCookie } from '../headers.js';
import { acceptsPinned, type Upstream } from '../upstream.js';
import { type Affinity, type AffinityOptions, type Lookup, NO_LOOKUP } from './affinity.js';

/**
 * A cookie that names the upstream: `<id>.<HMAC of id>`. The id follows from the upstream's address and the key is shared, so
 * any number of balancers agree and a restart changes nothing; the HMAC keeps a client from choosing an instance.
 */
export function createInsertedCookie({ find, prefix, secret, secureCookie }: AffinityOptions): Affinity {
  // An upstream's cookie never changes: signing each once spares every request an HMAC.
  const cookieValues = new Map<string, string>();

  function sign(id: string): string {
    let value = cookieValues.get(id);
    if (value === undefined) {
      value = `${id}.${createHmac('sha256', secret).update(`upstream:${id}`).digest('base64url')}`;
      cookieValues.set(id, value);
    }
    return value;
  }

  /** Only ids of upstreams that exist or once existed are signed and kept; a forged one is compared and forgotten. */
  function verify(value: string): { readonly id: string; readonly genuine: boolean } {
    const id = value.slice(0, value.indexOf('.'));
    if (cookieValues.get(id) === value) return { id, genuine: true };
    if (!/^[0-9a-f]{12}$/.test(id)) return { id, genuine: false };
    const expected = Buffer.from(`${id}.${createHmac('sha256', secret).update(`upstream:${id}`).digest('base64url')}`);
    const given = Buffer.from(value);
    return { id, genuine: given.length === expected.length && timingSafeEqual(given, expected) };
  }

  function cookieFor(upstream: Upstream): string {
    const secure = secureCookie ? '; Secure' : '';
    return `${AFFINITY_COOKIE}=${sign(upstream.id)}; Path=${prefix}; HttpOnly; SameSite=Lax${secure}`;
  }

  return {
    lookup({ headers }): Lookup {
      const value = findCookie(headers.cookie, AFFINITY_COOKIE);
      if (value === undefined) return NO_LOOKUP;
      const { id, genuine } = verify(value);
      if (!genuine) return { state: 'invalid', upstream: null };
      const upstream = find(id);
      return upstream !== undefined && acceptsPinned(upstream)
        ? { state: 'valid', upstream }
        : { state: 'down', upstream: null };
    },
    commit(lookup, chosen, responseHeaders) {
      if (lookup.upstream === chosen) return 'none';
      responseHeaders.push('set-cookie', cookieFor(chosen));
      return lookup.state === 'none' ? 'inserted' : 'updated';
    },
  };
}
