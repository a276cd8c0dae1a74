import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type AccessClaims, type ClaimOptions, readClaims, refuse, TOKEN_TYPE, toRules } from '../app/tokens/claims.js';

/** Verifies access tokens as RFC 9068 section 4 asks, by public keys alone. Gives null for a token that is not good. */
export function createTokenCheck(
  { algorithm, ...options }: ClaimOptions & { readonly algorithm: string },
  selectKey: JWTVerifyGetKey,
  now: () => number,
): (token: string) => Promise<AccessClaims | null> {
  const rules = { ...toRules(options), algorithms: [algorithm], typ: TOKEN_TYPE };
  return async (token) => {
    const nowMs = now();
    try {
      const { payload } = await jwtVerify(token, selectKey, { ...rules, currentDate: new Date(nowMs) });
      return readClaims(payload, options, nowMs);
    } catch (error) {
      return refuse(error);
    }
  };
}
