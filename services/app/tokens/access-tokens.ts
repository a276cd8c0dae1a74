import { randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { TokenScope, UserView } from '../../contract.js';
import type { Resources } from '../resources.js';
import { type AccessClaims, type ClaimOptions, readClaims, refuse, TOKEN_TYPE, toRules } from './claims.js';
import type { TokenKeyring } from './keys.js';
import { createTokenVerifier } from './verifier.js';

export interface AccessTokenOptions extends ClaimOptions {
  /** To whom they are issued. Tokens of other clients are refused, although the same key has signed them. */
  readonly clientId: string;
}

/** What a token bears beside the user. */
export interface Grant {
  readonly scope?: TokenScope | undefined;
  readonly sessionId?: string;
}

export interface AccessTokens {
  readonly lifetimeSeconds: number;
  issue(user: UserView, grant?: Grant): Promise<string>;
  /** What the token says; null for one that is not, or no longer, good. */
  verify(token: string): AccessClaims | null | Promise<AccessClaims | null>;
}

/** Access tokens after RFC 9068, verified as strictly as RFC 8725 asks. */
export function createAccessTokens(
  keyring: TokenKeyring,
  options: AccessTokenOptions,
  now: () => number,
): AccessTokens {
  const { algorithm, kid, signKey } = keyring.current;
  const { issuer, audience, lifetimeSeconds, clientId } = options;
  const verifyToken = createTokenVerifier(keyring);
  const rules = toRules(options);
  const accept = (payload: JWTPayload, nowMs: number) => {
    const claims = readClaims(payload, options, nowMs);
    return claims?.clientId === clientId ? claims : null;
  };
  return {
    lifetimeSeconds,
    issue(user, { scope, sessionId } = {}) {
      // A fraction (RFC 7519 section 2) tells a token that was issued after a revocation from those that it ended.
      const issuedAtSeconds = now() / 1000;
      return new SignJWT({ username: user.username, role: user.role, client_id: clientId, scope, sid: sessionId })
        .setProtectedHeader({ alg: algorithm, typ: TOKEN_TYPE, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(String(user.id))
        .setJti(randomUUID())
        .setIssuedAt(issuedAtSeconds)
        .setExpirationTime(Math.floor(issuedAtSeconds) + lifetimeSeconds)
        .sign(signKey);
    },
    verify(token) {
      const nowMs = now();
      try {
        const payload = verifyToken(token, { ...rules, currentDate: new Date(nowMs) });
        return payload instanceof Promise
          ? payload.then((read) => accept(read, nowMs), refuse)
          : accept(payload, nowMs);
      } catch (error) {
        return refuse(error);
      }
    },
  };
}

/** Those of one strategy, each its own client. */
export function openAccessTokens(
  { keyring, config, now }: Resources,
  clientId: string,
  lifetimeSeconds = config.tokens.lifetimeSeconds,
): AccessTokens {
  if (keyring === null) throw new TypeError(`${clientId} issues tokens, which its traits do not say`);
  return createAccessTokens(keyring, { ...config.tokens, lifetimeSeconds, clientId }, now);
}
