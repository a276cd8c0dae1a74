import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import type { JwtAlgorithm } from '../contract.js';
import { cut, flip } from './cookies.js';
import type { TokenForgery, TokenPart, TokenSigner } from './tokens.js';

/** RFC 7518 section 3, RFC 8037 section 3.1. Made here and not by the library that instances verify with, which refuses to sign most of it. */
const SIGNATURES: Readonly<Record<JwtAlgorithm, (input: Buffer, key: KeyObject) => Buffer>> = {
  HS256: (input, key) => createHmac('sha256', key).update(input).digest(),
  ES256: (input, key) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (input, key) => sign(null, input, key),
  RS256: (input, key) => sign('sha256', input, key),
};

const NEW_KEYS: Readonly<Record<JwtAlgorithm, () => KeyObject>> = {
  HS256: () => createSecretKey(randomBytes(32)),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};

const PARTS: Readonly<
  Record<TokenPart, (made: Readonly<Record<'header' | 'claims' | 'signature', string>>) => string>
> = {
  header: ({ header }) => header,
  claims: ({ claims }) => claims,
  signature: ({ signature }) => signature,
  'signature flipped': ({ signature }) => flip(signature),
  'signature cut': ({ signature }) => cut(signature),
  nothing: () => '',
};

const WHOLE: readonly TokenPart[] = ['header', 'claims', 'signature'];

/** Makes out of good tokens what must not be accepted. */
export class TokenForger {
  readonly #algorithm: JwtAlgorithm;
  readonly #key: KeyObject;
  readonly #another: KeyObject;
  /** What signs, by who signs; those that sign nothing here are missing. */
  readonly #sign: Readonly<Partial<Record<TokenSigner, (input: Buffer) => Buffer>>>;

  /** @param jwk the private key that good tokens are signed with */
  constructor(algorithm: JwtAlgorithm, jwk: JsonWebKey) {
    this.#algorithm = algorithm;
    this.#key =
      algorithm === 'HS256'
        ? createSecretKey(Buffer.from(jwk.k ?? '', 'base64url'))
        : createPrivateKey({ key: jwk, format: 'jwk' });
    this.#another = NEW_KEYS[algorithm]();
    const by = (key: KeyObject) => (input: Buffer) => SIGNATURES[algorithm](input, key);
    this.#sign = {
      'its key': by(this.#key),
      'another key': by(this.#another),
      'a key that it brings along': by(this.#another),
      ...(algorithm === 'HS256' ? {} : asSecrets(createPublicKey(this.#key), jwk)),
    };
  }

  /**
   * Undefined where there is no such forgery of tokens of this algorithm.
   * @param good a token of a user who is no admin
   */
  forge(forgery: TokenForgery, good: string, nowMs: number): string | undefined {
    const { signedBy, header, claims, times = {}, parts = WHOLE } = forgery;
    const [goodHeader = '', goodClaims = '', goodSignature = ''] = good.split('.');
    const signer = this.#sign[signedBy];
    if (signedBy !== 'nobody anew' && !signer) return undefined;
    const moments = Object.entries(times).map(([claim, seconds]) => [claim, Math.floor(nowMs / 1000) + seconds]);
    const brought = signedBy === 'a key that it brings along' ? { jwk: this.#published(this.#another) } : {};
    const made = {
      header: changed(goodHeader, { ...header, ...brought }),
      claims: changed(goodClaims, { ...claims, ...Object.fromEntries(moments) }),
    };
    const input = Buffer.from(`${made.header}.${made.claims}`);
    const signature = signer ? signer(input).toString('base64url') : goodSignature;
    return parts.map((part) => PARTS[part]({ ...made, signature })).join('.');
  }

  #published(key: KeyObject): object {
    const jwk = (this.#algorithm === 'HS256' ? key : createPublicKey(key)).export({ format: 'jwk' });
    return { ...jwk, alg: this.#algorithm };
  }
}

/** The published key in the forms that a verifier may have it in, each taken for the secret of an HMAC. */
function asSecrets(
  key: KeyObject,
  { kty, crv, x, y, n, e, kid, alg, use }: JsonWebKey,
): Partial<Record<TokenSigner, (input: Buffer) => Buffer>> {
  const hmac = (secret: string | Buffer) => (input: Buffer) => createHmac('sha256', secret).update(input).digest();
  return {
    'the public JWK as a secret': hmac(JSON.stringify({ kty, crv, x, y, n, e, kid, alg, use })),
    'the public PEM as a secret': hmac(key.export({ type: 'spki', format: 'pem' })),
    'the public DER as a secret': hmac(key.export({ type: 'spki', format: 'der' })),
    'the public number as a secret': hmac(Buffer.from(x ?? n ?? '', 'base64url')),
  };
}

/** As it was, letter for letter, where nothing is changed. */
function changed(part: string, changes: object): string {
  if (Object.keys(changes).length === 0) return part;
  const members = JSON.parse(Buffer.from(part, 'base64url').toString());
  return Buffer.from(JSON.stringify({ ...members, ...changes })).toString('base64url');
}
