import { randomUUID } from 'node:crypto';
import { errors, type JWK, type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Role, UserView } from '../../contract.js';
import type { TokenKeys } from './keys.js';

/** RFC 9068 section 2.1: tells an access token from any other token that the same key may have signed. */
const TOKEN_TYPE = 'at+jwt';
const CLOCK_TOLERANCE_SECONDS = 5;

export interface AccessTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

export interface AccessTokens {
  readonly lifetimeSeconds: number;
  readonly publicJwk: JWK | null;
  issue(user: UserView): Promise<string>;
  /** The user whom the token names; null for a token that is not, or no longer, good. */
  verify(token: string): Promise<UserView | null>;
}

/** Access tokens after RFC 9068, verified as strictly as RFC 8725 asks. */
export function createAccessTokens(keys: TokenKeys, options: AccessTokenOptions, now: () => number): AccessTokens {
  const { algorithm, kid, signKey, verifyKey, publicJwk } = keys;
  const { issuer, audience, lifetimeSeconds } = options;
  const header = { alg: algorithm, typ: TOKEN_TYPE, kid };
  const verifyOptions = {
    // RFC 8725 section 3.1: the token does not choose how it is verified.
    algorithms: [algorithm],
    issuer,
    audience,
    typ: TOKEN_TYPE,
    requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    maxTokenAge: lifetimeSeconds,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  };
  const selectKey = (given: JWTHeaderParameters) => {
    if (given.kid !== kid) throw new errors.JWKSNoMatchingKey();
    return verifyKey;
  };
  return {
    lifetimeSeconds,
    publicJwk,
    issue(user) {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({ username: user.username, role: user.role, client_id: audience })
        .setProtectedHeader(header)
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(String(user.id))
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(signKey);
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, selectKey, { ...verifyOptions, currentDate: new Date(now()) });
        return toUser(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}

function toUser({ sub, username, role }: JWTPayload): UserView | null {
  const id = Number(sub);
  if (!Number.isSafeInteger(id) || typeof username !== 'string' || !isRole(role)) return null;
  return { id, username, role };
}

const isRole = (role: unknown): role is Role => role === 'user' || role === 'admin';
