import { randomUUID } from 'node:crypto';
import { errors, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Role, UserView } from '../../contract.js';
import type { TokenKeys } from './keys.js';
import { createTokenVerifier, TOKEN_TYPE } from './verifier.js';

export interface AccessTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
  /** How far the clocks of instances may be apart. A token is accepted for so much longer. */
  readonly clockToleranceSeconds: number;
}

export interface AccessTokens {
  readonly lifetimeSeconds: number;
  readonly publicJwk: JWK | null;
  issue(user: UserView): Promise<string>;
  /** The user whom the token names; null for a token that is not, or no longer, good. */
  verify(token: string): UserView | null | Promise<UserView | null>;
}

/** Access tokens after RFC 9068, verified as strictly as RFC 8725 asks. */
export function createAccessTokens(keys: TokenKeys, options: AccessTokenOptions, now: () => number): AccessTokens {
  const { algorithm, kid, signKey, publicJwk } = keys;
  const { issuer, audience, lifetimeSeconds, clockToleranceSeconds } = options;
  const verifyToken = createTokenVerifier(keys);
  const rules = {
    issuer,
    audience,
    requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    maxTokenAge: lifetimeSeconds,
    clockTolerance: clockToleranceSeconds,
  };
  return {
    lifetimeSeconds,
    publicJwk,
    issue(user) {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({ username: user.username, role: user.role, client_id: audience })
        .setProtectedHeader({ alg: algorithm, typ: TOKEN_TYPE, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(String(user.id))
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(signKey);
    },
    verify(token) {
      try {
        const claims = verifyToken(token, { ...rules, currentDate: new Date(now()) });
        return claims instanceof Promise ? claims.then(toUser, refuse) : toUser(claims);
      } catch (error) {
        return refuse(error);
      }
    },
  };
}

function toUser({ sub, username, role }: JWTPayload): UserView | null {
  const id = Number(sub);
  if (!Number.isSafeInteger(id) || typeof username !== 'string' || !isRole(role)) return null;
  return { id, username, role };
}

/** A bad token is an answer; anything else is a defect. */
function refuse(error: unknown): null {
  if (error instanceof errors.JOSEError) return null;
  throw error;
}

const isRole = (role: unknown): role is Role => role === 'user' || role === 'admin';
