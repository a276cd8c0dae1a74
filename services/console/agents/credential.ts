import { parseCookie } from 'undici';
import type { CredentialView } from '../contract.js';

/** What a client of one strategy keeps: cookies of one path, or what goes into Authorization. */
export class Credential {
  readonly #cookies = new Map<string, string>();
  readonly #given: string[] = [];
  authorization: string | null = null;

  get isEmpty(): boolean {
    return this.#cookies.size === 0 && this.authorization === null;
  }

  get headers(): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return {
      ...(cookie !== '' && { cookie }),
      ...(this.authorization !== null && { authorization: this.authorization }),
    };
  }

  /** As a browser does (RFC 6265, section 5.3). All cookies here are for paths that each request of the client has. */
  storeCookies(lines: readonly string[], now: Date): void {
    for (const line of lines) {
      const cookie = parseCookie(line);
      if (cookie === null) continue;
      const { name, value, maxAge, expires } = cookie;
      const isOver = maxAge === undefined ? expires !== undefined && new Date(expires) <= now : maxAge <= 0;
      if (isOver) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
      if (!isOver) this.#given.push(line);
    }
    // A login sets two; what is replaced later is of no interest.
    this.#given.splice(0, Math.max(0, this.#given.length - 4));
  }

  storeToken(token: string): void {
    this.authorization = `Bearer ${token}`;
    this.#given.splice(0, this.#given.length, token);
  }

  copy(): Credential {
    const copy = new Credential();
    for (const [name, value] of this.#cookies) copy.#cookies.set(name, value);
    copy.#given.push(...this.#given);
    copy.authorization = this.authorization;
    return copy;
  }

  get view(): CredentialView | null {
    if (this.isEmpty) return null;
    const [[name = '', value = ''] = []] = Object.entries(this.headers);
    const decoded =
      this.authorization === null ? decodeCookies(this.#cookies) : decodeAuthorization(this.authorization);
    const { exp } = (decoded?.payload ?? {}) as { exp?: unknown };
    return {
      header: `${name}: ${value}`,
      given: [...this.#given],
      decoded,
      expiresAtMs: typeof exp === 'number' ? exp * 1000 : null,
    };
  }
}

/** Each is an id and a signature over it. */
function decodeCookies(cookies: ReadonlyMap<string, string>): Record<string, unknown> {
  const parts = [...cookies].map(([name, value]) => {
    const text = decodeURIComponent(value);
    const dot = text.lastIndexOf('.');
    return [name, { id: text.slice(0, dot), signature: text.slice(dot + 1) }];
  });
  return Object.fromEntries(parts);
}

/** Of a token, header and payload; of a password, what base64 does not hide. */
function decodeAuthorization(authorization: string): Record<string, unknown> | null {
  const [scheme, text = ''] = authorization.split(' ');
  try {
    if (scheme === 'Basic') {
      const [username, password] = Buffer.from(text, 'base64').toString().split(':');
      return { username, password };
    }
    const [header, payload] = text.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    return { header, payload };
  } catch {
    return null;
  }
}

export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
