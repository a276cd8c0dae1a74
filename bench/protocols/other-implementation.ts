/** Tokens by fast-jwt. Instances verify with jose and code of their own: nothing is shared. */
import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { type Algorithm, createSigner, createVerifier } from 'fast-jwt';

/** RFC 9068 section 2.1 */
const TYPE = 'at+jwt';

/** What tokens of an issuer have in common, in header and claims. */
export interface Profile {
  readonly alg: Algorithm;
  readonly kid: string;
  readonly iss: string;
  readonly aud: string;
}

export type Claims = Readonly<Record<string, unknown>>;

/**
 * Says whether a token is good.
 * @param jwk the published key, or the one that both sides share
 */
export function verifierOf({ alg, iss, aud }: Profile, jwk: JsonWebKey): (token: string) => boolean {
  const verify = createVerifier({
    key: jwk.kty === 'oct' ? secretOf(jwk) : createPublicKey({ key: jwk, format: 'jwk' }).export(PUBLIC),
    algorithms: [alg],
    allowedIss: iss,
    allowedAud: aud,
    checkTyp: TYPE,
    requiredClaims: ['exp', 'iat', 'sub', 'jti'],
  });
  return (token) => {
    try {
      verify(token);
      return true;
    } catch {
      return false;
    }
  };
}

/** Makes tokens of claims. */
export function signerOf({ alg, kid, iss, aud }: Profile, jwk: JsonWebKey): (claims: Claims) => string {
  const key = jwk.kty === 'oct' ? secretOf(jwk) : createPrivateKey({ key: jwk, format: 'jwk' }).export(PRIVATE);
  return createSigner({ key, algorithm: alg, kid, iss, aud, header: { alg, typ: TYPE, kid } });
}

const PUBLIC = { type: 'spki', format: 'pem' } as const;
const PRIVATE = { type: 'pkcs8', format: 'pem' } as const;

const secretOf = ({ k = '' }: JsonWebKey) => Buffer.from(k, 'base64url');
