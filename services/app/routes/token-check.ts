import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
/**
 * Whether a request bears a token in a header; none does where there is no such token. Compares digests, which are of equal length,
 * in constant time: neither content nor length of the token shows.
 */
export function createTokenCheck(header: string, token: string | null): (request: FastifyRequest) => boolean {
  if (token === null) return () => false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return ({ headers }) => {
    const given = headers[header];
    return typeof given === 'string' && timingSafeEqual(digest(given), expected);
  };
}
