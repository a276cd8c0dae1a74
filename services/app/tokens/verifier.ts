import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type ProtectedHeaderParameters,
  UnsecuredJWT,
} from 'jose';
import type { JwtAlgorithm } from '../../contract.js';
import { type ClaimRules, TOKEN_TYPE } from './claims.js';
import type { TokenKeyring } from './keys.js';

/**
 * Gives the claims of a good token and throws a JOSEError for any other. Algorithm and key are fixed beforehand: a token's
 * header can only agree with them (RFC 8725 section 3.1).
 */
export type TokenVerifier = (token: string, rules: ClaimRules) => JWTPayload | Promise<JWTPayload>;

function createJoseVerifier({ current, accepted }: TokenKeyring): TokenVerifier {
  const algorithms = [current.algorithm];
  const keysById = new Map(accepted.map(({ kid, verifyKey }) => [kid, verifyKey]));
  const selectKey = ({ kid }: { kid?: string }) => {
    const key = keysById.get(kid ?? '');
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  };
  return async (token, rules) => {
    const { payload } = await jwtVerify(token, selectKey, { ...rules, algorithms, typ: TOKEN_TYPE });
    return payload;
  };
}

const UNSECURED_HEADER = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');

/**
 * jose leaves each signature check to a thread of libuv's pool, which costs several times what an HMAC does and waits behind
 * password hashes. So the HMAC is computed here, and jose checks the claims. It does that only inside a token: it gets the
 * payload, once verified, as an unsecured one.
 */
function createHmacVerifier({ current, accepted }: TokenKeyring): TokenVerifier {
  const keysById = new Map(accepted.map(({ kid, hmacKey }) => [kid, hmacKey]));
  const selectKey = (token: string): KeyObject => {
    const { alg, typ, kid, crit } = decodeHeader(token);
    const key = keysById.get(kid ?? '') ?? null;
    // RFC 7515 section 4.1.11: a critical extension that is not understood makes the token invalid.
    if (key === null || alg !== current.algorithm || typ !== TOKEN_TYPE || crit !== undefined) {
      throw new errors.JWSInvalid('unexpected protected header');
    }
    return key;
  };
  /** Tokens of one key have the same header, letter for letter. That of the last good one need not be decoded again. */
  let good: { readonly header: string; readonly key: KeyObject } | null = null;
  return (token, rules) => {
    const payloadAt = token.indexOf('.');
    const signatureAt = token.lastIndexOf('.');
    const header = token.slice(0, Math.max(payloadAt, 0));
    const known = good?.header === header ? good : { header, key: selectKey(token) };
    const given = Buffer.from(token.slice(signatureAt + 1));
    const mac = createHmac('sha256', known.key).update(token.slice(0, Math.max(signatureAt, 0)));
    const expected = Buffer.from(mac.digest('base64url'));
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
      throw new errors.JWSSignatureVerificationFailed();
    }
    good = known;
    return UnsecuredJWT.decode(UNSECURED_HEADER + token.slice(payloadAt, signatureAt + 1), rules).payload;
  };
}

function decodeHeader(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch (cause) {
    throw new errors.JWSInvalid('malformed protected header', { cause });
  }
}

const VERIFIERS: Readonly<Record<JwtAlgorithm, (keyring: TokenKeyring) => TokenVerifier>> = {
  HS256: createHmacVerifier,
  ES256: createJoseVerifier,
  EdDSA: createJoseVerifier,
  RS256: createJoseVerifier,
};

export function createTokenVerifier(keyring: TokenKeyring): TokenVerifier {
  return VERIFIERS[keyring.current.algorithm](keyring);
}
