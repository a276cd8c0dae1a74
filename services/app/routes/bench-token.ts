import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { HEADERS } from '../../contract.js';

/**
 * Whether a request bears the bench token; none does where there is no such token. Compares digests, which are of equal length,
 * in constant time: neither content nor length of the token shows.
 */
export function createBenchCheck(benchToken: string | null): (request: FastifyRequest) => boolean {
  if (benchToken === null) return () => false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(benchToken);
  return ({ headers }) => {
    const given = headers[HEADERS.benchToken];
    return typeof given === 'string' && timingSafeEqual(digest(given), expected);
  };
}
