import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, UnsecuredJWT } from 'jose';
import type { JwtAlgorithm } from '../../contract.js';
import type { TokenKeys } from './keys.js';

/** RFC 9068 section 2.1: tells an access token from any other token that the same key may have signed. */
export const TOKEN_TYPE = 'at+jwt';

/** What a token must fulfil beside its header and signature. */
export type ClaimRules = Omit<JWTVerifyOptions, 'algorithms' | 'typ' | 'crit'>;

/**
 * Gives the claims of a good token and throws a JOSEError for any other. Algorithm and key are fixed beforehand: a token's
 * header can only agree with them (RFC 8725 section 3.1).
 */
export type TokenVerifier = (token: string, rules: ClaimRules) => JWTPayload | Promise<JWTPayload>;

function createJoseVerifier({ algorithm, kid, verifyKey }: TokenKeys): TokenVerifier {
  const algorithms = [algorithm];
  const selectKey = (header: { kid?: string }) => {
    if (header.kid !== kid) throw new errors.JWKSNoMatchingKey();
    return verifyKey;
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
function createHmacVerifier({ algorithm, kid, hmacKey }: TokenKeys): TokenVerifier {
  if (hmacKey === null) throw new TypeError('HS256 needs a symmetric key');
  const checkHeader = (token: string) => {
    const { alg, typ, kid: givenKid, crit } = decodeProtectedHeader(token);
    // RFC 7515 section 4.1.11: a critical extension that is not understood makes the token invalid.
    if (alg !== algorithm || typ !== TOKEN_TYPE || givenKid !== kid || crit !== undefined) {
      throw new errors.JWSInvalid('unexpected protected header');
    }
  };
  /** Tokens of one key have the same header, letter for letter. One that was found good need not be decoded again. */
  let goodHeader = '';
  return (token, rules) => {
    const payloadAt = token.indexOf('.');
    const signatureAt = token.lastIndexOf('.');
    const given = Buffer.from(token.slice(signatureAt + 1));
    const mac = createHmac('sha256', hmacKey).update(token.slice(0, Math.max(signatureAt, 0)));
    const expected = Buffer.from(mac.digest('base64url'));
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
      throw new errors.JWSSignatureVerificationFailed();
    }
    const header = token.slice(0, payloadAt);
    if (header !== goodHeader) checkHeader(token);
    goodHeader = header;
    return UnsecuredJWT.decode(UNSECURED_HEADER + token.slice(payloadAt, signatureAt + 1), rules).payload;
  };
}

const VERIFIERS: Readonly<Record<JwtAlgorithm, (keys: TokenKeys) => TokenVerifier>> = {
  HS256: createHmacVerifier,
  ES256: createJoseVerifier,
  EdDSA: createJoseVerifier,
  RS256: createJoseVerifier,
};

export function createTokenVerifier(keys: TokenKeys): TokenVerifier {
  return VERIFIERS[keys.algorithm](keys);
}
