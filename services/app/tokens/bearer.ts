import type { FastifyRequest } from 'fastify';
import { ROUTES, type UserView } from '../../contract.js';
import { InsufficientScope } from '../errors.js';
import { type AccessClaims, permits } from './claims.js';

const BEARER = /^Bearer +([\w.-]+)$/i;

/** What a token says; null for one that is not good. */
type Verify = (token: string) => AccessClaims | null | Promise<AccessClaims | null>;

/**
 * What the token says that a request bears; null without a good one.
 * @throws InsufficientScope for a token that was issued for less than what the request does (RFC 6750 section 3.1)
 */
export function readBearer(request: FastifyRequest, verify: Verify): ReturnType<Verify> {
  const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return null;
  const startedAtMs = performance.now();
  const admit = (claims: AccessClaims | null) => {
    request.verifyMs = performance.now() - startedAtMs;
    const use = isHarmless(request) ? 'read' : 'write';
    if (claims !== null && !permits(claims.scope, use)) throw new InsufficientScope(use);
    return claims;
  };
  const verified = verify(token);
  return verified instanceof Promise ? verified.then(admit) : admit(verified);
}

/** Whoever holds a token may end it, whatever else it is not good for. The route tells: an address may end like it. */
function isHarmless({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD' || routeOptions.url?.endsWith(ROUTES.logout) === true;
}

/** The user whom the token names. */
export function identifyBearer(request: FastifyRequest, verify: Verify): UserView | null | Promise<UserView | null> {
  const claims = readBearer(request, verify);
  return claims instanceof Promise ? claims.then(userOf) : userOf(claims);
}

const userOf = (claims: AccessClaims | null): UserView | null => claims?.user ?? null;
