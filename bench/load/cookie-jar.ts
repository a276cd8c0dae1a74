import { type Cookie, parseCookie } from 'undici';

/** The cookies of one origin, kept and sent as a browser does (RFC 6265, section 5), but for Domain and Secure. */
export class CookieJar {
  readonly #cookies = new Map<string, { readonly name: string; readonly value: string; readonly path: string }>();

  /** `setCookies` are the Set-Cookie headers of the answer to a request for `requestPath`. */
  store(setCookies: readonly string[], requestPath: string, now: Date): void {
    for (const header of setCookies) {
      const cookie = parseCookie(header);
      if (cookie === null) continue;
      const path = cookie.path?.startsWith('/') ? cookie.path : defaultPath(requestPath);
      const key = `${cookie.name};${path}`;
      if (isExpired(cookie, now)) this.#cookies.delete(key);
      else this.#cookies.set(key, { name: cookie.name, value: cookie.value, path });
    }
  }

  /** The value of the Cookie header for a request, empty when no cookie matches. Longer paths come first (section 5.4). */
  headerFor(requestPath: string): string {
    return [...this.#cookies.values()]
      .filter(({ path }) => pathMatches(requestPath, path))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

function isExpired({ maxAge, expires }: Cookie, now: Date): boolean {
  if (maxAge !== undefined) return maxAge <= 0;
  return expires !== undefined && new Date(expires) <= now;
}

/** RFC 6265, section 5.1.4. */
function defaultPath(requestPath: string): string {
  return requestPath.slice(0, requestPath.lastIndexOf('/')) || '/';
}

/** RFC 6265, section 5.1.4. */
function pathMatches(requestPath: string, cookiePath: string): boolean {
  const [path = ''] = requestPath.split('?');
  if (!path.startsWith(cookiePath)) return false;
  return path.length === cookiePath.length || cookiePath.endsWith('/') || path[cookiePath.length] === '/';
}
