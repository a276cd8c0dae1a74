import { errors, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { Role, UserView } from '../../contract.js';

/** RFC 9068 section 2.1: tells an access token from any other token that the same key may have signed. */
export const TOKEN_TYPE = 'at+jwt';

/** What is checked of a token beside its header and signature. */
export interface ClaimOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
  /** How far the clocks of instances may be apart. A token is accepted for so much longer. */
  readonly clockToleranceSeconds: number;
}

/** The part of it that jose checks. */
export type ClaimRules = Omit<JWTVerifyOptions, 'algorithms' | 'typ' | 'crit'>;

/** What a good access token says. */
export interface AccessClaims {
  readonly user: UserView;
  readonly tokenId: string;
  /** The client that it was issued to; here the strategy. */
  readonly clientId: string | null;
  /** The session that it was issued in, where there is one. */
  readonly sessionId: string | null;
  /** What it may be used for; null for all that the user may do. */
  readonly scope: string | null;
  /** Since the epoch, with a fraction. */
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

export function toRules({ issuer, audience, clockToleranceSeconds }: ClaimOptions): ClaimRules {
  return { issuer, audience, requiredClaims: ['exp', 'iat', 'sub', 'jti'], clockTolerance: clockToleranceSeconds };
}

/** What verified claims say; null where one is not as `createAccessTokens` makes it, or the token is older than its kind can be. */
export function readClaims(payload: JWTPayload, options: ClaimOptions, nowMs: number): AccessClaims | null {
  const { sub, username, role, jti, iat, exp, scope = null, sid = null, client_id: clientId = null } = payload;
  const id = Number(sub);
  if (!Number.isSafeInteger(id) || typeof username !== 'string' || !isRole(role)) return null;
  if (typeof jti !== 'string' || iat === undefined || exp === undefined || !isAgeAllowed(iat, options, nowMs))
    return null;
  if (!isTextOrNull(scope) || !isTextOrNull(sid) || !isTextOrNull(clientId)) return null;
  return {
    user: { id, username, role },
    tokenId: jti,
    clientId,
    sessionId: sid,
    scope,
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
  };
}

/** A bad token is an answer; anything else is a defect. */
export function refuse(error: unknown): null {
  if (error instanceof errors.JOSEError) return null;
  throw error;
}

/** Whether a token of that scope (a list of names, RFC 8693 section 4.2) may be used for something. */
export const permits = (scope: string | null, use: 'read' | 'write'): boolean =>
  scope === null || scope.split(' ').includes(use);

/** jose compares with whole seconds: for the rest of the second in which it was issued, a token would be from the future. */
function isAgeAllowed(iat: number, { lifetimeSeconds, clockToleranceSeconds }: ClaimOptions, nowMs: number): boolean {
  const ageSeconds = nowMs / 1000 - iat;
  return ageSeconds <= lifetimeSeconds + clockToleranceSeconds && ageSeconds >= -clockToleranceSeconds;
}

const isRole = (role: unknown): role is Role => role === 'user' || role === 'admin';
const isTextOrNull = (claim: unknown): claim is string | null => claim === null || typeof claim === 'string';
