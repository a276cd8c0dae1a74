import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { Turn } from './turn.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The signed session id that came along, once its signature was found good. */
    verifiedCookie: string;
  }
}

/**
 * Session ids as `<id>.<HMAC-SHA-256>`. Written in base64url, so that no character needs escaping in a cookie. The plugin
 * signs every id again that it has just verified; the signature that came along is then handed back.
 */
export class CookieSigner {
  readonly #key;
  readonly #turn: Turn;

  constructor(secret: string, turn: Turn) {
    this.#key = createSecretKey(secret, 'utf8');
    this.#turn = turn;
  }

  sign(id: string): string {
    const verified = this.#turn.request?.verifiedCookie;
    return verified?.startsWith(`${id}.`) ? verified : `${id}.${this.#mac(id)}`;
  }

  unsign(signedId: string): { valid: boolean; renew: boolean; value: string | null } {
    const startedAtMs = performance.now();
    const endOfId = signedId.lastIndexOf('.');
    const id = signedId.slice(0, Math.max(endOfId, 0));
    const expected = Buffer.from(this.#mac(id));
    const given = Buffer.from(signedId.slice(endOfId + 1));
    const valid = expected.length === given.length && timingSafeEqual(expected, given);
    const { request } = this.#turn;
    if (request !== null) {
      request.verifyMs = performance.now() - startedAtMs;
      if (valid) request.verifiedCookie = signedId;
    }
    return { valid, renew: false, value: valid ? id : null };
  }

  #mac(id: string): string {
    return createHmac('sha256', this.#key).update(id).digest('base64url');
  }
}
